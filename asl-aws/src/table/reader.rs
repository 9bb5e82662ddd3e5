//! [`Reader`]: numbers and texts, one after the other.

/// Reads a part of the table from its start. `None` means the end of the bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reader<'t> {
    bytes: &'t [u8],
}

impl<'t> Reader<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Reader<'t> {
        Reader { bytes }
    }

    /// The bytes that have not been read yet.
    pub(crate) fn rest(&self) -> &'t [u8] {
        self.bytes
    }

    pub(crate) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*byte)
    }

    /// LEB128 of 32 bits.
    pub(crate) fn number(&mut self) -> Option<u32> {
        // A frame has up to a hundred thousand numbers, nearly all of one byte or two.
        match self.bytes {
            [only @ ..0x80, rest @ ..] => {
                self.bytes = rest;
                Some(u32::from(*only))
            }
            [low, high @ ..0x80, rest @ ..] => {
                self.bytes = rest;
                Some(u32::from(*low & 0x7f) | u32::from(*high) << 7)
            }
            _ => self.large_number(),
        }
    }

    #[cold]
    #[inline(never)]
    fn large_number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'t [u8]> {
        let (taken, rest) = self.bytes.split_at_checked(length)?;
        self.bytes = rest;
        Some(taken)
    }

    /// A text after its length in one byte.
    pub(crate) fn short_text(&mut self) -> Option<&'t str> {
        let length = self.byte()?;
        std::str::from_utf8(self.take(length.into())?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expect: Option<u32>) {
        assert_eq!(Reader::new(bytes).number(), expect);
    }

    #[test]
    fn numbers() {
        check(&[0], Some(0));
        check(&[0x80, 1], Some(128));
        check(&[0xac, 2], Some(300));
        check(&[0x80], None);
        check(&[], None);
        check(&[0xff; 9], None);
    }

    #[test]
    fn texts_end_where_they_say() {
        let mut reader = Reader::new(b"\x02abc!");
        assert_eq!(reader.short_text(), Some("ab"));
        assert_eq!(reader.rest(), b"c!");
        assert_eq!(reader.short_text(), None);
    }
}

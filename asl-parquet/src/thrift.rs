//! [`Input`]: the compact protocol of Thrift, in which Parquet writes its footer and the headers of its pages.
//!
//! Only as much as is needed to look at a footer before the decoder does, and to read the header of a page. Nothing is
//! allocated, and nesting is bounded.
//!
//! Source: <https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>

/// Why bytes cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Broken {
    /// They end too early.
    Incomplete,
    Invalid,
}

pub(crate) type Parsed<T> = Result<T, Broken>;

/// How deep structs and lists nest in what is skipped. Those of Parquet do not come near it.
const MOST_DEPTH: usize = 16;

/// The type of a field or of the elements of a list, as the protocol numbers them.
pub(crate) type Kind = u8;

pub(crate) const TRUE: Kind = 1;
const FALSE: Kind = 2;
const BYTE: Kind = 3;
const INT_16: Kind = 4;
const INT_64: Kind = 6;
const DOUBLE: Kind = 7;
const BINARY: Kind = 8;
pub(crate) const LIST: Kind = 9;
const SET: Kind = 10;
const MAP: Kind = 11;
pub(crate) const STRUCT: Kind = 12;
const UUID: Kind = 13;

/// Bytes that are being read.
pub(crate) struct Input<'a> {
    rest: &'a [u8],
}

impl<'a> Input<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Input<'a> {
        Input { rest: bytes }
    }

    /// How many bytes have not been read.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    fn byte(&mut self) -> Parsed<u8> {
        let (first, rest) = self.rest.split_first().ok_or(Broken::Incomplete)?;
        self.rest = rest;
        Ok(*first)
    }

    fn skip_bytes(&mut self, count: u64) -> Parsed<()> {
        let count = usize::try_from(count).map_err(|_| Broken::Incomplete)?;
        self.rest = self.rest.get(count..).ok_or(Broken::Incomplete)?;
        Ok(())
    }

    fn varint(&mut self) -> Parsed<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Broken::Invalid)
    }

    /// An integer of any width.
    pub(crate) fn integer(&mut self, kind: Kind) -> Parsed<i64> {
        match kind {
            BYTE => Ok(i64::from(self.byte()? as i8)),
            INT_16..=INT_64 => {
                let value = self.varint()?;
                Ok((value >> 1) as i64 ^ -((value & 1) as i64))
            }
            _ => Err(Broken::Invalid),
        }
    }

    /// Reads a struct: `field` reads the value of each field, by the field's number and type.
    pub(crate) fn fields(
        &mut self,
        mut field: impl FnMut(&mut Input<'a>, i64, Kind) -> Parsed<()>,
    ) -> Parsed<()> {
        let mut number = 0i64;
        loop {
            let header = self.byte()?;
            if header == 0 {
                return Ok(());
            }
            number = match i64::from(header >> 4) {
                0 => self.integer(INT_16)?,
                step => number.saturating_add(step),
            };
            field(self, number, header & 0x0f)?;
        }
    }

    /// The type and the number of the elements of a list. An element has at least `least_bytes`, so there are no more
    /// elements than fit into the bytes.
    pub(crate) fn list(&mut self, least_bytes: usize) -> Parsed<(Kind, usize)> {
        let header = self.byte()?;
        let count = match u64::from(header >> 4) {
            15 => self.varint()?,
            count => count,
        };
        let count = usize::try_from(count).map_err(|_| Broken::Invalid)?;
        match count.saturating_mul(least_bytes) <= self.left() {
            true => Ok((header & 0x0f, count)),
            false => Err(Broken::Incomplete),
        }
    }

    /// Reads a value that is not needed.
    pub(crate) fn skip(&mut self, kind: Kind) -> Parsed<()> {
        self.skip_within(kind, MOST_DEPTH)
    }

    fn skip_within(&mut self, kind: Kind, depth: usize) -> Parsed<()> {
        let depth = depth.checked_sub(1).ok_or(Broken::Invalid)?;
        match kind {
            TRUE | FALSE => Ok(()),
            BYTE => self.byte().map(drop),
            INT_16..=INT_64 => self.varint().map(drop),
            DOUBLE => self.skip_bytes(8),
            UUID => self.skip_bytes(16),
            BINARY => {
                let length = self.varint()?;
                self.skip_bytes(length)
            }
            LIST | SET => {
                let (kind, count) = self.list(1)?;
                (0..count).try_for_each(|_| self.skip_element(kind, depth))
            }
            MAP => {
                let count = self.varint()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                (0..count).try_for_each(|_| {
                    self.skip_element(kinds >> 4, depth)?;
                    self.skip_element(kinds & 0x0f, depth)
                })
            }
            STRUCT => self.fields(|input, _, kind| input.skip_within(kind, depth)),
            _ => Err(Broken::Invalid),
        }
    }

    /// In a list, a boolean has a byte.
    fn skip_element(&mut self, kind: Kind, depth: usize) -> Parsed<()> {
        match kind {
            TRUE | FALSE => self.byte().map(drop),
            kind => self.skip_within(kind, depth),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_skipped() {
        let rows: [(&[u8], Kind, Parsed<usize>); 11] = [
            (&[0x80, 0x01], INT_64, Ok(0)),
            (&[0x80], INT_64, Err(Broken::Incomplete)),
            (&[0xff; 11], INT_64, Err(Broken::Invalid)),
            (&[2, b'a', b'b', 9], BINARY, Ok(1)),
            (&[3, b'a', b'b'], BINARY, Err(Broken::Incomplete)),
            (&[0x25, 1, 2], LIST, Ok(0)),
            (&[0xf5, 0xff, 0xff, 0xff, 0xff, 0x07, 1], LIST, Err(Broken::Incomplete)),
            // A struct with the fields 1: true, 3: a byte.
            (&[0x11, 0x23, 7, 0, 5], STRUCT, Ok(1)),
            (&[1, 0x33, 4, 5], MAP, Ok(0)),
            (&[0x0e], 14, Err(Broken::Invalid)),
            // Lists in lists.
            (&[0x19; 40], LIST, Err(Broken::Invalid)),
        ];
        for (bytes, kind, expected) in rows {
            let mut input = Input::new(bytes);
            assert_eq!(input.skip(kind).map(|()| input.left()), expected, "{bytes:?}");
        }
    }
}

//! The texts of a frame, and how numbers and texts are written.

use std::collections::HashMap;

use crate::Result;

/// Each text once, with its number.
#[derive(Default)]
pub(super) struct Pool {
    numbers: HashMap<String, usize>,
    texts: Vec<String>,
}

impl Pool {
    /// The number of a text.
    pub(super) fn number(&mut self, text: &str) -> usize {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        self.numbers.insert(text.to_owned(), self.texts.len());
        self.texts.push(text.to_owned());
        self.texts.len() - 1
    }

    /// A count, the lengths, the bytes.
    pub(super) fn write(&self, out: &mut Vec<u8>) -> Result<()> {
        write_list(out, self.texts.iter().map(String::as_bytes))
    }
}

/// A count, the lengths, the bytes.
pub(super) fn write_list<'a>(
    out: &mut Vec<u8>,
    items: impl ExactSizeIterator<Item = &'a [u8]> + Clone,
) -> Result<()> {
    write_number(out, items.len())?;
    for item in items.clone() {
        write_number(out, item.len())?;
    }
    items.for_each(|item| out.extend(item));
    Ok(())
}

/// LEB128 of a number of 32 bits.
pub(super) fn write_number(out: &mut Vec<u8>, number: usize) -> Result<()> {
    let mut rest = u32::try_from(number)?;
    while rest >= 0x80 {
        out.push((rest & 0x7f) as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    Ok(())
}

/// Its length and its bytes; names are short.
pub(super) fn write_text(out: &mut Vec<u8>, text: &str) {
    out.push(u8::try_from(text.len()).unwrap_or(u8::MAX));
    out.extend(text.bytes().take(usize::from(u8::MAX)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(number: usize, expect: &[u8]) {
        let mut out = Vec::new();
        write_number(&mut out, number).unwrap();
        assert_eq!(out, expect);
    }

    #[test]
    fn numbers_take_seven_bits_a_byte() {
        check(0, &[0]);
        check(127, &[127]);
        check(128, &[0x80, 1]);
        check(300, &[0xac, 2]);
        assert!(write_number(&mut Vec::new(), usize::MAX).is_err());
    }

    #[test]
    fn a_text_is_written_once() {
        let mut pool = Pool::default();
        assert_eq!([pool.number("ab"), pool.number("c"), pool.number("ab")], [0, 1, 0]);
        let mut out = Vec::new();
        pool.write(&mut out).unwrap();
        assert_eq!(out, b"\x02\x02\x01abc");
    }
}

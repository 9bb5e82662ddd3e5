//! Writes the frame of a service: numbers, and references to strings and shapes.

use std::borrow::Cow;
use std::collections::HashMap;
use std::hash::Hash;

use super::format::TEXT_END;
use crate::Result;

/// A part of a frame.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Token<'m> {
    Number(usize),
    Text(Cow<'m, str>),
    /// The class of a shape.
    Shape(usize),
}

impl<'m> Token<'m> {
    pub(super) fn text(text: impl Into<Cow<'m, str>>) -> Token<'m> {
        Token::Text(text.into())
    }
}

/// A frame under construction.
#[derive(Default)]
pub(super) struct Frame<'m> {
    bytes: Vec<u8>,
    texts: Met<Cow<'m, str>>,
    shapes: Met<usize>,
}

impl<'m> Frame<'m> {
    pub(super) fn write(&mut self, tokens: impl IntoIterator<Item = Token<'m>>) -> Result<()> {
        for token in tokens {
            let number = match token {
                Token::Number(number) => number,
                Token::Text(text) => self.texts.reference(text),
                Token::Shape(class) => self.shapes.reference(class),
            };
            write_number(&mut self.bytes, number)?;
        }
        Ok(())
    }

    /// The class of the next shape to write: the `done`th that was referred to.
    pub(super) fn shape(&self, done: usize) -> Option<usize> {
        self.shapes.order.get(done).copied()
    }

    /// The strings of the whole frame, then the rest.
    pub(super) fn finish(self) -> Result<[Vec<u8>; 2]> {
        let mut texts = String::new();
        for text in &self.texts.order {
            if text.contains(TEXT_END) {
                return Err(format!("an end within the text {text:?}").into());
            }
            texts.push_str(text);
            texts.push(TEXT_END);
        }
        let mut first = Vec::new();
        write_number(&mut first, texts.len())?;
        first.extend(texts.into_bytes());
        Ok([first, self.bytes])
    }
}

/// Everything that was referred to so far, in order.
struct Met<T> {
    order: Vec<T>,
    references: HashMap<T, usize>,
}

impl<T> Default for Met<T> {
    fn default() -> Met<T> {
        Met { order: Vec::new(), references: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Met<T> {
    /// 0 for the first reference, afterwards the number of the entry, starting at 1.
    fn reference(&mut self, to: T) -> usize {
        if let Some(reference) = self.references.get(&to) {
            return *reference;
        }
        self.order.push(to.clone());
        self.references.insert(to, self.order.len());
        0
    }
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
    fn a_first_reference_is_a_zero() {
        let mut frame = Frame::default();
        frame.write(["ab", "c", "ab"].map(Token::text)).unwrap();
        frame.write([Token::Shape(7), Token::Number(5), Token::Shape(7)]).unwrap();
        assert_eq!([frame.shape(0), frame.shape(1)], [Some(7), None]);
        assert_eq!(frame.finish().unwrap(), [b"\x05ab\0c\0".to_vec(), vec![0, 0, 1, 0, 5, 1]]);
    }

    #[test]
    fn a_text_has_no_end_within() {
        let mut frame = Frame::default();
        frame.write([Token::text("a\0b")]).unwrap();
        assert!(frame.finish().is_err());
    }
}

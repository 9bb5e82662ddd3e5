//! [`Scalar`]: a text, and where each part of it is written.

use std::ops::Range;

use asl_value::unescape;

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quoting {
    /// In JSON, or in double quotes in YAML.
    Double,
    /// In single quotes in YAML.
    Single,
    /// Without quotes.
    Plain,
    /// `|` or `>` in YAML.
    Block,
}

/// A text, and where it is written.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    pub(crate) value: String,
    pub(crate) quoting: Quoting,
    /// Where it is written, without quotes.
    pub(crate) inner: Range<usize>,
    /// Whether its closing quote is missing.
    pub(crate) unterminated: bool,
    pieces: Vec<VerbatimPiece>,
}

/// From here to the next piece, the value is what is written.
#[derive(Debug, Clone, Copy)]
struct VerbatimPiece {
    value: usize,
    text: usize,
}

impl Scalar {
    pub(crate) fn new(quoting: Quoting, inner: Range<usize>) -> Scalar {
        Scalar { value: String::new(), quoting, inner, unterminated: false, pieces: Vec::new() }
    }

    /// A text that is written without quotes and escapes.
    pub(crate) fn plain(text: &str, inner: Range<usize>) -> Scalar {
        let mut scalar = Scalar::new(Quoting::Plain, inner.clone());
        scalar.push(text.get(inner.clone()).unwrap_or_default(), inner.start);
        scalar
    }

    /// Adds a part whose first byte is written at `text`.
    pub(crate) fn push(&mut self, part: &str, text: usize) {
        self.pieces.push(VerbatimPiece { value: self.value.len(), text });
        self.value.push_str(part);
    }

    /// Where the byte at an offset of the value is written.
    pub(crate) fn written(&self, value: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.value <= value);
        let piece = after.checked_sub(1).and_then(|index| self.pieces.get(index));
        piece.map_or(self.inner.start, |piece| piece.text + (value - piece.value)).min(self.inner.end)
    }

    /// Where a part of the value is written.
    pub(crate) fn written_range(&self, part: Range<usize>) -> Range<usize> {
        let start = self.written(part.start);
        // The end of a part is after its last byte, not before the next piece.
        let end = match part.end > part.start {
            true => self.written(part.end - 1) + 1,
            false => start,
        };
        start..end.min(self.inner.end).max(start)
    }

    /// The offset in the value of what is written at `text`.
    pub(crate) fn offset(&self, text: usize) -> usize {
        let after = self.pieces.partition_point(|piece| piece.text <= text);
        let next = self.pieces.get(after).map_or(self.value.len(), |piece| piece.value);
        match after.checked_sub(1).and_then(|index| self.pieces.get(index)) {
            Some(piece) => (piece.value + (text - piece.text)).min(next),
            None => 0,
        }
    }
}

/// Reads a text in double quotes whose first quote is at `start`. It ends at its closing quote, or at `end` of the line if
/// `is_single_line`.
pub(crate) fn double_quoted(text: &str, start: usize, end: usize, is_single_line: bool) -> (Scalar, usize) {
    let mut scalar = Scalar::new(Quoting::Double, start + 1..end);
    let mut at = start + 1;
    loop {
        let rest = text.get(at..end).unwrap_or_default();
        let stop = |c: char| matches!(c, '"' | '\\') || is_single_line && matches!(c, '\n' | '\r');
        let plain = rest.find(stop).unwrap_or(rest.len());
        if plain > 0 {
            scalar.push(rest.get(..plain).unwrap_or_default(), at);
        }
        at += plain;
        let rest = rest.get(plain..).unwrap_or_default();
        let Some(c) = rest.chars().next() else { break };
        match c {
            '"' => {
                scalar.inner.end = at;
                return (scalar, at + 1);
            }
            '\\' => match unescape(rest) {
                Some((c, written)) => {
                    scalar.push(c.encode_utf8(&mut [0; 4]), at);
                    at += written;
                }
                // An escape that is not finished, or that only YAML has.
                None => {
                    let length = rest
                        .chars()
                        .take(2)
                        .take_while(|c| !stop(*c) || *c == '\\')
                        .map(char::len_utf8)
                        .sum::<usize>();
                    scalar.push(rest.get(..length.max(1)).unwrap_or_default(), at);
                    at += length.max(1);
                }
            },
            _ => break,
        }
    }
    scalar.inner.end = at;
    scalar.unterminated = true;
    (scalar, at)
}

/// Reads a text in single quotes whose first quote is at `start`.
pub(crate) fn single_quoted(text: &str, start: usize, end: usize) -> (Scalar, usize) {
    let mut scalar = Scalar::new(Quoting::Single, start + 1..end);
    let mut at = start + 1;
    loop {
        let rest = text.get(at..end).unwrap_or_default();
        let plain = rest.find('\'').unwrap_or(rest.len());
        if plain > 0 {
            scalar.push(rest.get(..plain).unwrap_or_default(), at);
        }
        at += plain;
        match rest.get(plain..).unwrap_or_default() {
            "" => {
                scalar.inner.end = at;
                scalar.unterminated = true;
                return (scalar, at);
            }
            rest if rest.starts_with("''") => {
                scalar.push("'", at);
                at += 2;
            }
            _ => {
                scalar.inner.end = at;
                return (scalar, at + 1);
            }
        }
    }
}

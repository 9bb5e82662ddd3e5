//! [`Buffer`]: the text of an open file, and positions in it as editors count them.

use std::ops::Range;

use serde_json::{Value, json};

/// How a client counts the characters of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum PositionEncoding {
    /// In bytes.
    Utf8,
    /// In UTF-16 code units, which every client knows.
    #[default]
    Utf16,
}

/// A text, with the beginnings of its lines.
#[derive(Debug, Clone)]
pub(crate) struct Buffer {
    text: String,
    starts: Vec<usize>,
    encoding: PositionEncoding,
}

impl Buffer {
    pub(crate) fn new(text: String, encoding: PositionEncoding) -> Buffer {
        let starts = starts(&text, 0);
        Buffer { text, starts, encoding }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn encoding(&self) -> PositionEncoding {
        self.encoding
    }

    fn line_start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// A line without its line break.
    pub(crate) fn line(&self, line: usize) -> &str {
        let written = self.text.get(self.line_start(line)..self.line_start(line + 1)).unwrap_or_default();
        written.trim_end_matches(['\n', '\r'])
    }

    /// The line of an offset, counted from 0.
    pub(crate) fn line_of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// `{"line": 3, "character": 14}`
    pub(crate) fn position(&self, offset: usize) -> Value {
        let offset = self.boundary(offset);
        let line = self.line_of(offset);
        let before = self.text.get(self.line_start(line)..offset).unwrap_or_default();
        let character = match self.encoding {
            PositionEncoding::Utf8 => before.len(),
            PositionEncoding::Utf16 => before.encode_utf16().count(),
        };
        json!({"line": line, "character": character})
    }

    /// `{"start": {…}, "end": {…}}`
    pub(crate) fn range(&self, range: &Range<usize>) -> Value {
        json!({"start": self.position(range.start), "end": self.position(range.end)})
    }

    /// The offset of a position; beyond the end of a line it is that end.
    pub(crate) fn offset(&self, position: &Value) -> Option<usize> {
        let number = |name: &str| usize::try_from(position.get(name)?.as_u64()?).ok();
        let (line, character) = (number("line")?, number("character")?);
        if line >= self.starts.len() {
            return Some(self.text.len());
        }
        let (start, written) = (self.line_start(line), self.line(line));
        let within = match self.encoding {
            PositionEncoding::Utf8 => character.min(written.len()),
            PositionEncoding::Utf16 => {
                let mut units = 0;
                let end = written.char_indices().find(|(_, c)| {
                    let reached = units >= character;
                    units += c.len_utf16();
                    reached
                });
                end.map_or(written.len(), |(offset, _)| offset)
            }
        };
        Some(self.boundary(start + within))
    }

    pub(crate) fn offsets(&self, range: &Value) -> Option<Range<usize>> {
        let (start, end) = (self.offset(range.get("start")?)?, self.offset(range.get("end")?)?);
        Some(start..end.max(start))
    }

    /// Applies one change of a client: a part, or all of the text.
    pub(crate) fn change(&mut self, change: &Value) -> Option<()> {
        let text = change.get("text")?.as_str()?;
        match change.get("range").filter(|range| !range.is_null()) {
            None => *self = Buffer::new(text.to_owned(), self.encoding),
            Some(range) => {
                let range = self.offsets(range)?;
                let first = self.line_of(range.start);
                self.text.replace_range(range, text);
                let from = self.line_start(first);
                self.starts.truncate(first + 1);
                let rest = self.text.get(from..).unwrap_or_default();
                self.starts.extend(starts(rest, from).into_iter().skip(1));
            }
        }
        Some(())
    }

    fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }
}

/// The beginnings of the lines of a text, the first one included.
fn starts(text: &str, from: usize) -> Vec<usize> {
    let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
    std::iter::once(from).chain(breaks.map(|(offset, _)| from + offset + 1)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(encoding: PositionEncoding, text: &str, offset: usize, line: usize, character: usize) {
        let buffer = Buffer::new(text.to_owned(), encoding);
        let position = json!({"line": line, "character": character});
        assert_eq!(buffer.position(offset), position);
        assert_eq!(buffer.offset(&position), Some(offset));
    }

    #[test]
    fn counts_characters_as_clients_do() {
        check(PositionEncoding::Utf16, "a\r\n😀b", 7, 1, 2);
        check(PositionEncoding::Utf8, "a\r\n😀b", 7, 1, 4);
        check(PositionEncoding::Utf16, "ä\tb", 3, 0, 2);
        check(PositionEncoding::Utf16, "\u{feff}{\n}", 5, 1, 0);
        check(PositionEncoding::Utf16, "", 0, 0, 0);
    }

    #[test]
    fn positions_beyond_a_line_are_its_end() {
        let buffer = Buffer::new("ab\r\ncd".to_owned(), PositionEncoding::Utf16);
        assert_eq!(buffer.offset(&json!({"line": 0, "character": 99})), Some(2));
        assert_eq!(buffer.offset(&json!({"line": 9, "character": 0})), Some(6));
    }

    #[test]
    fn changes_keep_lines() {
        let mut buffer = Buffer::new("a\nb\nc".to_owned(), PositionEncoding::Utf16);
        let range = json!({"start": {"line": 0, "character": 1}, "end": {"line": 2, "character": 0}});
        buffer.change(&json!({"range": range, "text": "x\ny\nz\n"})).unwrap();
        assert_eq!(buffer.text(), "ax\ny\nz\nc");
        assert_eq!(buffer.starts, starts(buffer.text(), 0));
    }
}

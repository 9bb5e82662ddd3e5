//! [`Assembly`]: a text that consists of pieces of a file, and the origin of each piece.

use asl_value::{Value, unescape};

use crate::Span;

/// A text, and the places of its parts in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Assembly {
    text: String,
    /// In the order of the text. Each piece ends where the next one begins.
    pieces: Vec<Piece>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    /// Where it begins in the text.
    at: usize,
    /// Its origin in the file.
    from: Span,
    /// Whether the file has the same bytes there.
    verbatim: bool,
}

impl Assembly {
    /// The whole of a file.
    pub(crate) fn whole(file: &str) -> Assembly {
        let mut whole = Assembly::default();
        whole.push_verbatim(file, 0);
        whole
    }

    /// A text that was made from what is written at `from`.
    pub(crate) fn made(text: &str, from: Span) -> Assembly {
        let mut made = Assembly::default();
        made.push(text, from);
        made
    }

    /// The value of a scalar that is written at `span` of the file.
    pub(crate) fn scalar(file: &str, span: &Span, value: &str) -> Assembly {
        let mut written = file.get(span.clone()).unwrap_or_default();
        while written.starts_with(['!', '&']) {
            // There is a YAML tag or anchor before it.
            let (_, rest) = written.split_once(char::is_whitespace).unwrap_or_default();
            written = rest.trim_start();
        }
        let start = span.end - written.len();
        let read = if written.starts_with('"') { unquoted(written, start) } else { None };
        let read = read.or_else(|| by_lines(written, start, value));
        read.filter(|read| read.text == value).unwrap_or_else(|| Assembly::made(value, span.clone()))
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Adds a text that is written at `from` in another form.
    pub(crate) fn push(&mut self, text: &str, from: Span) {
        self.piece(text, from, false);
    }

    /// Adds a text that is written at `start` in the same form.
    pub(crate) fn push_verbatim(&mut self, text: &str, start: usize) {
        self.piece(text, start..start + text.len(), true);
    }

    fn piece(&mut self, text: &str, from: Span, verbatim: bool) {
        if !text.is_empty() {
            self.pieces.push(Piece { at: self.text.len(), from, verbatim });
            self.text.push_str(text);
        }
    }

    pub(crate) fn append(&mut self, other: &Assembly) {
        let start = self.text.len();
        self.pieces.extend(other.pieces.iter().map(|piece| Piece { at: piece.at + start, ..piece.clone() }));
        self.text.push_str(&other.text);
    }

    /// Adds a part of another text.
    pub(crate) fn append_part(&mut self, other: &Assembly, part: Span) {
        let mut at = part.start;
        while at < part.end {
            let Some((piece, end)) = other.piece_at(at) else { return };
            let end = end.min(part.end);
            let text = other.text.get(at..end).unwrap_or_default();
            let from = match piece.verbatim {
                true => piece.from.start + (at - piece.at)..piece.from.start + (end - piece.at),
                false => piece.from.clone(),
            };
            self.piece(text, from, piece.verbatim);
            at = end;
        }
    }

    /// The piece with the byte at an offset, and where it ends.
    fn piece_at(&self, offset: usize) -> Option<(&Piece, usize)> {
        let behind = self.pieces.partition_point(|piece| piece.at <= offset);
        let end = self.pieces.get(behind).map_or(self.text.len(), |next| next.at);
        Some((self.pieces.get(behind.checked_sub(1)?)?, end))
    }

    /// Whether the byte at an offset is written in the file in the same form.
    pub(crate) fn is_verbatim(&self, offset: usize) -> bool {
        self.piece_at(offset).is_some_and(|(piece, _)| piece.verbatim)
    }

    /// The part of the file that a part of the text comes from.
    pub(crate) fn origin(&self, part: &Span) -> Span {
        let Some((first, _)) = self.piece_at(part.start) else { return 0..0 };
        let offset = |piece: &Piece, at: usize| piece.from.start + (at - piece.at);
        let start = if first.verbatim { offset(first, part.start) } else { first.from.start };
        let end = match self.piece_at(part.end.saturating_sub(1).max(part.start)) {
            Some((last, _)) if last.verbatim => offset(last, part.end.max(last.at)),
            Some((last, _)) => last.from.end,
            None => start,
        };
        start..end.max(start)
    }

    /// The text with some parts, which are in order, replaced.
    pub(crate) fn with(&self, replacements: impl IntoIterator<Item = (Span, String)>) -> Assembly {
        let mut made = Assembly::default();
        let mut at = 0;
        for (part, text) in replacements {
            made.append_part(self, at..part.start);
            made.push(&text, self.origin(&part));
            at = part.end;
        }
        made.append_part(self, at..self.text.len());
        made
    }

    /// The text as a JSON string. Its quotes come from `from`.
    pub(crate) fn quoted(&self, from: &Span) -> Assembly {
        let mut quoted = Assembly::made("\"", from.clone());
        let mut at = 0;
        let special = |c: char| matches!(c, '"' | '\\') || c.is_control();
        while let Some((offset, c)) =
            self.text.get(at..).and_then(|rest| rest.char_indices().find(|(_, c)| special(*c)))
        {
            let part = at + offset..at + offset + c.len_utf8();
            quoted.append_part(self, at..part.start);
            quoted.push(inner_json(c.encode_utf8(&mut [0; 4])).as_str(), self.origin(&part));
            at = part.end;
        }
        quoted.append_part(self, at..self.text.len());
        quoted.push("\"", from.clone());
        quoted
    }
}

/// The text between the quotes of a JSON string.
pub(crate) fn inner_json(text: &str) -> String {
    let quoted = Value::from(text).to_json();
    quoted.get(1..quoted.len() - 1).unwrap_or_default().to_owned()
}

/// A string in double quotes, if all of its escapes are those of JSON.
fn unquoted(written: &str, start: usize) -> Option<Assembly> {
    let mut read = Assembly::default();
    let mut at = 1;
    let end = written.len() - 1;
    while let Some(rest) = written.get(at..end).filter(|rest| !rest.is_empty()) {
        let plain = rest.find('\\').unwrap_or(rest.len());
        read.push_verbatim(rest.get(..plain)?, start + at);
        at += plain;
        if plain < rest.len() {
            let (c, length) = unescape(written.get(at..)?)?;
            read.push(c.encode_utf8(&mut [0; 4]), start + at..start + at + length);
            at += length;
        }
    }
    Some(read)
}

/// A text whose lines are written in the file in the same form, each after some indentation.
fn by_lines(written: &str, start: usize, value: &str) -> Option<Assembly> {
    let mut read = Assembly::default();
    let is_block = written.starts_with(['|', '>']);
    let mut at = if is_block { written.find('\n')? } else { 0 };
    for line in value.split_inclusive('\n') {
        let content = line.trim_end_matches('\n');
        at += written.get(at..)?.find(content)?;
        read.push_verbatim(content, start + at);
        at += content.len();
        let newline = line.get(content.len()..)?;
        read.push(newline, start + at..start + (at + newline.len()).min(written.len()));
        at = (at + newline.len()).min(written.len());
    }
    Some(read)
}

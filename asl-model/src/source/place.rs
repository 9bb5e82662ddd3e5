//! Lines and columns in a text.

use crate::Span;

/// A line and a column of a text, both counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineCol {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

/// A part of a text, with the lines and columns of its ends.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Place {
    /// The part, in bytes.
    pub span: Span,
    /// Where it begins.
    pub start: LineCol,
    /// The first place after it.
    pub end: LineCol,
}

/// The spans with their lines and columns, found in one pass over the text.
pub(crate) fn places(text: &str, spans: Vec<Option<Span>>) -> Vec<Option<Place>> {
    let offsets: Vec<usize> = spans.iter().flatten().flat_map(|span| [span.start, span.end]).collect();
    let mut found = line_cols(text, &offsets).into_iter();
    let mut place = |span: Span| Some(Place { span, start: found.next()?, end: found.next()? });
    spans.into_iter().map(|span| span.and_then(&mut place)).collect()
}

/// The line and column of each offset in bytes; the end of the text for an offset beyond it.
pub(super) fn line_cols(text: &str, offsets: &[usize]) -> Vec<LineCol> {
    let within = |offset| if text.is_char_boundary(offset) { offset } else { text.len() };
    let mut order: Vec<(usize, usize)> =
        offsets.iter().enumerate().map(|(index, offset)| (within(*offset), index)).collect();
    order.sort_unstable();
    let (mut at, mut here) = (0, LineCol { line: 1, column: 1 });
    let mut found: Vec<(usize, LineCol)> = Vec::with_capacity(order.len());
    for (offset, index) in order {
        let passed = text.get(at..offset).unwrap_or_default();
        let (lines, rest) =
            passed.rsplit_once('\n').map_or((None, passed), |(lines, rest)| (Some(lines), rest));
        if let Some(lines) = lines {
            here = LineCol { line: here.line + 1 + lines.matches('\n').count(), column: 1 };
        }
        here.column += rest.chars().count();
        at = offset;
        found.push((index, here));
    }
    found.sort_unstable_by_key(|(index, _)| *index);
    found.into_iter().map(|(_, place)| place).collect()
}

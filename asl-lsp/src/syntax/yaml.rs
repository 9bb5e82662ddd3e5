//! YAML by its lines and their indentation, as far as it can be read.
//!
//! It covers what people write: block and flow collections, all five styles of scalars, comments, tags and anchors. It does not
//! follow aliases and merge keys, and it never fails. Whether a text is YAML is the validator's question.

use std::ops::Range;

use asl_value::{Number, Value};

use super::json::flow;
use super::scalar::{Quoting, Scalar, double_quoted, single_quoted};
use super::tree::{Content, DEEPEST, Member, NodeId, Tree};

/// The tree of the first document of a text.
pub(crate) fn parse(text: &str) -> Tree {
    let mut parser = BlockParser { text, lines: lines(text), next: 0, depth: 0, tree: Tree::default() };
    if let Some(line) = parser.peek() {
        let (start, column) = (line.content, line.indent);
        parser.block(start, column, None);
        // What follows stands further left than the document.
        parser.tree.is_broken |= parser.peek().is_some();
    }
    parser.tree
}

/// A line with content.
#[derive(Debug, Clone, Copy)]
struct YamlLine {
    start: usize,
    indent: usize,
    /// Where its content begins.
    content: usize,
    /// Its end, without the line break.
    end: usize,
}

struct BlockParser<'t> {
    text: &'t str,
    lines: Vec<YamlLine>,
    next: usize,
    depth: usize,
    tree: Tree,
}

fn lines(text: &str) -> Vec<YamlLine> {
    let mut lines = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let written = line.trim_end_matches(['\n', '\r']);
        let written = if start == 0 { written.strip_prefix('\u{feff}').unwrap_or(written) } else { written };
        let end = start + line.trim_end_matches(['\n', '\r']).len();
        let content = written.trim_start_matches([' ', '\t']);
        let is_marker = (content == "---" || content.starts_with('%')) && lines.is_empty();
        if content == "..." || content == "---" && !lines.is_empty() {
            break;
        }
        if !content.is_empty() && !content.starts_with('#') && !is_marker {
            let indent = written.len() - content.len();
            lines.push(YamlLine { start, indent, content: end - content.len(), end });
        }
        start += line.len();
    }
    lines
}

impl<'t> BlockParser<'t> {
    fn peek(&self) -> Option<YamlLine> {
        self.lines.get(self.next).copied()
    }

    fn slice(&self, range: Range<usize>) -> &'t str {
        self.text.get(range).unwrap_or_default()
    }

    /// Passes over the lines that begin before an offset.
    fn pass(&mut self, offset: usize) {
        while self.peek().is_some_and(|line| line.content < offset) {
            self.next += 1;
        }
    }

    /// Where the lines end that stand further right than a column, from the next line on.
    fn limit(&self, column: usize) -> usize {
        let rest = self.lines.get(self.next + 1..).unwrap_or_default();
        rest.iter().find(|line| line.indent <= column).map_or(self.text.len(), |line| line.start)
    }

    /// Reads the value that begins at `start` of the next line, in a column.
    fn block(&mut self, start: usize, column: usize, parent: Option<NodeId>) -> Option<NodeId> {
        let line = self.peek()?;
        if self.depth >= DEEPEST {
            self.tree.is_broken = true;
            self.next += 1;
            return None;
        }
        self.depth += 1;
        let rest = self.slice(start..line.end);
        let node = if is_item(rest) {
            Some(self.sequence(start, column, parent))
        } else if self.key_end(start, line.end).is_some() {
            Some(self.mapping(start, column, parent))
        } else {
            self.value(start, column.checked_sub(1), parent)
        };
        self.depth -= 1;
        node
    }

    fn sequence(&mut self, start: usize, column: usize, parent: Option<NodeId>) -> NodeId {
        let node = self.tree.add(start..start, parent, Content::Array(Vec::new()));
        let mut at = start;
        while let Some(line) = self.peek() {
            let rest = self.slice(at..line.end);
            if !is_item(rest) {
                break;
            }
            let after = rest.get(1..).unwrap_or_default();
            let content = after.trim_start_matches([' ', '\t']);
            let begins = line.end - content.len();
            let item = if content.is_empty() || content.starts_with('#') {
                self.next += 1;
                match self.peek().filter(|line| line.indent > column) {
                    Some(line) => self.block(line.content, line.indent, Some(node)),
                    None => None,
                }
            } else {
                self.block(begins, begins - line.start, Some(node))
            };
            let empty = at + 1;
            let item = item
                .unwrap_or_else(|| self.tree.add(empty..empty, Some(node), Content::Literal(Value::Null)));
            if let Some(items) = self.tree.items_mut(node) {
                items.push(item);
            }
            match self.next_entry(column) {
                Some(next) => at = next,
                None => break,
            }
        }
        self.finish(node);
        node
    }

    fn mapping(&mut self, start: usize, column: usize, parent: Option<NodeId>) -> NodeId {
        let node = self.tree.add(start..start, parent, Content::Object(Vec::new()));
        let mut at = start;
        while let Some(line) = self.peek() {
            if is_item(self.slice(at..line.end)) {
                break;
            }
            self.entry(at, line, column, node);
            match self.next_entry(column) {
                Some(next) => at = next,
                None => break,
            }
        }
        self.finish(node);
        node
    }

    /// Where the next item or member of a collection begins, after lines that stand further right than they may.
    fn next_entry(&mut self, column: usize) -> Option<usize> {
        while let Some(line) = self.peek().filter(|line| line.indent > column) {
            self.tree.is_broken = true;
            // They may hold what the author is about to move.
            self.block(line.content, line.indent, None);
        }
        self.peek().filter(|line| line.indent == column).map(|line| line.content)
    }

    /// Reads `key: value` at an offset.
    fn entry(&mut self, at: usize, line: YamlLine, column: usize, node: NodeId) {
        let (key, key_span, colon) = match self.key_end(at, line.end) {
            Some((key, span, colon)) => (key, span, Some(colon)),
            None => {
                // A key that is not finished.
                let rest = without_comment(self.slice(at..line.end));
                self.tree.is_broken = true;
                let span = at..at + rest.len();
                (Scalar::plain(self.text, span.clone()), span, None)
            }
        };
        let value = match colon {
            None => {
                self.next += 1;
                None
            }
            Some(colon) => {
                let rest = self.slice(colon + 1..line.end);
                let content = rest.trim_start_matches([' ', '\t']);
                let begins = line.end - content.len();
                let content_at = self.after_properties(begins, line.end);
                let is_empty = matches!(self.slice(content_at..line.end).chars().next(), None | Some('#'));
                if is_empty {
                    self.next += 1;
                    self.below(column, node)
                } else {
                    self.value(content_at, Some(column), Some(node))
                }
            }
        };
        let member = Member { key, key_span, has_colon: colon.is_some(), value };
        if let Some(members) = self.tree.members_mut(node) {
            members.push(member);
        }
    }

    /// The value on the lines below a key.
    fn below(&mut self, column: usize, node: NodeId) -> Option<NodeId> {
        let line = self.peek()?;
        let is_list = line.indent == column && is_item(self.slice(line.content..line.end));
        (line.indent > column || is_list).then(|| self.block(line.content, line.indent, Some(node))).flatten()
    }

    /// Reads a value that is not a block collection. It ends before a line that stands no further right than `column`.
    fn value(&mut self, start: usize, column: Option<usize>, parent: Option<NodeId>) -> Option<NodeId> {
        let line = self.peek()?;
        let limit = column.map_or(self.text.len(), |column| self.limit(column));
        let start = self.after_properties(start, line.end);
        let rest = self.slice(start..limit);
        let (node, end) = match rest.chars().next() {
            Some('{' | '[') => flow(self.text, start..limit, &mut self.tree, parent),
            Some('"') => {
                let (scalar, end) = double_quoted(self.text, start, limit, false);
                (Some(self.quoted(scalar, start..end, parent)), end)
            }
            Some('\'') => {
                let (scalar, end) = single_quoted(self.text, start, limit);
                (Some(self.quoted(scalar, start..end, parent)), end)
            }
            Some('|' | '>') => {
                let scalar = block_scalar(self.text, start, line.end, limit);
                let end = scalar.inner.end.max(line.end);
                (Some(self.tree.add(start..end, parent, Content::Text(scalar))), limit)
            }
            Some(_) | None => {
                let written = without_comment(self.slice(start..line.end));
                let span = start..start + written.len();
                let content = plain(Scalar::plain(self.text, span.clone()), &mut self.tree);
                (Some(self.tree.add(span, parent, content)), line.end)
            }
        };
        self.pass(end.max(start + 1));
        self.continued(node, column);
        node
    }

    /// Adds the further lines of a plain scalar.
    fn continued(&mut self, node: Option<NodeId>, column: Option<usize>) {
        let is_plain =
            |tree: &Tree, id| tree.scalar(id).is_some_and(|scalar| scalar.quoting == Quoting::Plain);
        while let (Some(node), Some(line)) = (node.filter(|id| is_plain(&self.tree, *id)), self.peek()) {
            let inside = column.is_none_or(|column| line.indent > column);
            if !inside
                || self.key_end(line.content, line.end).is_some()
                || is_item(self.slice(line.content..line.end))
            {
                return;
            }
            let written = without_comment(self.slice(line.content..line.end));
            let end = line.content + written.len();
            self.tree.continue_text(node, written, line.content, end);
            self.next += 1;
        }
    }

    fn quoted(&mut self, scalar: Scalar, span: Range<usize>, parent: Option<NodeId>) -> NodeId {
        self.tree.is_broken |= scalar.unterminated;
        self.tree.add(span, parent, Content::Text(scalar))
    }

    /// Ends a collection where its last part ends.
    fn finish(&mut self, node: NodeId) {
        let end = match self.tree.content(node) {
            Some(Content::Array(items)) => items.last().map(|item| self.tree.span(*item).end),
            Some(Content::Object(members)) => members.last().map(|member| {
                let value = member.value.map_or(0, |value| self.tree.span(value).end);
                value.max(member.key_span.end + usize::from(member.has_colon))
            }),
            _ => None,
        };
        if let Some(end) = end {
            self.tree.end_at(node, end);
        }
    }

    /// The key at an offset, its span, and its colon.
    fn key_end(&self, at: usize, end: usize) -> Option<(Scalar, Range<usize>, usize)> {
        let rest = self.slice(at..end);
        let (key, span_end) = match rest.chars().next()? {
            '"' => double_quoted(self.text, at, end, true),
            '\'' => single_quoted(self.text, at, end),
            '{' | '[' | '#' | '|' | '>' | '&' | '*' | '!' | '%' | '@' | '`' => return None,
            _ => {
                let colon = rest.char_indices().find(|(offset, c)| {
                    *c == ':'
                        && rest
                            .get(offset + 1..)
                            .is_none_or(|after| after.is_empty() || after.starts_with([' ', '\t']))
                });
                let comment = rest.find(" #").unwrap_or(rest.len());
                let (colon, _) = colon.filter(|(colon, _)| *colon < comment)?;
                let written = rest.get(..colon)?.trim_end();
                let span = at..at + written.len();
                return Some((Scalar::plain(self.text, span.clone()), span, at + colon));
            }
        };
        let after = self.slice(span_end..end);
        let spaces = after.len() - after.trim_start_matches([' ', '\t']).len();
        let tail = after.get(spaces..)?.strip_prefix(':')?;
        (tail.is_empty() || tail.starts_with([' ', '\t'])).then(|| (key, at..span_end, span_end + spaces))
    }

    /// Passes over tags and anchors.
    fn after_properties(&self, at: usize, end: usize) -> usize {
        let mut rest = self.slice(at..end);
        while rest.starts_with(['!', '&']) {
            let word = rest.find([' ', '\t']).unwrap_or(rest.len());
            rest = rest.get(word..).unwrap_or_default().trim_start_matches([' ', '\t']);
        }
        end - rest.len()
    }
}

impl Tree {
    /// Adds a further line to a plain scalar of YAML.
    fn continue_text(&mut self, id: NodeId, written: &str, at: usize, end: usize) {
        if let Some(scalar) = self.scalar_mut(id) {
            scalar.push(" ", at.saturating_sub(1));
            scalar.push(written, at);
            scalar.inner.end = end;
        }
        self.end_at(id, end);
    }
}

fn is_item(rest: &str) -> bool {
    rest == "-" || rest.starts_with("- ") || rest.starts_with("-\t")
}

fn without_comment(written: &str) -> &str {
    let end = [" #", "\t#"].iter().filter_map(|mark| written.find(mark)).min().unwrap_or(written.len());
    written.get(..end).unwrap_or_default().trim_end()
}

/// A plain scalar, as the core schema reads it.
fn plain(scalar: Scalar, tree: &mut Tree) -> Content {
    let value = match scalar.value.as_str() {
        "~" | "null" | "Null" | "NULL" => Value::Null,
        "true" | "True" | "TRUE" => Value::Bool(true),
        "false" | "False" | "FALSE" => Value::Bool(false),
        alias if alias.starts_with('*') => {
            tree.is_broken = true;
            return Content::Word(scalar);
        }
        other => match number(other) {
            Some(number) => Value::Number(number),
            None => return Content::Text(scalar),
        },
    };
    Content::Literal(value)
}

fn number(text: &str) -> Option<Number> {
    let starts = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+' | '.'));
    starts.then(|| text.strip_prefix('+').unwrap_or(text).parse().ok()).flatten()
}

/// Reads a block scalar whose header is at `start` and ends at `line_end`.
fn block_scalar(text: &str, start: usize, line_end: usize, limit: usize) -> Scalar {
    let header = without_comment(text.get(start..line_end).unwrap_or_default());
    let body = text.get(line_end..limit).unwrap_or_default();
    let body_start = line_end + body.find('\n').map_or(body.len(), |newline| newline + 1);
    let mut scalar = Scalar::new(Quoting::Block, body_start..body_start);
    let mut body = text.get(body_start..limit).unwrap_or_default();
    let spaces = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let is_blank = |line: &str| line.trim().is_empty();
    let indent = body.lines().find(|line| !is_blank(line)).map_or(0, spaces);
    // A digit in the header sets another indentation.
    let is_known = !header.contains(|c: char| c.is_ascii_digit());
    let mut at = body_start;
    // Lines are separated when the next one with content is known.
    let mut breaks = 0_usize;
    let mut before: Option<(usize, bool)> = None;
    for line in body.split_inclusive('\n') {
        let written = line.trim_end_matches(['\n', '\r']);
        if is_blank(written) {
            breaks += 1;
        } else if is_known && spaces(written) < indent {
            // A comment that stands further left is not part of the text.
            body = text.get(body_start..at).unwrap_or_default();
            break;
        } else {
            let content = written.get(indent.min(spaces(written))..).unwrap_or_default();
            let is_deeper = content.starts_with([' ', '\t']);
            let begins = at + written.len() - content.len();
            let folds = header.starts_with('>') && !is_deeper && !before.is_some_and(|(_, deeper)| deeper);
            match before {
                Some((end, _)) if folds && breaks == 0 => scalar.push(" ", end),
                Some((end, _)) => scalar.push(&"\n".repeat(breaks + usize::from(!folds)), end),
                None => scalar.push(&"\n".repeat(breaks), body_start),
            }
            scalar.push(content, begins);
            breaks = 0;
            scalar.inner.end = at + written.len();
            before = Some((scalar.inner.end, is_deeper));
        }
        at += line.len();
    }
    match (before, header.contains('-'), header.contains('+')) {
        (Some((end, _)), false, true) => scalar.push(&"\n".repeat(breaks + 1), end),
        (Some((end, _)), false, false) if body.ends_with('\n') => scalar.push("\n", end),
        _ => {}
    }
    scalar
}

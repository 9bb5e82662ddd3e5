//! Formatting: JSON in the usual layout, in its order; of YAML only what cannot change its meaning.

use asl_model::Format;

use crate::document::Document;
use crate::edit::DocumentEdit;
use crate::syntax::{self, Content, NodeId, Quoting, Tree};

/// The widest object or array that stays in one line, in characters.
const WIDTH: usize = 100;

/// The edits that format a document. There are none for a text with errors.
pub(crate) fn formatting(document: &Document, spaces: usize) -> Vec<DocumentEdit> {
    if !document.is_exact() {
        return Vec::new();
    }
    match document.format {
        Format::Json => json(document, spaces),
        _ => yaml(document),
    }
}

fn json(document: &Document, spaces: usize) -> Vec<DocumentEdit> {
    let text = document.buffer.text();
    let tree = syntax::parse(text, Format::Json);
    let Some(root) = tree.root() else { return Vec::new() };
    let mut layout = JsonLayout { text, tree: &tree, spaces, written: String::new() };
    layout.value(root, 0);
    let mut written = layout.written;
    written.push('\n');
    if text.contains("\r\n") {
        written = written.replace('\n', "\r\n");
    }
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    let is_same = text.get(start..) == Some(written.as_str());
    if is_same { Vec::new() } else { vec![DocumentEdit { range: start..text.len(), text: written }] }
}

struct JsonLayout<'t> {
    text: &'t str,
    tree: &'t Tree,
    spaces: usize,
    written: String,
}

impl JsonLayout<'_> {
    /// A number or a text as it is written, so that `1.0` and `\u00e4` stay.
    fn verbatim(&self, id: NodeId) -> &str {
        self.text.get(self.tree.span(id)).unwrap_or_default()
    }

    fn value(&mut self, id: NodeId, indent: usize) {
        let inner = indent + self.spaces;
        if let Some(line) = self.in_line(id, indent) {
            self.written.push_str(&line);
            return;
        }
        let tree = self.tree;
        let line = |level: usize| format!("\n{}", " ".repeat(level));
        match tree.content(id) {
            Some(Content::Object(members)) => {
                self.written.push('{');
                for (index, member) in members.iter().enumerate() {
                    self.written.push_str(if index == 0 { "" } else { "," });
                    self.written.push_str(&line(inner));
                    self.written.push_str(self.text.get(member.key_span.clone()).unwrap_or_default());
                    self.written.push_str(": ");
                    if let Some(value) = member.value {
                        self.value(value, inner);
                    }
                }
                self.written.push_str(&format!("{}}}", line(indent)));
            }
            Some(Content::Array(items)) => {
                self.written.push('[');
                for (index, item) in items.iter().enumerate() {
                    self.written.push_str(if index == 0 { "" } else { "," });
                    self.written.push_str(&line(inner));
                    self.value(*item, inner);
                }
                self.written.push_str(&format!("{}]", line(indent)));
            }
            _ => {}
        }
    }

    /// A scalar, an empty container, or one that stands in one line already and fits.
    fn in_line(&self, id: NodeId, indent: usize) -> Option<String> {
        let written = self.verbatim(id);
        match self.tree.content(id)? {
            Content::Object(members) if members.is_empty() => return Some("{}".to_owned()),
            Content::Array(items) if items.is_empty() => return Some("[]".to_owned()),
            Content::Object(_) | Content::Array(_) if written.contains('\n') => return None,
            _ => {}
        }
        let mut line = String::new();
        self.compact(id, &mut line);
        let fits = indent + line.chars().count() <= WIDTH;
        let is_scalar = !matches!(self.tree.content(id)?, Content::Object(_) | Content::Array(_));
        // The document itself is always laid out.
        (is_scalar || fits && self.tree.parent(id).is_some()).then_some(line)
    }

    fn compact(&self, id: NodeId, line: &mut String) {
        match self.tree.content(id) {
            Some(Content::Object(members)) => {
                line.push('{');
                for (index, member) in members.iter().enumerate() {
                    line.push_str(if index == 0 { "" } else { ", " });
                    line.push_str(self.text.get(member.key_span.clone()).unwrap_or_default());
                    line.push_str(": ");
                    if let Some(value) = member.value {
                        self.compact(value, line);
                    }
                }
                line.push('}');
            }
            Some(Content::Array(items)) => {
                line.push('[');
                for (index, item) in items.iter().enumerate() {
                    line.push_str(if index == 0 { "" } else { ", " });
                    self.compact(*item, line);
                }
                line.push(']');
            }
            _ => line.push_str(self.verbatim(id)),
        }
    }
}

/// Removes spaces at the ends of lines that are not part of a text.
fn yaml(document: &Document) -> Vec<DocumentEdit> {
    let text = document.buffer.text();
    let tree = syntax::parse(text, document.format);
    // Spaces may belong to blocks, and to texts of several lines.
    let mut kept: Vec<std::ops::Range<usize>> = Vec::new();
    for id in tree.ids() {
        let span = tree.span(id);
        let is_block = tree.scalar(id).is_some_and(|scalar| scalar.quoting == Quoting::Block);
        if tree.scalar(id).is_some()
            && text.get(span.clone()).is_some_and(|written| is_block || written.contains('\n'))
        {
            // The blank lines after a block may belong to it, too.
            let rest = text.get(span.end..).unwrap_or_default();
            kept.push(span.start..span.end + rest.len() - rest.trim_start().len());
        }
    }
    let mut edits = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let written = line.trim_end_matches(['\n', '\r']);
        let range = start + written.trim_end_matches([' ', '\t']).len()..start + written.len();
        let is_kept = kept.iter().any(|span| span.start <= range.start && range.start <= span.end);
        if !range.is_empty() && !is_kept {
            edits.push(DocumentEdit { range, text: String::new() });
        }
        start += line.len();
    }
    edits
}

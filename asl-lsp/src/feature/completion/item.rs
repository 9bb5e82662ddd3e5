//! [`CompletionItem`]: a proposal, and the edit that accepting it makes.

use std::ops::Range;

use asl_model::Format;
use serde_json::{Value, json};

use crate::cursor::{Cursor, Slot};
use crate::document::Document;
use crate::edit::yaml_text;
use crate::syntax::Quoting;

/// What a client can show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CompletionSupport {
    /// Whether an insertion may have places to fill in.
    pub(crate) snippets: bool,
}

/// A proposal.
#[derive(Debug, Clone)]
pub(crate) struct CompletionItem {
    pub(crate) label: String,
    pub(crate) kind: ItemKind,
    pub(crate) detail: String,
    pub(crate) documentation: String,
    pub(crate) insertion: Insertion,
}

/// What is inserted.
#[derive(Debug, Clone)]
pub(crate) enum Insertion {
    /// A key, and a snippet for its value.
    Key { name: String, value: String },
    /// A text.
    Text(String),
    /// A snippet of JSON or YAML.
    Written(String),
    /// A part of an expression, as a snippet, in place of this range of the document.
    Word { snippet: String, range: Range<usize> },
}

/// The protocol's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ItemKind {
    Function = 3,
    Field = 5,
    Variable = 6,
    Property = 10,
    Value = 12,
    Enum = 13,
    Snippet = 15,
    Reference = 18,
    Event = 23,
}

impl CompletionItem {
    pub(crate) fn new(label: impl Into<String>, kind: ItemKind, insertion: Insertion) -> CompletionItem {
        CompletionItem {
            label: label.into(),
            kind,
            detail: String::new(),
            documentation: String::new(),
            insertion,
        }
    }

    pub(crate) fn detail(self, detail: impl Into<String>) -> CompletionItem {
        CompletionItem { detail: detail.into(), ..self }
    }

    pub(crate) fn about(self, documentation: impl Into<String>) -> CompletionItem {
        CompletionItem { documentation: documentation.into(), ..self }
    }

    pub(super) fn to_json(
        &self,
        index: usize,
        cursor: &Cursor,
        document: &Document,
        support: CompletionSupport,
    ) -> Value {
        let (snippet, range) = match &self.insertion {
            Insertion::Key { name, value } => (key(name, value, cursor), cursor.replaced.clone()),
            Insertion::Text(text) => (escaped(&written_text(text, cursor)), cursor.replaced.clone()),
            Insertion::Written(snippet) => (snippet.clone(), cursor.replaced.clone()),
            Insertion::Word { snippet, range } => (snippet.clone(), range.clone()),
        };
        let is_word = matches!(self.insertion, Insertion::Word { .. });
        let quoted = !is_word && matches!(cursor.quoting, Quoting::Double | Quoting::Single);
        let filter = match cursor.quoting {
            Quoting::Single if quoted => format!("'{}'", self.label),
            _ if quoted => format!("\"{}\"", self.label),
            _ => self.label.clone(),
        };
        let text = if support.snippets { snippet } else { plain(&snippet) };
        let mut item = json!({
            "label": self.label,
            "kind": self.kind as u8,
            "sortText": format!("{index:04}"),
            "filterText": filter,
            "insertTextFormat": if support.snippets { 2 } else { 1 },
            "insertTextMode": 2,
            "textEdit": {"range": document.buffer.range(&range), "newText": text},
        });
        let Some(members) = item.as_object_mut() else { return item };
        if !self.detail.is_empty() {
            members.insert("detail".to_owned(), json!(self.detail));
        }
        if !self.documentation.is_empty() {
            members
                .insert("documentation".to_owned(), json!({"kind": "markdown", "value": self.documentation}));
        }
        if let (Slot::Key { comma_at: Some(at), .. }, Format::Json) = (cursor.slot, cursor.definition.format)
        {
            let comma = json!([{"range": document.buffer.range(&(at..at)), "newText": ","}]);
            members.insert("additionalTextEdits".to_owned(), comma);
        }
        item
    }
}

/// A key with its value, or the key alone if the value is there already.
fn key(name: &str, value: &str, cursor: &Cursor) -> String {
    let Slot::Key { has_colon, is_followed, .. } = cursor.slot else { return escaped(name) };
    let is_json = cursor.definition.format == Format::Json;
    let written = match cursor.quoting {
        Quoting::Plain if !is_json => yaml_text(name),
        Quoting::Single => format!("'{name}'"),
        _ => serde_json::Value::from(name).to_string(),
    };
    match (has_colon, is_json && is_followed) {
        (true, _) => escaped(&written),
        (false, true) => format!("{}: {value},", escaped(&written)),
        (false, false) => format!("{}: {value}", escaped(&written)),
    }
}

/// A text as the format writes it.
pub(super) fn written_text(text: &str, cursor: &Cursor) -> String {
    match (cursor.quoting, cursor.definition.format) {
        (Quoting::Plain, Format::Json) | (Quoting::Double, _) => serde_json::Value::from(text).to_string(),
        (Quoting::Single, _) => format!("'{}'", text.replace('\'', "''")),
        _ => yaml_text(text),
    }
}

/// A text as a snippet that inserts it.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('$', "\\$").replace('}', "\\}")
}

/// A snippet without its places to fill in: `${1:Name}` is `Name`, `$1` is nothing.
fn plain(snippet: &str) -> String {
    let mut text = String::new();
    let mut open = 0_usize;
    let mut rest = snippet.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\\' => text.extend(rest.next()),
            '$' if rest.peek() == Some(&'{') => {
                open += 1;
                rest.next();
                while rest.next_if(|c| c.is_ascii_digit() || *c == ':').is_some() {}
            }
            '$' => while rest.next_if(char::is_ascii_digit).is_some() {},
            '}' if open > 0 => open -= 1,
            other => text.push(other),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snippets_have_a_plain_form() {
        assert_eq!(
            plain("\"${1:Name}\": {\"Type\": \"$2\"\\}, \\$sum($1)$0"),
            "\"Name\": {\"Type\": \"\"}, $sum()"
        );
    }
}

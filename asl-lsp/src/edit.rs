//! Edits of a document: values written in its format, members added and removed.

use std::ops::Range;

use asl_model::Format;
use asl_value::{Object, Value};

use crate::document::{Definition, Document};
use crate::syntax::{Content, NodeId, Quoting};

/// The widest object or array that is written in one line, in characters.
const WIDTH: usize = 80;

/// A text in place of a part of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DocumentEdit {
    pub(crate) range: Range<usize>,
    pub(crate) text: String,
}

/// Whether an object or array is written in brackets: always in JSON, in YAML as a flow collection.
pub(crate) fn is_bracketed(document: &Document, definition: &Definition, node: NodeId) -> bool {
    let rest = document.buffer.text().get(definition.tree.span(node).start..).unwrap_or_default();
    definition.format == Format::Json || rest.starts_with(['{', '['])
}

/// Spaces before the content of the line with an offset.
pub(crate) fn indent(document: &Document, offset: usize) -> usize {
    let line = document.buffer.line(document.buffer.line_of(offset));
    line.len() - line.trim_start_matches([' ', '\t']).len()
}

/// The bytes before an offset in its line.
pub(crate) fn column(document: &Document, offset: usize) -> usize {
    let before = document.buffer.text().get(..offset).unwrap_or_default();
    offset - before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// The spaces of one level: those of the first line that has some.
pub(crate) fn unit(document: &Document) -> usize {
    let first = document.buffer.text().lines().map(|line| line.len() - line.trim_start_matches(' ').len());
    first.take(200).find(|spaces| *spaces > 0).map_or(2, |spaces| spaces.min(8))
}

/// A value as JSON. Objects and arrays that fit in a line are written in one, except the outermost.
pub(crate) fn json(value: &Value, indent: usize, unit: usize) -> String {
    let mut text = String::new();
    write_json(value, indent, unit, true, &mut text);
    text
}

fn write_json(value: &Value, indent: usize, unit: usize, is_outermost: bool, text: &mut String) {
    let compact = spaced(value);
    let fits = !is_outermost && indent + compact.len() <= WIDTH;
    let line = |level: usize| format!("\n{}", " ".repeat(level));
    match value {
        Value::Object(members) if !members.is_empty() && !fits => {
            text.push('{');
            for (index, (name, value)) in members.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                text.push_str(&format!("{}{}: ", line(indent + unit), Value::from(name).to_json()));
                write_json(value, indent + unit, unit, false, text);
            }
            text.push_str(&format!("{}}}", line(indent)));
        }
        Value::Array(items) if !items.is_empty() && !fits => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index == 0 { "" } else { "," });
                text.push_str(&line(indent + unit));
                write_json(item, indent + unit, unit, false, text);
            }
            text.push_str(&format!("{}]", line(indent)));
        }
        _ => text.push_str(&compact),
    }
}

/// A value as JSON in one line, with spaces.
pub(crate) fn spaced(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|(name, value)| format!("{}: {}", Value::from(name).to_json(), spaced(value)))
                .collect();
            format!("{{{}}}", members.join(", "))
        }
        Value::Array(items) => format!("[{}]", items.iter().map(spaced).collect::<Vec<_>>().join(", ")),
        scalar => scalar.to_json(),
    }
}

/// A member in blocks of YAML, without spaces before its key.
fn yaml_member(name: &str, value: &Value, indent: usize, unit: usize) -> String {
    format!("{}:{}", yaml_text(name), yaml_value(value, indent, unit))
}

/// What follows a colon of YAML.
pub(crate) fn yaml_value(value: &Value, indent: usize, unit: usize) -> String {
    match value {
        Value::Object(members) if !members.is_empty() => {
            let spaces = " ".repeat(indent + unit);
            let members = members
                .iter()
                .map(|(name, value)| format!("\n{spaces}{}", yaml_member(name, value, indent + unit, unit)));
            members.collect()
        }
        Value::Array(items)
            if items.iter().any(|item| matches!(item, Value::Object(_) | Value::Array(_))) =>
        {
            let spaces = " ".repeat(indent + unit);
            let items =
                items.iter().map(|item| match item.as_object().filter(|members| !members.is_empty()) {
                    Some(members) => {
                        format!("\n{spaces}- {}", yaml_members(members, indent + unit + 2, unit))
                    }
                    None => format!("\n{spaces}- {}", spaced(item)),
                });
            items.collect()
        }
        Value::String(text) => format!(" {}", yaml_text(text)),
        other => format!(" {}", spaced(other)),
    }
}

/// Members of a block of YAML; the first one without spaces before it.
fn yaml_members(members: &Object, indent: usize, unit: usize) -> String {
    let members: Vec<String> =
        members.iter().map(|(name, value)| yaml_member(name, value, indent, unit)).collect();
    members.join(&format!("\n{}", " ".repeat(indent)))
}

/// Whether [`replaced`] would lose what a value does not hold: a tag, an anchor or a comment of YAML.
pub(crate) fn loses(document: &Document, definition: &Definition, node: NodeId) -> bool {
    if definition.format == Format::Json {
        return false;
    }
    let (tree, text) = (&definition.tree, document.buffer.text());
    let mut at = tree.member_of(node).map_or(tree.span(node).start, |member| member.key_span.end);
    let mut words = Vec::new();
    written_words(definition, node, &mut words);
    for word in words {
        let written = text.get(word.clone()).unwrap_or_default();
        let header = written.lines().next().filter(|line| line.starts_with(['|', '>']));
        let between = text.get(at..word.start).unwrap_or_default();
        if between.contains(MARKS)
            || written.starts_with(['!', '&'])
            || header.is_some_and(|line| line.contains('#'))
        {
            return true;
        }
        at = word.end.max(at);
    }
    text.get(at..tree.span(node).end).unwrap_or_default().contains(MARKS)
}

/// What begins a tag, an anchor or a comment of YAML between keys and scalars.
const MARKS: [char; 3] = ['!', '&', '#'];

/// Where the keys and scalars in a node are written, in the order of the text.
fn written_words(definition: &Definition, node: NodeId, words: &mut Vec<Range<usize>>) {
    let tree = &definition.tree;
    if !matches!(tree.content(node), Some(Content::Object(_) | Content::Array(_))) {
        words.push(tree.span(node));
    }
    for member in tree.members(node) {
        words.push(member.key_span.clone());
        if let Some(value) = member.value {
            written_words(definition, value, words);
        }
    }
    for item in tree.items(node) {
        written_words(definition, *item, words);
    }
}

/// A new value in place of a node that is the value of a member.
pub(crate) fn replaced(
    document: &Document,
    definition: &Definition,
    node: NodeId,
    value: &Value,
) -> DocumentEdit {
    let range = definition.tree.span(node);
    let unit = unit(document);
    if is_bracketed(document, definition, node) {
        let text = json(value, indent(document, range.start), unit);
        return DocumentEdit { range, text };
    }
    // A block of YAML begins on the line after its key.
    let key =
        definition.tree.member_of(node).map_or(range.start..range.start, |member| member.key_span.clone());
    let between = document.buffer.text().get(key.end..range.start).unwrap_or_default();
    let colon = between.find(':').map_or(key.end, |at| key.end + at + 1);
    DocumentEdit { range: colon..range.end, text: yaml_value(value, column(document, key.start), unit) }
}

/// A new last member of an object.
pub(crate) fn added(
    document: &Document,
    definition: &Definition,
    object: NodeId,
    name: &str,
    value: &Value,
) -> Option<DocumentEdit> {
    let tree = &definition.tree;
    let unit = unit(document);
    let members = tree.members(object);
    let Some(last) = members.last() else {
        let at = tree.span(object).start + 1;
        let is_empty = is_bracketed(document, definition, object);
        return is_empty.then(|| DocumentEdit {
            range: at..at,
            text: format!("{}: {}", Value::from(name).to_json(), spaced(value)),
        });
    };
    let end = last.value.map_or(last.key_span.end, |value| tree.span(value).end);
    let indent = indent(document, last.key_span.start);
    if is_bracketed(document, definition, object) {
        let is_one_line =
            document.buffer.line_of(tree.span(object).start) == document.buffer.line_of(last.key_span.start);
        let key = Value::from(name).to_json();
        let text = match is_one_line {
            true => format!(", {key}: {}", spaced(value)),
            false => format!(",\n{}{key}: {}", " ".repeat(indent), json(value, indent, unit)),
        };
        return Some(DocumentEdit { range: end..end, text });
    }
    // The keys of a block stand in one column, also after a dash.
    let column = column(document, last.key_span.start);
    let text = format!("\n{}{}", " ".repeat(column), yaml_member(name, value, column, unit));
    // A comment may follow the value.
    let rest = document.buffer.text().get(end..)?;
    let end = end + rest.find(['\n', '\r']).unwrap_or(rest.len());
    Some(DocumentEdit { range: end..end, text })
}

/// An object without one of its members.
pub(crate) fn removed(
    document: &Document,
    definition: &Definition,
    object: NodeId,
    index: usize,
) -> Option<DocumentEdit> {
    let tree = &definition.tree;
    let members = tree.members(object);
    let member = members.get(index)?;
    let end = |at: usize| {
        members.get(at).map(|member| member.value.map_or(member.key_span.end, |value| tree.span(value).end))
    };
    let next = members.get(index + 1).map(|next| next.key_span.start);
    let before = index.checked_sub(1).and_then(end);
    let text = document.buffer.text();
    // The comments between the members of a block of YAML stay.
    let is_block = !is_bracketed(document, definition, object);
    let gap = |from: usize, to: usize| text.get(from..to).filter(|gap| is_block && gap.contains('#'));
    let range = match (before, next) {
        (Some(before), _) => {
            let kept = gap(before, member.key_span.start).and_then(|gap| gap.rfind('\n'));
            before + kept.unwrap_or(0)..end(index)?
        }
        (None, Some(next)) => {
            let own = end(index)?;
            let kept = gap(own, next).and_then(|gap| gap.find('#'));
            member.key_span.start..kept.map_or(next, |at| own + at)
        }
        // An empty block of YAML would be null.
        (None, None) if is_block => return None,
        (None, None) => member.key_span.start..end(index)?,
    };
    Some(DocumentEdit { range, text: String::new() })
}

/// A part of a text after edits in it, which do not overlap.
pub(crate) fn applied(text: &str, part: Range<usize>, mut edits: Vec<DocumentEdit>) -> String {
    edits.sort_by_key(|edit| edit.range.start);
    let mut written = String::new();
    let mut at = part.start;
    for edit in edits {
        written.push_str(text.get(at..edit.range.start).unwrap_or_default());
        written.push_str(&edit.text);
        at = edit.range.end;
    }
    written.push_str(text.get(at..part.end).unwrap_or_default());
    written
}

/// A name of a state, written as the old one was, or in quotes if it must be. The range is without quotes.
pub(crate) fn state_name(document: &Document, range: &Range<usize>, name: &str) -> DocumentEdit {
    let text = document.buffer.text();
    let before = text.get(..range.start).and_then(|before| before.chars().next_back());
    let json = Value::from(name).to_json();
    let text = match before {
        Some('"') => json.get(1..json.len() - 1).unwrap_or_default().to_owned(),
        Some('\'') => name.replace('\'', "''"),
        _ => yaml_text(name),
    };
    DocumentEdit { range: range.clone(), text }
}

/// Replaces a text by another one, in quotes if it needs them. `None` if the node is not a text.
pub(crate) fn renamed_text(
    document: &Document,
    definition: &Definition,
    node: NodeId,
    text: &str,
) -> Option<DocumentEdit> {
    let scalar = definition.tree.scalar(node)?;
    Some(match scalar.quoting {
        Quoting::Block => {
            let json = Value::from(text).to_json();
            DocumentEdit { range: definition.tree.span(node), text: json }
        }
        _ => state_name(document, &scalar.inner, text),
    })
}

/// A text in YAML, in quotes if it needs them.
pub(crate) fn yaml_text(text: &str) -> String {
    let first_is_safe = text.starts_with(|c: char| c.is_alphabetic() || matches!(c, '_' | '$' | '/'));
    let is_safe = first_is_safe
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with([':', ' '])
        && !text.contains(['\n', '\t'])
        && !["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
            .contains(&text.to_lowercase().as_str());
    if is_safe { text.to_owned() } else { Value::from(text).to_json() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_quotes_what_it_must() {
        let written = [
            "Check order",
            "{% $x %}",
            "a: b",
            "yes",
            "$.a",
            "2024-01-01",
            "arn:aws:states:::sqs:sendMessage",
        ]
        .map(yaml_text);
        let expect = [
            "Check order",
            "\"{% $x %}\"",
            "\"a: b\"",
            "\"yes\"",
            "$.a",
            "\"2024-01-01\"",
            "arn:aws:states:::sqs:sendMessage",
        ];
        assert_eq!(written, expect);
    }
}

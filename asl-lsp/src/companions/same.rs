//! Whether edits of a file change a name and nothing else. The strict parser decides, which knows aliases and merges of YAML.

use asl_model::{Format, Source};
use asl_value::Value;

use crate::document::Document;
use crate::edit::{self, DocumentEdit};

/// Whether a file can be read, and edits change only texts and keys from one name to another.
pub(super) fn is_only_renamed(file: &Document, edits: &[DocumentEdit], old: &str, new: &str) -> bool {
    let text = file.buffer.text();
    let edited = edit::applied(text, 0..text.len(), edits.to_vec());
    match (strict(text, file.format), strict(&edited, file.format)) {
        (Some(before), Some(after)) => with_name(&before, old, new) == with_name(&after, old, new),
        _ => false,
    }
}

fn strict(text: &str, format: Format) -> Option<Value> {
    let (value, problems) = Source::new(text.strip_prefix('\u{feff}').unwrap_or(text), format).document();
    value.filter(|_| problems.is_empty())
}

/// A value with the new name wherever it has the old one.
fn with_name(value: &Value, old: &str, new: &str) -> Value {
    match value {
        Value::String(text) if text.as_str() == old => Value::from(new),
        Value::Array(items) => Value::Array(items.iter().map(|item| with_name(item, old, new)).collect()),
        Value::Object(members) => {
            let renamed = members.iter().map(|(name, value)| {
                let name = if name.as_str() == old { new.into() } else { name.clone() };
                (name, with_name(value, old, new))
            });
            Value::Object(renamed.collect())
        }
        other => other.clone(),
    }
}

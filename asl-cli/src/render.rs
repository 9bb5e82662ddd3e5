//! How things look.

pub(crate) mod checked;
pub(crate) mod diagnostic;
pub(crate) mod github;
pub(crate) mod inspection;
pub(crate) mod outcome;
pub(crate) mod path;
pub(crate) mod sarif;

use asl_value::Value;

/// Text from elsewhere, made harmless for a terminal: control characters are escaped, but for the end of a line.
pub(crate) fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' => plain.push(character),
            _ if character.is_control() => plain.extend(character.escape_unicode()),
            _ => plain.push(character),
        }
    }
    plain
}

/// JSON text for people.
pub(crate) fn pretty(value: &Value) -> String {
    value.to_json_pretty()
}

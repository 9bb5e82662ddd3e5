//! How results are printed.

pub(crate) mod checked;
pub(crate) mod coverage;
pub(crate) mod diagnostic;
pub(crate) mod estimate;
pub(crate) mod github;
pub(crate) mod inspection;
pub(crate) mod outcome;
pub(crate) mod path;
pub(crate) mod progress;
pub(crate) mod sarif;
pub(crate) mod tests;

use asl_value::Value;

/// Makes untrusted text safe for a terminal: escapes control characters other than newlines.
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

/// Makes an untrusted name safe for one line of a terminal, which a line break would end.
pub(crate) fn one_line(text: &str) -> String {
    plain(text).replace('\n', "\\n")
}

/// JSON text for people.
pub(crate) fn pretty(value: &Value) -> String {
    value.to_json_pretty()
}

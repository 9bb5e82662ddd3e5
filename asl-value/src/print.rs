//! Prints a [`Value`] as JSON text.

use crate::parse::plain_length;
use crate::{Object, Value};

/// How lines are broken.
#[derive(Clone, Copy)]
enum Form {
    Compact,
    /// Levels of indentation.
    Pretty(usize),
}

/// Appends the compact text. The caller has checked the depth of the value.
pub(crate) fn compact(value: &Value, text: &mut String) {
    print(value, text, Form::Compact);
}

/// Appends the text with one line for each item and member, indented by two spaces a level.
pub(crate) fn pretty(value: &Value, text: &mut String) {
    print(value, text, Form::Pretty(0));
}

fn print(value: &Value, text: &mut String, form: Form) {
    match value {
        Value::Null => text.push_str("null"),
        Value::Bool(true) => text.push_str("true"),
        Value::Bool(false) => text.push_str("false"),
        Value::Number(number) => number.print(text),
        Value::String(string) => append_quoted(string, text),
        Value::Array(items) if items.is_empty() => text.push_str("[]"),
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                let inner = form.entry(place, text);
                print(item, text, inner);
            }
            form.end(']', text);
        }
        Value::Object(object) if object.is_empty() => text.push_str("{}"),
        Value::Object(object) => members(object, text, form),
    }
}

fn members(object: &Object, text: &mut String, form: Form) {
    text.push('{');
    for (place, (name, value)) in object.iter().enumerate() {
        let inner = form.entry(place, text);
        append_quoted(name, text);
        text.push_str(if let Form::Compact = form { ":" } else { ": " });
        print(value, text, inner);
    }
    form.end('}', text);
}

impl Form {
    /// Prints what comes before an entry and returns the form of the entry.
    fn entry(self, place: usize, text: &mut String) -> Form {
        if place > 0 {
            text.push(',');
        }
        match self {
            Form::Compact => Form::Compact,
            Form::Pretty(level) => {
                line(level + 1, text);
                Form::Pretty(level + 1)
            }
        }
    }

    fn end(self, bracket: char, text: &mut String) {
        if let Form::Pretty(level) = self {
            line(level, text);
        }
        text.push(bracket);
    }
}

fn line(level: usize, text: &mut String) {
    text.push('\n');
    text.extend(std::iter::repeat_n("  ", level));
}

/// Appends `string` to `text` as a JSON string, in quotes. Only the characters that JSON requires to be escaped are escaped.
///
/// ```
/// let mut text = String::new();
/// asl_value::append_quoted("a \"b\"", &mut text);
/// assert_eq!(text, r#""a \"b\"""#);
/// ```
pub fn append_quoted(string: &str, text: &mut String) {
    text.push('"');
    let mut rest = string;
    loop {
        let (plain, special) = rest.split_at(plain_length(rest.as_bytes()));
        text.push_str(plain);
        if special.is_empty() {
            break;
        }
        let mut chars = special.chars();
        escape(chars.next().unwrap_or_default(), text);
        rest = chars.as_str();
    }
    text.push('"');
}

fn escape(char: char, text: &mut String) {
    let letter = match char {
        '"' => '"',
        '\\' => '\\',
        '\u{8}' => 'b',
        '\u{c}' => 'f',
        '\n' => 'n',
        '\r' => 'r',
        '\t' => 't',
        control => {
            let hexadecimal = |digit| char::from_digit(digit, 16).unwrap_or_default();
            text.push_str("\\u00");
            text.push(hexadecimal(control as u32 >> 4));
            text.push(hexadecimal(control as u32 & 15));
            return;
        }
    };
    text.push('\\');
    text.push(letter);
}

//! How values and times are shown.

use std::time::Duration;

use asl_value::Value;

/// The longest text of a value in a list; the whole value can be opened, or copied.
const BRIEF_CHARS: usize = 200;
/// The longest text of a value in the console.
const LONG_CHARS: usize = 64 << 10;

/// A value in one line.
pub(crate) fn brief(value: &Value) -> String {
    cut(outline(value), BRIEF_CHARS)
}

/// A value in full, unless it is very long.
pub(crate) fn long(value: &Value) -> String {
    cut(value.to_json(), LONG_CHARS)
}

/// The JSON of a value, or its size if that is long.
fn outline(value: &Value) -> String {
    match value {
        Value::Array(items) if value.encoded_len() > BRIEF_CHARS => format!("[…] ({} items)", items.len()),
        Value::Object(members) if value.encoded_len() > BRIEF_CHARS => {
            format!("{{…}} ({} members)", members.len())
        }
        _ => value.to_json(),
    }
}

fn cut(text: String, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// A time since the beginning: `+0s`, `+1m30s`, `+2d3h`, `+0.250s`.
pub(crate) fn elapsed(time: Duration) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    let parts = [(seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "m")];
    let mut text = String::from("+");
    parts
        .iter()
        .filter(|(count, _)| *count > 0)
        .for_each(|(count, unit)| text.push_str(&format!("{count}{unit}")));
    match (seconds % 60, millis) {
        (0, 0) if text.len() > 1 => {}
        (rest, 0) => text.push_str(&format!("{rest}s")),
        (rest, millis) => text.push_str(&format!("{rest}.{millis:03}s")),
    }
    text
}

//! How two values differ, in lines for people.

use asl_value::{Pointer, Text, Value};

/// How many differences of two values are shown.
const MOST: usize = 12;

/// How many characters of a value are shown.
const CHARS: usize = 300;

/// The differences of two values: their places, and what is there. Empty if there are none.
///
/// ```text
/// at $.items[0].price
///   - 100
///   + 200
/// ```
pub(crate) fn differences(expected: &Value, found: &Value, partly: bool) -> Vec<String> {
    let mut differences = Differences { partly, count: 0, lines: Vec::new() };
    differences.compare(Some(expected), Some(found), &Pointer::root());
    if differences.count > MOST {
        differences.lines.push(format!("… and {} more differences", differences.count - MOST));
    }
    differences.lines
}

struct Differences {
    /// Whether objects may have members that are not expected.
    partly: bool,
    count: usize,
    lines: Vec<String>,
}

impl Differences {
    /// As deep as values nest, which their parser bounds.
    fn compare(&mut self, expected: Option<&Value>, found: Option<&Value>, place: &Pointer) {
        match (expected, found) {
            (Some(Value::Object(expected)), Some(Value::Object(found))) => {
                for (name, value) in expected {
                    self.compare(Some(value), found.get(name), &place.key(name));
                }
                let others = found.iter().filter(|(name, _)| !self.partly && !expected.contains_key(name));
                for (name, value) in others.collect::<Vec<_>>() {
                    self.compare(None, Some(value), &place.key(name));
                }
            }
            (Some(Value::Array(expected)), Some(Value::Array(found))) => {
                for index in 0..expected.len().max(found.len()) {
                    self.compare(expected.get(index), found.get(index), &place.index(index));
                }
            }
            (expected, found) if expected == found => {}
            (expected, found) => self.differ(expected, found, place),
        }
    }

    fn differ(&mut self, expected: Option<&Value>, found: Option<&Value>, place: &Pointer) {
        self.count += 1;
        if self.count > MOST {
            return;
        }
        self.lines.push(format!("at {}", place.path()));
        for (sign, value) in [('-', expected), ('+', found)] {
            let text = value.map_or_else(|| "(nothing)".to_owned(), brief);
            self.lines.push(format!("  {sign} {text}"));
        }
    }
}

/// The beginning of a value, on one line.
pub(crate) fn brief(value: &Value) -> String {
    let text = value.to_json();
    match text.char_indices().nth(CHARS) {
        None => text,
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
    }
}

/// Two lists of names, with the names that only one of them has: `  - Price`, `  + Ship`. Empty if they are equal.
pub(crate) fn lists(expected: &[Text], found: &[Text]) -> Vec<String> {
    /// How many equal names are shown around those that differ.
    const AROUND: usize = 3;
    if expected == found {
        return Vec::new();
    }
    let same = |(one, other): &(&Text, &Text)| one == other;
    let before = expected.iter().zip(found).take_while(same).count();
    let rest = expected.len().min(found.len()) - before;
    let after = expected.iter().rev().zip(found.iter().rev()).take(rest).take_while(same).count();
    let middle = |list: &[Text]| list.get(before..list.len() - after).unwrap_or_default().to_vec();
    let mut lines = Vec::new();
    if before > AROUND {
        lines.push("    …".to_owned());
    }
    lines.extend(
        expected.iter().take(before).skip(before.saturating_sub(AROUND)).map(|name| format!("    {name}")),
    );
    lines.extend(middle(expected).iter().map(|name| format!("  - {name}")));
    lines.extend(middle(found).iter().map(|name| format!("  + {name}")));
    let end = expected.len() - after;
    lines.extend(expected.iter().skip(end).take(AROUND).map(|name| format!("    {name}")));
    if after > AROUND {
        lines.push("    …".to_owned());
    }
    lines
}

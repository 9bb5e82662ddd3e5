//! Where two documents differ.

use std::borrow::Cow;

use asl_value::{Pointer, Value};

/// A place where two documents differ.
#[derive(Debug)]
pub(super) struct Leaf {
    pub(super) at: Pointer,
    pub(super) recorded: Option<Value>,
    pub(super) now: Option<Value>,
}

/// How many places of one document are reported.
const MOST: usize = 100;

/// The places where two documents differ, as deep as they have the same form.
pub(super) fn leaves(recorded: &Value, now: &Value) -> Vec<Leaf> {
    let mut found = Vec::new();
    walk(&Pointer::root(), Some(recorded), Some(now), &mut found);
    found
}

fn walk(at: &Pointer, recorded: Option<&Value>, now: Option<&Value>, found: &mut Vec<Leaf>) {
    if found.len() >= MOST {
        return;
    }
    match (recorded, now) {
        (Some(Value::Object(recorded)), Some(Value::Object(now))) => {
            for (name, value) in recorded {
                walk(&at.key(name.clone()), Some(value), now.get(name), found);
            }
            for (name, value) in now.iter().filter(|(name, _)| !recorded.contains_key(name)) {
                walk(&at.key(name.clone()), None, Some(value), found);
            }
        }
        (Some(Value::Array(recorded)), Some(Value::Array(now))) if recorded.len() == now.len() => {
            for (index, (recorded, now)) in recorded.iter().zip(now.iter()).enumerate() {
                walk(&at.index(index), Some(recorded), Some(now), found);
            }
        }
        (Some(recorded), Some(now)) if is_equal(recorded, now) => {}
        (recorded, now) => {
            found.push(Leaf { at: at.clone(), recorded: recorded.cloned(), now: now.cloned() });
        }
    }
}

fn is_equal(recorded: &Value, now: &Value) -> bool {
    recorded == now
        || recorded
            .as_str()
            .zip(now.as_str())
            .is_some_and(|(one, other)| unnumbered(one) == unnumbered(other))
}

/// A cause without the numbers of events, which depend on the order in which strands took turns.
pub(super) fn unnumbered(text: &str) -> Cow<'_, str> {
    const BEFORE: &str = "(entered at the event id #";
    if !text.contains(BEFORE) {
        return Cow::Borrowed(text);
    }
    let mut parts = text.split(BEFORE);
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, part| {
        text + BEFORE + part.trim_start_matches(|digit: char| digit.is_ascii_digit())
    });
    Cow::Owned(text)
}

//! Properties that hold for any text submitted as a definition, and a mutator that derives such texts from valid ones.
//!
//! The fuzz targets in `fuzz/`, a test and `cargo xtask fuzz-smoke` share it.

use std::path::Path;

use asl_engine::{Loaded, load};
use asl_model::{
    Code, Diagnostic, Excerpt, ExpressPatterns, Object, Pointer, Segment, Source, Text, Value, parse_value,
    validate_express,
};

use crate::{Case, files};

mod items;
mod machine;
#[cfg(feature = "parquet")]
mod parquet;
mod random;
mod words;

pub use items::{items, made_items};
pub use machine::Machines;
#[cfg(feature = "parquet")]
pub use parquet::{ParquetFiles, parquet};
pub use random::Random;

use words::{KEYS, TEXTS};

/// Loads a definition in JSON and checks the result.
///
/// # Panics
/// Loading panicked, or its results contradict each other.
pub fn definition(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        loaded(Source::json(text));
    }
}

/// Loads a definition and checks the result.
///
/// # Panics
/// As [`definition`].
pub fn loaded(source: Source) {
    let (machine, is_refused, diagnostics) = match load(&source) {
        Ok(Loaded { machine, diagnostics, .. }) => (Some(machine), false, diagnostics),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            let (machine, diagnostics) = error.into_parts();
            (machine, true, diagnostics)
        }
    };
    let has_errors = diagnostics.iter().any(Diagnostic::is_error);
    assert!(is_refused == has_errors, "a program in spite of an error, or none without");
    let spans = source.find_all(&diagnostics);
    for (diagnostic, span) in diagnostics.iter().zip(spans) {
        if let Some(span) = span {
            assert!(source.text().get(span.clone()).is_some(), "{span:?} of {diagnostic}");
        }
    }
    let text = source.text().to_owned();
    let (excerpt, left) = Excerpt::of(source).unsubstituted();
    for (diagnostic, span) in left.iter().zip(excerpt.find_all(&left)) {
        assert!(span.is_some_and(|span| text.get(span).is_some()), "{diagnostic}");
    }
    if let Some(machine) = machine {
        validate_express(&machine, ExpressPatterns::Aws);
        assert_eq!(parse_value(&machine.to_value()).machine.as_ref(), Some(&machine), "is written otherwise");
    }
}

/// Loads a definition with the text in fields of all kinds: paths, templates, function calls, JSONata.
///
/// # Panics
/// As [`definition`].
pub fn expression(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (path, query) = (Value::from(text), Value::from(format!("{{% {text} %}}")));
    let template = format!(
        r#"{{"StartAt": "A", "States": {{
            "A": {{"Type": "Pass", "InputPath": {path}, "OutputPath": {path}, "ResultPath": {path},
                "Parameters": {{"x.$": {path}, "l": [{{"y.$": {path}}}]}}, "Assign": {{"v.$": {path}}}, "Next": "B"}},
            "B": {{"Type": "Choice", "Choices": [{{"Variable": {path}, "StringEqualsPath": {path}, "Next": "C"}},
                {{"Variable": "$.a", "StringMatches": {path}, "Next": "C"}}], "Default": "C"}},
            "C": {{"Type": "Pass", "QueryLanguage": "JSONata", "Output": {{"x": {query}}}, "Next": "D"}},
            "D": {{"Type": "Map", "ItemsPath": {path}, "MaxConcurrencyPath": {path}, "Next": "F",
                "ItemProcessor": {{"StartAt": "E", "States": {{"E": {{"Type": "Wait", "SecondsPath": {path}, "End": true}}}}}}}},
            "F": {{"Type": "Fail", "ErrorPath": {path}, "CausePath": {path}}}}}}}"#
    );
    definition(template.as_bytes());
}

/// The initial definitions: those of the suite, and the examples on the pages about codes.
///
/// # Errors
/// The suite cannot be read.
pub fn corpus() -> Result<Vec<Value>, String> {
    let mut texts = Vec::new();
    for path in files(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/suite")))? {
        texts.push(Case::read(&path)?.definition);
    }
    let blocks = Code::ALL.iter().flat_map(|code| code.page().split("\n```"));
    let examples = blocks.filter_map(|block| block.strip_prefix("json ")?.split_once('\n'));
    texts.extend(examples.map(|(_, text)| text.to_owned()));
    Ok(texts.iter().filter_map(|text| Value::parse(text).ok()).collect())
}

/// Mutates one of the definitions: mostly by moving, removing, renaming and replacing parts, sometimes by damaging bytes.
pub fn mutated(corpus: &[Value], random: &mut Random) -> String {
    let Some(origin) = random.choose(corpus) else { return String::new() };
    let mut value = origin.clone();
    for _ in 0..=random.below(4) {
        value = mutate(&value, corpus, random);
    }
    match random.below(8) {
        0 => damaged(&value.to_json(), random),
        _ => value.to_json(),
    }
}

fn mutate(value: &Value, corpus: &[Value], random: &mut Random) -> Value {
    let place = any_place(value, random);
    let donor = random.choose(corpus).map(|other| {
        let place = any_place(other, random);
        other.pointer(&place).cloned().unwrap_or_default()
    });
    let donor = donor.unwrap_or_default();
    let mut change = |part: &Value| match random.below(9) {
        0 => None,
        1 => Some(donor.clone()),
        2..=4 => Some(scalar(random)),
        5 => Some([part.clone()].into_iter().collect::<Value>()),
        6 => Some(with_member(part, KEYS, donor.clone(), random)),
        7 => Some(renamed(part, random)),
        _ => Some(repeated(part, random)),
    };
    edited(value, place.segments(), &mut change).unwrap_or_default()
}

/// A random place in the document. Each step on the way is equally likely to be the last.
fn any_place(value: &Value, random: &mut Random) -> Pointer {
    let mut place = Pointer::root();
    let mut at = value;
    while random.below(6) != 0 {
        let next = match at {
            Value::Object(object) => {
                let members: Vec<(&Text, &Value)> = object.iter().collect();
                random.choose(&members).map(|(key, value)| (Segment::Key((*key).clone()), *value))
            }
            Value::Array(items) => {
                let index = random.below(items.len());
                items.get(index).map(|value| (Segment::Index(index), value))
            }
            _ => None,
        };
        let Some((segment, value)) = next else { break };
        place.push(segment);
        at = value;
    }
    place
}

/// Applies `change` to the part at `place`. `None` removes the part. Recurses as deep as the place.
fn edited(
    value: &Value,
    place: &[Segment],
    change: &mut dyn FnMut(&Value) -> Option<Value>,
) -> Option<Value> {
    let Some((step, rest)) = place.split_first() else { return change(value) };
    Some(match (value, step) {
        (Value::Object(object), Segment::Key(name)) => {
            let members = object.iter().filter_map(|(key, value)| match key == name {
                true => Some((key.clone(), edited(value, rest, change)?)),
                false => Some((key.clone(), value.clone())),
            });
            Value::Object(members.collect::<Object>())
        }
        (Value::Array(items), Segment::Index(index)) => {
            let items = items.iter().enumerate().filter_map(|(place, item)| match place == *index {
                true => edited(item, rest, change),
                false => Some(item.clone()),
            });
            items.collect()
        }
        (other, _) => other.clone(),
    })
}

fn scalar(random: &mut Random) -> Value {
    match random.below(8) {
        0 => Value::Null,
        1 => Value::Bool(random.below(2) == 0),
        2 => Value::from(random.below(200) as i64 - 100),
        3 => Value::from(1e300),
        4 => Value::Object(Object::new()),
        5 => Value::Array(Vec::new().into()),
        _ => Value::from(random.choose(TEXTS).copied().unwrap_or_default()),
    }
}

fn with_member(part: &Value, keys: &[&str], value: Value, random: &mut Random) -> Value {
    let mut object = part.as_object().cloned().unwrap_or_default();
    let value = if random.below(2) == 0 { scalar(random) } else { value };
    object.insert(random.choose(keys).copied().unwrap_or_default(), value);
    Value::Object(object)
}

fn renamed(part: &Value, random: &mut Random) -> Value {
    let Some(object) = part.as_object() else { return part.clone() };
    let chosen = random.below(object.len());
    let names = if random.below(3) == 0 { TEXTS } else { KEYS };
    let name = random.choose(names).copied().unwrap_or_default();
    let members = object.iter().enumerate().map(|(place, (key, value))| match place == chosen {
        true => (Text::from(name), value.clone()),
        false => (key.clone(), value.clone()),
    });
    Value::Object(members.collect::<Object>())
}

fn repeated(part: &Value, random: &mut Random) -> Value {
    match part {
        Value::Array(items) => {
            let again = random.choose(&items.iter().collect::<Vec<_>>()).map(|item| (*item).clone());
            items.iter().cloned().chain(again).collect()
        }
        Value::String(text) => {
            let other = random.choose(TEXTS).copied().unwrap_or_default();
            let cut = text.chars().take(random.below(text.len() + 1)).collect::<String>();
            Value::from(cut + other)
        }
        other => other.clone(),
    }
}

/// Removes, inserts and changes bytes.
fn damaged(text: &str, random: &mut Random) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len() + 1);
        let until = (at + random.below(20)).min(bytes.len());
        match random.below(3) {
            0 => drop(bytes.drain(at..until)),
            1 => {
                let piece = random.choose(TEXTS).copied().unwrap_or_default();
                drop(bytes.splice(at..at, piece.bytes()));
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = byte.wrapping_add(1 + random.below(255) as u8);
                }
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Combines a path, call or expression from the dictionary.
pub fn mutated_expression(random: &mut Random) -> String {
    let mut text = String::new();
    for _ in 0..=random.below(3) {
        text.push_str(random.choose(TEXTS).copied().unwrap_or_default());
    }
    damaged(text.trim_start_matches("{%").trim_end_matches("%}"), random)
}

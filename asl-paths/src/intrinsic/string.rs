//! Strings.

use asl_query::Host;
use asl_value::Value;

use super::function::{Fault, Function};
use crate::java;

pub(super) static STRING_SPLIT: Function = Function {
    name: "States.StringSplit",
    arguments: "string, delimiters",
    summary: "The parts of a string between any of the characters of the second string; empty parts are dropped.",
    examples: &[
        ("States.StringSplit('1,2,,3', ',')", r#"["1","2","3"]"#),
        ("States.StringSplit('a-b+c', '+-')", r#"["a","b","c"]"#),
        ("States.StringSplit(',,', ',')", "[]"),
        ("States.StringSplit('ab', '')", r#"["ab"]"#),
    ],
    call: string_split,
};

pub(super) static FORMAT: Function = Function {
    name: "States.Format",
    arguments: "template, value…",
    summary: "The template with each `{}` replaced by a value: strings as they are, numbers, booleans and null as in \
              JSON, objects and arrays as Java prints them.",
    examples: &[
        ("States.Format('{} is {}', 'answer', 42)", r#""answer is 42""#),
        (r"States.Format('\{{}\}', null)", r#""{null}""#),
        (r#"States.Format('{}', States.StringToJson('{"a":1,"b":["x"]}'))"#, r#""{a=1, b=[x]}""#),
    ],
    call: format,
};

fn string_split(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::String(text), Value::String(delimiters)] = values else { return Err(Fault::Arguments) };
    let mut among: Vec<char> = delimiters.chars().collect();
    among.sort_unstable();
    // As long as they are, they are found in a few steps.
    let is_delimiter = |char: char| among.binary_search(&char).is_ok();
    // UNRECORDED: `States.StringSplit` with an empty delimiter.
    Ok(text.split(is_delimiter).filter(|part| !part.is_empty()).collect())
}

fn format(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let Some((Value::String(template), values)) = values.split_first() else { return Err(Fault::Arguments) };
    let mut values = values.iter();
    let mut text = String::with_capacity(template.len() + 16);
    let mut rest = template.as_str();
    while let Some(place) = rest.find(['\\', '{', '}']) {
        let (literal, special) = rest.split_at(place);
        text.push_str(literal);
        let mut chars = special.chars();
        match (chars.next(), chars.clone().next()) {
            (Some('\\'), Some(escaped @ ('{' | '}' | '\\'))) => {
                text.push(escaped);
                chars.next();
            }
            (Some('{'), Some('}')) => {
                insert(&mut text, values.next().ok_or_else(mismatch)?)?;
                chars.next();
            }
            (Some('{'), _) => return Err(unmatched('}', '{')),
            (Some('}'), _) => return Err(unmatched('{', '}')),
            (other, _) => text.extend(other),
        }
        rest = chars.as_str();
    }
    text.push_str(rest);
    match values.next() {
        None => Ok(Value::from(text)),
        Some(_) => Err(mismatch()),
    }
}

fn insert(text: &mut String, value: &Value) -> Result<(), Fault> {
    if text.len() + value.encoded_len() > java::MAX_PRINTED_BYTES {
        return Err(Fault::TooLarge);
    }
    match value {
        Value::String(string) => text.push_str(string),
        Value::Array(_) | Value::Object(_) => text.push_str(&java::text(value)),
        scalar => text.push_str(&scalar.to_string()),
    }
    Ok(())
}

fn mismatch() -> Fault {
    let reason =
        "Invalid arguments in States.Format: number of arguments do not match the occurrences of {}.";
    Fault::Reason(reason.to_owned())
}

fn unmatched(missing: char, found: char) -> Fault {
    Fault::Reason(format!("Invalid template in States.Format: matching '{missing}' not found for '{found}'."))
}

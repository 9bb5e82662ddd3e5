//! JSON as text, and merging.

use asl_query::Host;
use asl_value::Value;

use super::function::{Fault, Function};
use super::jackson;
use crate::java::MAX_PRINTED_BYTES;

pub(super) static JSON_MERGE: Function = Function {
    name: "States.JsonMerge",
    arguments: "object, object, false",
    summary: "The members of both objects; the second object's replace the first's. Deep merging is not supported.",
    examples: &[(
        r#"States.JsonMerge(States.StringToJson('{"a":{"x":1},"b":2}'), States.StringToJson('{"c":4,"a":3}'), false)"#,
        r#"{"a":3,"b":2,"c":4}"#,
    )],
    call: json_merge,
};

pub(super) static STRING_TO_JSON: Function = Function {
    name: "States.StringToJson",
    arguments: "string",
    summary: "The value of a JSON text; null for a blank one.",
    examples: &[
        (r#"States.StringToJson('{"a": [1, true]}')"#, r#"{"a":[1,true]}"#),
        ("States.StringToJson('')", "null"),
        ("States.StringToJson('-0')", "0"),
    ],
    call: string_to_json,
};

pub(super) static JSON_TO_STRING: Function = Function {
    name: "States.JsonToString",
    arguments: "value",
    summary: "The compact JSON text of a value.",
    examples: &[
        ("States.JsonToString(States.Array(1, 'x'))", r#""[1,\"x\"]""#),
        ("States.JsonToString(null)", r#""null""#),
    ],
    call: |values, _| match values {
        [value] if value.encoded_len() > MAX_PRINTED_BYTES => Err(Fault::TooLarge),
        [value] => Ok(Value::from(value.to_json())),
        _ => Err(Fault::Arguments),
    },
};

fn json_merge(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    // A third argument that is not a boolean counts as false.
    let [Value::Object(first), Value::Object(second), deep] = values else { return Err(Fault::Arguments) };
    if *deep == Value::Bool(true) {
        return Err(Fault::Arguments);
    }
    let mut merged = first.clone();
    merged.extend(second.iter().map(|(name, value)| (name.clone(), value.clone())));
    Ok(Value::Object(merged))
}

fn string_to_json(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [Value::String(text)] = values else { return Err(Fault::Arguments) };
    if text.trim().is_empty() {
        return Ok(Value::Null);
    }
    // UNRECORDED: whether `States.StringToJson` ignores text after the value.
    Value::parse(text).map_err(|error| {
        let reason = jackson::complaint(text).unwrap_or_else(|| error.to_string());
        Fault::Reason(format!("Cannot convert String to Json in States.StringToJson, caused by: {reason}"))
    })
}

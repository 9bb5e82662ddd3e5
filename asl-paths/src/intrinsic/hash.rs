//! `States.Hash`.

use asl_query::{Host, sfn};
use asl_value::Value;

use super::function::{Fault, Function, MAX_TEXT_UNITS, is_within_limit};

pub(super) static HASH: Function = Function {
    name: "States.Hash",
    arguments: "data, algorithm",
    summary: "The hash of a string of at most 10,000 characters, or of a value's JSON text, in lower-case \
              hexadecimal: MD5, SHA-1, SHA-256, SHA-384 or SHA-512.",
    examples: &[
        ("States.Hash('input data', 'SHA-1')", r#""aaff4a450a104cd177d28d18d74485e8cae074b7""#),
        ("States.Hash('', 'MD5')", r#""d41d8cd98f00b204e9800998ecf8427e""#),
    ],
    call: hash,
};

fn hash(values: &[Value], _: &dyn Host) -> Result<Value, Fault> {
    let [data, Value::String(algorithm)] = values else { return Err(Fault::Arguments) };
    // Refuses a huge value without printing it: JSON text is never shorter than this.
    if data.encoded_len() > 8 * MAX_TEXT_UNITS {
        return Err(Fault::Arguments);
    }
    let printed;
    let text = match data {
        Value::String(text) => text.as_str(),
        other => {
            printed = other.to_json();
            &printed
        }
    };
    if !is_within_limit(text) {
        return Err(Fault::Arguments);
    }
    sfn::hash(text.as_bytes(), algorithm).map(Value::from).ok_or(Fault::Arguments)
}

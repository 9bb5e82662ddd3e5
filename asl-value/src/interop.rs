//! Conversions from and into `serde_json::Value` (feature `serde_json`).

use crate::{MAX_DEPTH, Number, Value};

impl From<serde_json::Value> for Value {
    fn from(value: serde_json::Value) -> Self {
        match value {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(flag) => Value::Bool(flag),
            serde_json::Value::Number(number) => number_from(&number),
            serde_json::Value::String(text) => Value::from(text),
            serde_json::Value::Array(items) => items.into_iter().collect(),
            serde_json::Value::Object(members) => {
                Value::Object(members.into_iter().map(|(name, value)| (name, Value::from(value))).collect())
            }
        }
    }
}

/// Converts by way of the digits, which serde_json keeps with `arbitrary_precision`. A number beyond every double
/// becomes null.
fn number_from(number: &serde_json::Number) -> Value {
    match (number.as_i64(), number.as_u64()) {
        (Some(n), _) => Value::from(n),
        (None, Some(n)) => Value::from(n),
        _ => number.to_string().parse::<Number>().map_or(Value::Null, Value::Number),
    }
}

/// Converts integers by way of their digits. Unless serde_json keeps digits, an integer beyond 64 bits becomes the
/// nearest double, and one beyond every double becomes null.
fn number_into(number: &Number) -> serde_json::Value {
    match (number.is_integer(), number.as_i64()) {
        (true, Some(n)) => n.into(),
        (true, None) => number.to_string().parse().map_or(serde_json::Value::Null, serde_json::Value::Number),
        (false, _) => number.as_f64().into(),
    }
}

/// A value deeper than [`MAX_DEPTH`] becomes `"…"`, as it does when it is printed.
impl From<&Value> for serde_json::Value {
    fn from(value: &Value) -> Self {
        match value {
            _ if value.depth() > MAX_DEPTH => serde_json::Value::from("…"),
            Value::Null => serde_json::Value::Null,
            Value::Bool(flag) => serde_json::Value::Bool(*flag),
            Value::Number(number) => number_into(number),
            Value::String(text) => serde_json::Value::String(text.as_str().to_owned()),
            Value::Array(array) => array.iter().map(serde_json::Value::from).collect(),
            Value::Object(object) => object
                .iter()
                .map(|(name, value)| (name.to_string(), serde_json::Value::from(value)))
                .collect(),
        }
    }
}

impl From<Value> for serde_json::Value {
    fn from(value: Value) -> Self {
        serde_json::Value::from(&value)
    }
}

//! Whether a value includes a part.

use asl_value::Value;

/// Whether `value` has everything that `part` has. Objects may have further members; arrays have the same length, and each
/// item includes that of the part.
pub(crate) fn includes(value: &Value, part: &Value) -> bool {
    match (value, part) {
        (Value::Object(value), Value::Object(part)) => {
            part.iter().all(|(name, part)| value.get(name).is_some_and(|value| includes(value, part)))
        }
        (Value::Array(value), Value::Array(part)) => {
            value.len() == part.len()
                && value.iter().zip(part.iter()).all(|(value, part)| includes(value, part))
        }
        (value, part) => value == part,
    }
}

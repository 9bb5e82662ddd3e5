//! JSON texts of files, parsed if there is memory for their values.

use asl_value::{VALUE_BYTES, Value};

use super::parts::failed;
use crate::Failure;
use crate::budget::Held;

/// How much memory the value of a JSON text takes at most.
pub(crate) fn value_bytes(text: &str) -> u64 {
    let values = text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() as u64;
    VALUE_BYTES.saturating_mul(values + 1).saturating_add(text.len() as u64)
}

/// Parses a JSON text if there is memory for its value.
///
/// UNRECORDED: the cause for data that is not JSON.
pub(crate) fn json(text: &str, held: &mut Held) -> Result<Value, Failure> {
    held.add(value_bytes(text))?;
    Value::parse(text)
        .map_err(|error| failed(format!("The data read by the ItemReader is not JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Limits;
    use crate::budget::Budget;

    #[test]
    fn the_memory_of_a_value_is_estimated_from_its_text() {
        for (text, values) in [("1", 1), ("[]", 2), ("[[],[]]", 5), (r#"{"a": 1, "b": 2}"#, 3)] {
            assert_eq!(value_bytes(text), VALUE_BYTES * values + text.len() as u64, "{text}");
        }
        let held = |memory_bytes| {
            Budget::new(&Limits { memory_bytes: Some(memory_bytes), ..Limits::standard() }).hold()
        };
        assert!(json("[[],[],[]]", &mut held(100)).is_err());
        assert!(json("[1]", &mut held(1000)).is_ok());
    }
}

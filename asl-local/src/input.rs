//! [`Input`]: the input of an execution.

use asl_model::Source;
use asl_value::Value;

use crate::error::ApiError;
use crate::verbatim;

/// The maximum length of an input or an output, in characters.
pub(crate) const LONGEST_PAYLOAD: usize = 262_144;

/// A JSON document with its text as it was sent.
pub(crate) struct Input {
    pub(crate) value: Value,
    pub(crate) text: String,
}

impl Input {
    /// Reads the input of a request. Without one, it is `{}`.
    pub(crate) fn read(text: Option<&str>) -> Result<Input, ApiError> {
        let text = text.unwrap_or("{}");
        match Value::parse(text) {
            // UNRECORDED: an input with a duplicate key. AWS's parser keeps the last one. Such an input is shown as it was
            // read, not as it was sent.
            Ok(value) if !verbatim::is_whole(text, &value) => Ok(Input::from(value)),
            Ok(value) => Ok(Input { value, text: text.to_owned() }),
            Err(error) => {
                let problem = match text.trim_ascii().is_empty() {
                    true => "Invalid execution input.".into(),
                    false => json_problem(text, &error),
                };
                let message = format!("Invalid State Machine Execution Input: '{problem}'");
                Err(ApiError::new("InvalidExecutionInput", message))
            }
        }
    }
}

impl From<Value> for Input {
    fn from(value: Value) -> Input {
        Input { text: value.to_json(), value }
    }
}

/// Explains why a text is not JSON, in the words of AWS's parser.
pub(crate) fn json_problem(text: &str, error: &dyn std::fmt::Display) -> String {
    Source::json(text).syntax_error().unwrap_or_else(|| error.to_string())
}

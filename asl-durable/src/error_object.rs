//! [`ErrorObject`]: how an operation or an execution failed.

use asl_value::{Object, Text, Value};

/// How an operation or an execution failed, as the service stores it.
///
/// ```
/// use asl_durable::ErrorObject;
/// let declined = ErrorObject::new("PaymentDeclined", "the card was declined");
/// assert_eq!(declined.to_value().to_string(), r#"{"ErrorType":"PaymentDeclined","ErrorMessage":"the card was declined"}"#);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ErrorObject {
    /// `ErrorType`: the error name of Amazon States Language.
    pub error_type: Option<Text>,
    /// `ErrorMessage`: the cause.
    pub message: Option<Text>,
    /// `ErrorData`: anything else that a machine may read.
    pub data: Option<Text>,
    /// `StackTrace`.
    pub stack: Vec<Text>,
}

impl ErrorObject {
    /// An error with this type and message.
    pub fn new(error_type: impl Into<Text>, message: impl Into<Text>) -> ErrorObject {
        let (error_type, message) = (Some(error_type.into()), Some(message.into()));
        ErrorObject { error_type, message, ..ErrorObject::default() }
    }

    /// Reads an error from its JSON form. Members of other types count as missing.
    pub fn read(value: &Value) -> ErrorObject {
        let text = |name: &str| value.get(name).and_then(Value::as_text).cloned();
        let stack = value.get("StackTrace").and_then(Value::as_array);
        ErrorObject {
            error_type: text("ErrorType"),
            message: text("ErrorMessage"),
            data: text("ErrorData"),
            stack: stack.into_iter().flatten().filter_map(Value::as_text).cloned().collect(),
        }
    }

    /// Its JSON form: `{"ErrorType": …, "ErrorMessage": …, "ErrorData": …, "StackTrace": […]}`, without what is missing.
    pub fn to_value(&self) -> Value {
        let mut members = Object::new();
        let texts =
            [("ErrorType", &self.error_type), ("ErrorMessage", &self.message), ("ErrorData", &self.data)];
        for (name, text) in texts {
            if let Some(text) = text {
                members.insert(name, text.into());
            }
        }
        if !self.stack.is_empty() {
            members.insert("StackTrace", self.stack.clone().into());
        }
        members.into()
    }

    /// The bytes of all its texts, which the service limits.
    pub fn bytes(&self) -> usize {
        let texts = [&self.error_type, &self.message, &self.data].into_iter().flatten();
        texts.chain(&self.stack).map(|text| text.len()).sum()
    }
}

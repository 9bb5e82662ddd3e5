//! [`DurableAnswer`]: what a function returns to the service.

use asl_value::{Text, Value, json};

use crate::limits::RESULT_BYTES;
use crate::{DurableError, DurableLog, ErrorObject};

/// What a function returns to the service at the end of an invocation.
///
/// A function that returns an error instead is invoked again with the log as it stands.
///
/// ```
/// use asl_durable::DurableAnswer;
/// assert_eq!(DurableAnswer::Pending.to_value().to_string(), r#"{"Status":"PENDING"}"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DurableAnswer {
    /// The execution has ended with this result, a JSON text.
    Succeeded(Text),
    /// The execution has failed.
    Failed(ErrorObject),
    /// The execution waits. The service accepts this only if an operation has not ended, or has changed since.
    Pending,
}

impl DurableAnswer {
    /// Its JSON form: `{"Status": "SUCCEEDED", "Result": "…"}`, `{"Status": "FAILED", "Error": {…}}`.
    pub fn to_value(&self) -> Value {
        match self {
            DurableAnswer::Succeeded(result) => json!({"Status": "SUCCEEDED", "Result": result}),
            DurableAnswer::Failed(error) => json!({"Status": "FAILED", "Error": (error.to_value())}),
            DurableAnswer::Pending => json!({"Status": "PENDING"}),
        }
    }

    /// Writes a result that is too large for an answer as an update of the execution, and returns the answer to give.
    ///
    /// # Errors
    /// Those of [`DurableLog::flush`].
    pub async fn settled(self, log: &DurableLog) -> Result<DurableAnswer, DurableError> {
        match self {
            DurableAnswer::Succeeded(result) if result.len() > RESULT_BYTES => {
                log.succeed(result).await?;
                Ok(DurableAnswer::Succeeded(Text::default()))
            }
            answer => Ok(answer),
        }
    }
}

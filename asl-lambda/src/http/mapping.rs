//! [`ResponseMapping`]: the HTTP status of failed executions.

use asl_model::error_name;
use asl_value::{Text, Value};

use crate::setting_error::SettingError;

/// A table of HTTP statuses by error name: the setting `ASL_STATUS_MAP`.
///
/// It is used for triggers that speak HTTP, where the end of an execution becomes a response as follows:
///
/// - An output that is an object with a `statusCode` is the response itself. If no gateway accepts it, the response is
///   a 502.
/// - Any other output is the JSON body of a 200.
/// - A failure is `{"error": …, "cause": …}` with the status that this table has for the error name. Without an entry,
///   the status is 504 for `States.Timeout`, 413 for an event that exceeds the limits, and 500 otherwise.
///
/// Error names are compared exactly; `States.ALL` and other wildcards are not supported.
///
/// ```
/// use asl_lambda::ResponseMapping;
/// let mapping = ResponseMapping::parse(r#"{"OutOfStock": 409}"#).unwrap();
/// assert_eq!(mapping.status_for(Some("OutOfStock")), 409);
/// assert_eq!(mapping.status_for(Some("States.Timeout")), 504);
/// assert_eq!(mapping.status_for(None), 500);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ResponseMapping {
    statuses: Vec<(Text, u16)>,
}

impl ResponseMapping {
    /// Parses a JSON object of statuses by error name: `{"OutOfStock": 409}`. A status is a number from 200 to 599.
    ///
    /// # Errors
    /// Reports every invalid entry.
    pub fn parse(text: &str) -> Result<ResponseMapping, SettingError> {
        let table =
            Value::parse(text).map_err(|error| SettingError::new(format!("expected JSON: {error}")))?;
        let Value::Object(table) = table else {
            return Err(SettingError::new(format!("expected an object, found {}", table.type_name())));
        };
        let mut statuses = Vec::with_capacity(table.len());
        let mut problems = Vec::new();
        for (name, status) in table.iter() {
            let valid = status.as_i64().and_then(|status| u16::try_from(status).ok());
            match valid.filter(|status| (200..600).contains(status)) {
                Some(status) => statuses.push((name.clone(), status)),
                None => problems
                    .push(format!("expected an HTTP status from 200 to 599 for `{name}`, found {status}")),
            }
        }
        match problems.is_empty() {
            true => Ok(ResponseMapping { statuses }),
            false => Err(SettingError::new(problems.join("; "))),
        }
    }

    /// The status for the error name of a failure, which may have none.
    pub fn status_for(&self, error: Option<&str>) -> u16 {
        match (error.and_then(|error| self.named(error)), error) {
            (Some(status), _) => status,
            (None, Some(error_name::TIMEOUT)) => 504,
            (None, _) => 500,
        }
    }

    /// The entry of the table for an error name.
    pub(crate) fn named(&self, error: &str) -> Option<u16> {
        self.statuses.iter().find(|(name, _)| *name == error).map(|(_, status)| *status)
    }
}

//! [`LogSettings`]: what is written to the log.

use asl_engine::LogLevel;

use crate::severity::Severity;

/// What is written to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogSettings {
    /// The events of executions that are logged.
    pub level: LogLevel,
    /// Whether records contain inputs and outputs.
    pub execution_data: bool,
    /// Whether the log format of the function is JSON.
    pub(crate) is_json: bool,
    /// The log level of the function; less urgent lines are not written.
    pub(crate) threshold: Option<Severity>,
}

impl Default for LogSettings {
    fn default() -> Self {
        LogSettings { level: LogLevel::Error, execution_data: false, is_json: false, threshold: None }
    }
}

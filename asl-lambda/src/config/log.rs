//! [`LogSettings`]: what is written to the log.

use asl_engine::LogLevel;

use crate::severity::Severity;

/// What is written to the log.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct LogSettings {
    /// Which events of executions.
    pub level: LogLevel,
    /// Whether with inputs and outputs.
    pub execution_data: bool,
    /// Whether Lambda's log format is JSON.
    pub(crate) is_json: bool,
    /// Lambda's own level: what is less urgent is left out.
    pub(crate) threshold: Option<Severity>,
}

impl Default for LogSettings {
    fn default() -> Self {
        LogSettings { level: LogLevel::Error, execution_data: false, is_json: false, threshold: None }
    }
}

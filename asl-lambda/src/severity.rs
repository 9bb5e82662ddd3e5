//! [`Severity`]: the level of a line of the log.

/// The log levels of Lambda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Severity {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Fatal,
}

impl Severity {
    const ALL: [(&'static str, Severity); 6] = [
        ("TRACE", Severity::Trace),
        ("DEBUG", Severity::Debug),
        ("INFO", Severity::Info),
        ("WARN", Severity::Warn),
        ("ERROR", Severity::Error),
        ("FATAL", Severity::Fatal),
    ];

    pub(crate) fn name(self) -> &'static str {
        Severity::ALL.iter().find(|(_, severity)| *severity == self).map_or("", |(name, _)| name)
    }

    pub(crate) fn from_name(name: &str) -> Option<Severity> {
        Severity::ALL
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, severity)| *severity)
    }

    /// Of an event, by the name of its type: at which of Step Functions' levels it is logged.
    pub(crate) fn of_event(name: &str) -> Severity {
        match name {
            "ExecutionFailed" | "ExecutionTimedOut" | "ExecutionAborted" => Severity::Fatal,
            "FailStateEntered" => Severity::Error,
            _ if ["Failed", "TimedOut", "Aborted"].iter().any(|end| name.ends_with(end)) => Severity::Error,
            _ => Severity::Info,
        }
    }
}

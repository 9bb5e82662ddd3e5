//! [`Severity`]: the level of a line of the log.

use asl_engine::LogLevel;

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

    /// The level of an event that Step Functions logs at this level.
    pub(crate) fn of_level(level: LogLevel) -> Severity {
        match level {
            LogLevel::Fatal => Severity::Fatal,
            LogLevel::Error => Severity::Error,
            LogLevel::Off | LogLevel::All => Severity::Info,
        }
    }
}

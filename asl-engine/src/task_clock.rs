//! [`TaskClock`]: which limit of time a task has exceeded.

/// The clock of a task that expired. The error of both is `States.Timeout`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskClock {
    /// `TimeoutSeconds`
    Timeout,
    /// `HeartbeatSeconds`
    Heartbeat,
}

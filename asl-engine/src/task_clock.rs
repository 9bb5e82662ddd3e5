//! [`TaskClock`]: which time limit a task has exceeded.

/// The clock of a task that expired. The error is `States.Timeout` for both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskClock {
    /// `TimeoutSeconds`
    Timeout,
    /// `HeartbeatSeconds`
    Heartbeat,
}

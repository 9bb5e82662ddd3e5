//! [`Quotas`]: how much a server keeps and does at once.

use std::time::Duration;

/// What a server keeps in memory, and how much it does at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Executions that have ended; beyond it the one that ended first is forgotten.
    pub ended_executions: usize,
    /// Events of all executions that have ended; beyond it the one that ended first is forgotten.
    pub ended_events: usize,
    /// Executions that run at once; beyond it `ExecutionLimitExceeded`.
    pub open_executions: usize,
    /// State machines; beyond it `StateMachineLimitExceeded`.
    pub state_machines: usize,
    /// Activities; beyond it `ActivityLimitExceeded`.
    pub activities: usize,
    /// Workers that wait for tasks of one activity; beyond it `ActivityWorkerLimitExceeded`.
    pub activity_pollers: usize,
    /// Versions of one state machine; beyond it `ServiceQuotaExceededException`.
    pub versions: usize,
    /// Bytes of the definitions of all state machines and their versions; beyond it `StateMachineLimitExceeded`.
    pub definition_bytes: usize,
    /// Bytes of the payloads in the history of one execution; beyond it the execution is stopped with
    /// `States.DataLimitExceeded`.
    pub history_bytes: usize,
    /// Bytes that an execution may hold in memory while it runs ([`Limits::memory_bytes`](asl_engine::Limits)); beyond it
    /// the execution fails with `States.DataLimitExceeded`.
    pub execution_bytes: u64,
    /// Bytes of inputs, histories and definitions of all executions that are remembered. Beyond it the one that ended
    /// first is forgotten; where none has ended, `ExecutionLimitExceeded`.
    pub kept_bytes: usize,
    /// Bytes of one page of a list or a history, which has at least one item.
    pub page_bytes: usize,
    /// Requests that are answered at once; beyond it `ThrottlingException`.
    pub requests: usize,
    /// Bytes of a request's body; beyond it `RequestEntityTooLargeException`.
    pub request_bytes: usize,
    /// Bytes of all bodies that are not complete. Beyond it the connection that has waited longest is closed.
    pub waiting_bytes: usize,
    /// Connections at once. Beyond it the one that has waited longest for a request is closed.
    pub connections: usize,
    /// How long the headers of a request may take, and then its body; beyond it the connection is closed.
    pub request_time: Duration,
}

impl Default for Quotas {
    fn default() -> Self {
        Quotas {
            ended_executions: 10_000,
            ended_events: 1_000_000,
            open_executions: 10_000,
            state_machines: 10_000,
            activities: 10_000,
            activity_pollers: 1000,
            versions: 1000,
            definition_bytes: 64 << 20,
            history_bytes: 256 << 20,
            execution_bytes: 128 << 20,
            kept_bytes: 1 << 30,
            page_bytes: 16 << 20,
            requests: 4096,
            request_bytes: 4 << 20,
            waiting_bytes: 64 << 20,
            connections: 8192,
            request_time: Duration::from_secs(30),
        }
    }
}

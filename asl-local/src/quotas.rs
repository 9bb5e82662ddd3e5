//! [`Quotas`]: the limits of a server.

use std::time::Duration;

/// The limits of a server: what it keeps in memory, and how much it does concurrently.
///
/// The defaults suit development and tests. They keep an untrusted client from exhausting the memory of the process, but
/// they are not the quotas of an AWS account.
///
/// ```
/// use asl_local::{Config, Quotas};
/// let quotas = Quotas { ended_executions: 100, ..Quotas::default() };
/// let config = Config { quotas, ..Config::default() };
/// assert_eq!(config.quotas.request_bytes, 4 << 20);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotas {
    /// Executions kept after their end. Beyond it, the one that ended first is removed.
    pub ended_executions: usize,
    /// Events kept of all ended executions. Beyond it, the execution that ended first is removed.
    pub ended_events: usize,
    /// Running executions. Beyond it, requests fail with `ExecutionLimitExceeded`.
    pub open_executions: usize,
    /// State machines. Beyond it, requests fail with `StateMachineLimitExceeded`.
    pub state_machines: usize,
    /// Activities. Beyond it, requests fail with `ActivityLimitExceeded`.
    pub activities: usize,
    /// Workers that poll one activity. Beyond it, requests fail with `ActivityWorkerLimitExceeded`.
    pub activity_pollers: usize,
    /// Versions of one state machine. Beyond it, requests fail with `ServiceQuotaExceededException`.
    pub versions: usize,
    /// Bytes of all definitions and other settings of state machines, those of versions included. Beyond it, requests fail with `StateMachineLimitExceeded`.
    pub definition_bytes: usize,
    /// Bytes of the payloads in the history of one execution. Beyond it, the execution fails with
    /// `States.DataLimitExceeded`.
    pub history_bytes: usize,
    /// Bytes that a running execution may hold in memory ([`Limits::memory_bytes`](asl_engine::Limits)). Beyond it, the
    /// execution fails with `States.DataLimitExceeded`.
    pub execution_bytes: u64,
    /// Bytes of memory, by an estimate, that all executions take with their inputs, histories and definitions. Beyond it, the
    /// execution that ended first is removed; if none has ended, requests fail with `ExecutionLimitExceeded`, and an execution
    /// whose history grows fails with `States.DataLimitExceeded`.
    pub kept_bytes: usize,
    /// The same of executions that have ended. Beyond it, the execution that ended first is removed.
    pub ended_bytes: usize,
    /// Bytes of what the states of one execution made of their data, kept for the page. Beyond it, the visits of states that
    /// succeeded first are forgotten; 0 keeps nothing. With the feature `page`.
    pub stage_bytes: usize,
    /// The same of all executions. Beyond it, those that ended first lose theirs, and running ones keep no more.
    pub kept_stage_bytes: usize,
    /// Bytes of one page of a history. A page has at least one event.
    pub page_bytes: usize,
    /// Concurrent requests. Beyond it, requests fail with `ThrottlingException`.
    pub requests: usize,
    /// Bytes of a request body. Beyond it, the request fails with `RequestEntityTooLargeException`.
    pub request_bytes: usize,
    /// Bytes of all incomplete request bodies. Beyond it, the connection that has waited longest is closed.
    pub waiting_bytes: usize,
    /// Concurrent connections. Beyond it, the one that has waited longest for a request is closed.
    pub connections: usize,
    /// Concurrent streams of events to pages in browsers. Beyond it, requests fail with status 429. With the feature `page`.
    pub event_streams: usize,
    /// The time for a TLS handshake, for the headers of a request, and again for its body. Beyond it, the connection is closed. A client that
    /// takes longer to receive a response may lose its connection if others need one.
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
            ended_bytes: 256 << 20,
            stage_bytes: 16 << 20,
            kept_stage_bytes: 256 << 20,
            page_bytes: 16 << 20,
            requests: 4096,
            request_bytes: 4 << 20,
            waiting_bytes: 64 << 20,
            connections: 8192,
            event_streams: 256,
            request_time: Duration::from_secs(30),
        }
    }
}

//! Settings with a few fixed values.

/// Whether each record of an event starts an execution of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BatchMode {
    /// Each record starts an execution.
    #[default]
    Item,
    /// One execution gets the array of all records as its input.
    Array,
}

/// The answer to an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Response {
    /// The output, or the error.
    #[default]
    Output,
    /// The answer of `StartSyncExecution`: one document with status, output and error, even if the execution failed.
    Envelope,
}

/// Whether HTTP clients may read the cause of a failed execution, besides the name of its error. Causes are written by
/// tasks and by the author of the machine, and may contain internal details that not every client should see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cause {
    /// `{"error": "OutOfStock", "cause": "no mug left"}`
    #[default]
    Shown,
    /// `{"error": "OutOfStock"}`; the cause is only in the log.
    Hidden,
}

/// How HTTP responses are sent: the `InvokeMode` of a function URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvokeMode {
    /// As one document of at most 6 MB.
    #[default]
    Buffered,
    /// As a stream.
    ResponseStream,
}

/// What happens to the invocation when an execution fails, for triggers other than HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The invocation fails too, or the record of a batch, so that Lambda's retries, destinations and dead-letter
    /// queues apply.
    #[default]
    Fail,
    /// The invocation succeeds with the answer `{"status": "FAILED", "error": …, "cause": …}`.
    Report,
}

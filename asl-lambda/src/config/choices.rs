//! Settings that are one of a few words.

/// Whether each record of an event is an execution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BatchMode {
    /// Each is.
    #[default]
    Item,
    /// There is one execution, whose input is the array of the records.
    Array,
}

/// What an execution is answered with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Response {
    /// Its output, or its error.
    #[default]
    Output,
    /// What `StartSyncExecution` answers: status, output and error in one document, also for a failed execution.
    Envelope,
}

/// Whether callers over HTTP, who may be anybody, read the cause of a failed execution besides the name of its error. A
/// cause is a text of a task or a state's author, and may tell of what is inside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Cause {
    /// `{"error": "OutOfStock", "cause": "no mug left"}`
    #[default]
    Shown,
    /// `{"error": "OutOfStock"}`; the log has the cause.
    Hidden,
}

/// How responses over HTTP are sent: the `InvokeMode` of a function URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvokeMode {
    /// In one piece, of at most 6 MB.
    #[default]
    Buffered,
    /// Piece by piece.
    ResponseStream,
}

/// What a failed execution does to an invocation that is not answered over HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnFailure {
    /// The invocation fails too, so that Lambda's retries, destinations and dead-letter queues apply; of a batch, the
    /// record.
    #[default]
    Fail,
    /// The invocation succeeds and answers `{"status": "FAILED", "error": …, "cause": …}`.
    Report,
}

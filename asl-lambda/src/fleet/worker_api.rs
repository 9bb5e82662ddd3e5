//! [`WorkerApi`]: invokes a function, and why that fails.

use asl_engine::Failure;
use async_trait::async_trait;

/// Invokes functions of Lambda and waits for their answers, for [`Adapter::with_workers`](crate::Adapter::with_workers).
///
/// One call is one request: whoever calls repeats it, after a delay that depends on the error.
#[async_trait]
pub trait WorkerApi: Send + Sync {
    /// Invokes `function`, a name or an ARN, with a JSON text, and returns the JSON text that it answers with.
    ///
    /// # Errors
    /// Why there is no answer.
    async fn invoke(
        &self,
        function: &str,
        payload: &str,
        trace_header: Option<&str>,
    ) -> Result<String, WorkerError>;
}

/// Why an invocation has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkerError {
    /// Too many invocations run (status 429). Nothing has begun.
    Throttled(String),
    /// The service has a problem (status 5xx), or cannot be reached. Nothing has begun.
    Unavailable(String),
    /// The request may have arrived, but its response has not: the invocation may be running.
    Lost(String),
    /// The function ended without an answer: it crashed, or its time ran out.
    Crashed(Failure),
    /// The request will never succeed: there is no such function, or the permission to invoke it is missing.
    Refused(Failure),
}

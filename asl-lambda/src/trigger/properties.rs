//! [`Properties`]: the row that each trigger has in the table of triggers.

use asl_value::{Text, Value};

use super::invalid_body::InvalidBody;
use crate::http::HttpResponse;

/// What there is to know of a trigger.
pub(crate) struct Properties {
    pub(super) name: &'static str,
    /// By its distinguishing keys, never by reading all of it.
    pub(super) matches: fn(&Value) -> bool,
    /// What an event carries, or a record of it if each is an item of its own.
    pub(super) body: fn(&Value) -> Result<Value, InvalidBody>,
    /// Whether that is the input if nothing else is asked for.
    pub(super) body_is_input: bool,
    pub(crate) answer: Answer,
}

/// What the sender of an event expects.
pub(crate) enum Answer {
    /// A response over HTTP.
    Http(Render),
    /// The output, which this fits to the event.
    Output(fn(&Value, &Value) -> Value),
    /// What StartSyncExecution answers, a failure included.
    Envelope,
    /// Nothing: the invocation is asynchronous.
    Nothing,
    /// Nothing, and each of the event's records may be an execution.
    Records,
    /// Which of the event's records failed.
    Batch(Batch),
}

/// A response as the sender of a request wants it.
pub(crate) type Render = fn(HttpResponse, &Value) -> Value;

/// How the records of a batch are told apart and follow one another.
pub(crate) struct Batch {
    /// By which a record is reported as failed.
    pub(crate) id: fn(&Value) -> Option<&Text>,
    /// Records of one group are executed one after the other, and not after one that failed.
    pub(crate) group: fn(&Value) -> Option<String>,
    /// Everything from the first failed record on is delivered again.
    pub(crate) is_stream: bool,
}

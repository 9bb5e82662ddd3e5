//! [`Properties`]: a row of the table of triggers.

use asl_value::{Text, Value};

use super::invalid_body::InvalidBody;
use crate::http::HttpResponse;

/// The properties of a trigger.
pub(crate) struct Properties {
    pub(super) name: &'static str,
    /// Recognises an event by its distinguishing members, without reading all of it.
    pub(super) matches: fn(&Value) -> bool,
    /// The payload of an event, or of a record for triggers with records.
    pub(super) body: fn(&Value) -> Result<Value, InvalidBody>,
    /// Whether the payload is the default input.
    pub(super) body_is_input: bool,
    pub(crate) answer: Answer,
}

/// The answer that the sender of an event expects.
pub(crate) enum Answer {
    /// An HTTP response.
    Http(Render),
    /// The output, adapted to the event by this function.
    Output(fn(&Value, &Value) -> Value),
    /// The answer of StartSyncExecution, for failures too.
    Envelope,
    /// Nothing: the invocation is asynchronous.
    Nothing,
    /// Nothing; each record of the event may start an execution.
    Records,
    /// The records that failed.
    Batch(Batch),
}

/// Converts a response to the form that the gateway of a request expects.
pub(crate) type Render = fn(HttpResponse, &Value) -> Value;

/// The properties of the records of a batch.
pub(crate) struct Batch {
    /// The identifier that reports a record as failed.
    pub(crate) id: fn(&Value) -> Option<&Text>,
    /// The group of a record. The executions of a group run one after another and stop at the first failure.
    pub(crate) group: fn(&Value) -> Option<String>,
    /// Whether the sender delivers everything from the first failed record again.
    pub(crate) is_stream: bool,
}

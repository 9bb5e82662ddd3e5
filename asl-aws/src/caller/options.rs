//! [`CallOptions`] and [`Answer`]: how a call is made, and what comes back.

use std::time::Duration;

use asl_engine::Task;
use asl_value::Value;

use crate::Names;

/// How a call is made. The default: as the process itself, with the names of SDK integrations, without a deadline.
#[derive(Debug, Clone, Copy, Default)]
pub struct CallOptions<'a> {
    /// `Credentials.RoleArn`: the role to assume for the call.
    pub role_arn: Option<&'a str>,
    /// How long the call may take, retries included.
    pub within: Option<Duration>,
    /// How members of parameters and outputs are spelled.
    pub names: Names,
    /// The `X-Amzn-Trace-Id` of the trace that the call belongs to. It is not part of the signature.
    pub trace_header: Option<&'a str>,
    /// What the service recognises a repeated request by, for operations that have such a token. A random one without it.
    pub idempotency_key: Option<&'a str>,
    /// How often the request is sent at most, if it fails in a way that a retry may change. `None` for three times.
    pub attempts: Option<u16>,
}

impl<'a> CallOptions<'a> {
    /// The role and the trace of a task. No deadline is set: the engine drops the call when the task times out, and a
    /// heartbeat may postpone that.
    pub fn of(task: &'a Task<'_>) -> CallOptions<'a> {
        CallOptions {
            role_arn: task.role_arn.as_deref(),
            trace_header: task.trace_header.map(|header| header.as_str()),
            idempotency_key: task.idempotency_key(),
            ..CallOptions::default()
        }
    }

    /// Those of a task, with the names of optimised integrations.
    pub(crate) fn optimised(task: &'a Task<'_>) -> CallOptions<'a> {
        CallOptions { names: Names::Model, ..CallOptions::of(task) }
    }
}

/// The response to a successful call.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Answer {
    /// The operation's output, with members spelled as [`CallOptions::names`] says; `{}` if it has none.
    pub output: Value,
    /// The HTTP status: 200.
    pub status: u16,
    /// The HTTP headers, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The id that the service gave the request; empty if there is none.
    pub request_id: String,
}

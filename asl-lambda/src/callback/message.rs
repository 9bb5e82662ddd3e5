//! [`Callback`]: the answer to a task that waits for a token, in any form.

use asl_durable::{CallbackApi, CallbackSays, DurableError, DurableErrorKind, ErrorObject};
use asl_value::Text;

/// The answer to a task that waits for a token.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Callback {
    /// The id of the callback, which was sent in place of the token.
    pub(super) id: Text,
    pub(super) says: CallbackSays,
}

/// Why an answer was not passed on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Undelivered {
    pub(super) why: Why,
    pub(super) message: String,
}

/// Named like the errors of Step Functions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    InvalidToken,
    InvalidOutput,
    /// The callback has been answered, or its time is over.
    TaskTimedOut,
    ServiceUnavailable,
    /// The function may not answer callbacks, or is wrong in another way. Its log says how.
    Refused,
}

impl Why {
    pub(super) fn name(self) -> &'static str {
        match self {
            Why::InvalidToken => "InvalidToken",
            Why::InvalidOutput => "InvalidOutput",
            Why::TaskTimedOut => "TaskTimedOut",
            Why::ServiceUnavailable => "ServiceUnavailable",
            Why::Refused => "InternalFailure",
        }
    }
}

impl Callback {
    /// Passes the answer on to Lambda.
    pub(super) async fn send(self, api: &dyn CallbackApi) -> Result<(), Undelivered> {
        let sent = api.answer(&self.id, self.says).await;
        sent.map_err(|error| Undelivered { why: why(&error), message: error.message().to_owned() })
    }
}

/// DEVIATION: a token that is none and one whose task has ended may look alike to the sender: Lambda's codes are not those of
/// Step Functions.
fn why(error: &DurableError) -> Why {
    match error.kind() {
        DurableErrorKind::Closed => Why::TaskTimedOut,
        DurableErrorKind::Invalid => Why::InvalidToken,
        DurableErrorKind::Unavailable => Why::ServiceUnavailable,
        _ => Why::Refused,
    }
}

/// What is passed to Lambda in place of a token. A `+` that nobody encoded has become a space.
pub(super) fn id(token: &str) -> Result<Text, Undelivered> {
    let id: String = token.trim().replace(' ', "+");
    let is_one = (1..=1_024).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=-_".contains(&byte));
    if is_one {
        return Ok(id.into());
    }
    let message = "expected the token of a task, up to 1,024 characters of base64".to_owned();
    Err(Undelivered { why: Why::InvalidToken, message })
}

pub(super) fn failure(error: Option<Text>, cause: Option<Text>) -> CallbackSays {
    let mut object = ErrorObject::default();
    (object.error_type, object.message) = (error, cause);
    CallbackSays::Failure(object)
}

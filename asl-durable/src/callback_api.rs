//! [`CallbackApi`]: the part of Lambda's API that answers callbacks.

use asl_value::Text;
use async_trait::async_trait;

use crate::{DurableError, ErrorObject};

/// The part of Lambda's API that answers callbacks. Calls are retried inside.
///
/// `AwsApi` calls AWS, and `Emulator` is the service in this process.
#[async_trait]
pub trait CallbackApi: Send + Sync {
    /// Answers a callback.
    ///
    /// # Errors
    /// [`DurableErrorKind::Closed`](crate::DurableErrorKind::Closed) if there is no such callback that is open,
    /// [`DurableErrorKind::Invalid`](crate::DurableErrorKind::Invalid) if the id or the result is not valid; else that the
    /// service refused the call or did not answer.
    async fn answer(&self, callback_id: &str, says: CallbackSays) -> Result<(), DurableError>;
}

/// What the sender of an answer says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CallbackSays {
    /// `SendDurableExecutionCallbackSuccess`: the callback ends with this result, a JSON text of up to 1 MiB.
    Success(Text),
    /// `SendDurableExecutionCallbackFailure`: the callback ends with this error.
    Failure(ErrorObject),
    /// `SendDurableExecutionCallbackHeartbeat`: the time of the callback's heartbeat begins again.
    Alive,
}

//! [`CallbackApi`]: the part of Lambda's API that answers callbacks.

use asl_value::Text;
use async_trait::async_trait;

use crate::{DurableError, ErrorObject};

/// The part of Lambda's API that answers callbacks. Calls are retried inside.
///
/// `AwsApi` calls AWS, and `Emulator` is the service in this process.
#[async_trait]
pub trait CallbackApi: Send + Sync {
    /// `SendDurableExecutionCallbackSuccess`: ends a callback with a result, a JSON text of up to 1 MiB.
    ///
    /// # Errors
    /// [`DurableErrorKind::Closed`](crate::DurableErrorKind::Closed) if there is no such callback that is open,
    /// [`DurableErrorKind::Invalid`](crate::DurableErrorKind::Invalid) if the id or the result is not valid; else that the
    /// service refused the call or did not answer.
    async fn succeed(&self, callback_id: &str, result: Text) -> Result<(), DurableError>;

    /// `SendDurableExecutionCallbackFailure`: ends a callback with an error.
    ///
    /// # Errors
    /// Those of [`succeed`](CallbackApi::succeed).
    async fn fail(&self, callback_id: &str, error: ErrorObject) -> Result<(), DurableError>;

    /// `SendDurableExecutionCallbackHeartbeat`: the time of the callback's heartbeat begins again.
    ///
    /// # Errors
    /// Those of [`succeed`](CallbackApi::succeed).
    async fn beat(&self, callback_id: &str) -> Result<(), DurableError>;
}

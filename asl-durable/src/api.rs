//! [`DurableApi`]: the part of Lambda's API that a durable function calls.

use asl_value::Text;
use async_trait::async_trait;

use crate::{CallbackApi, DurableError, Operation, Update};

/// The part of Lambda's API that a durable function calls. Calls are retried inside, so an error is final for the
/// invocation. It answers callbacks, too, those of other executions.
///
/// `AwsApi` calls AWS, and `Emulator` is the service in this process.
#[async_trait]
pub trait DurableApi: CallbackApi {
    /// `CheckpointDurableExecution`: writes updates, atomically and in their order, and returns what has changed. With
    /// no updates it only does the latter.
    ///
    /// # Errors
    /// [`DurableErrorKind::Superseded`](crate::DurableErrorKind::Superseded) for a token that is not the newest; else
    /// that the service refused the call or did not answer. A call that fails may have been applied: repeat it with the
    /// same `client_token`.
    async fn checkpoint(
        &self,
        arn: &str,
        token: &str,
        updates: &[Update],
        client_token: &str,
    ) -> Result<Checkpointed, DurableError>;

    /// `GetDurableExecutionState`: one page of the log. An empty marker requests the first page.
    ///
    /// # Errors
    /// Those of [`checkpoint`](DurableApi::checkpoint).
    async fn state(&self, arn: &str, token: &str, marker: &str) -> Result<StatePage, DurableError>;

    /// `Invoke` with the type `Event`: starts an execution of another durable function, which nothing waits for. If one
    /// with this name has the same payload, nothing is started.
    ///
    /// # Errors
    /// [`DurableErrorKind::Exists`](crate::DurableErrorKind::Exists) if the one with this name has another payload; else
    /// that the service refused the call or did not answer.
    async fn start(&self, function: &str, name: &str, payload: &str) -> Result<(), DurableError>;
}

/// The answer to a checkpoint.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Checkpointed {
    /// The token of the next checkpoint. `None` if there must be none.
    pub token: Option<Text>,
    /// What has changed.
    pub state: StatePage,
}

/// Some operations of the log.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StatePage {
    /// Whole records, which replace earlier ones.
    pub operations: Vec<Operation>,
    /// Where the next page begins, if there is one.
    pub next_marker: Option<Text>,
}

//! [`AwsApi`]: the API on AWS, called with asl-aws.

use asl_aws::{CallOptions, Caller, Names, ServiceError};
use asl_value::{Object, Text, Value, json};
use async_trait::async_trait;

use crate::event::page;
use crate::{
    CallbackApi, CallbackSays, Checkpointed, DurableApi, DurableError, DurableErrorKind, StatePage, Update,
};

/// The API on AWS: requests are signed, sent and retried by [`Caller`], like those of tasks.
///
/// ```no_run
/// use asl_aws::{Caller, Config};
/// use asl_durable::AwsApi;
/// let api = AwsApi::new(Caller::new(Config::from_env()?));
/// # Ok::<(), asl_aws::ConfigError>(())
/// ```
#[derive(Debug, Clone)]
pub struct AwsApi {
    caller: Caller,
}

/// How long one call may take, retries included.
const TIME: std::time::Duration = std::time::Duration::from_secs(30);

/// The errors of a callback that is closed or unknown. After any other error, such as a missing permission, the answer is
/// still needed.
///
/// Documented of `CallbackTimeoutException`: the callback has expired or has already been closed.
const CLOSED: [&str; 2] = ["CallbackTimeout", "ResourceNotFound"];

/// The status of `ResourceNotFoundException`. AWS's local runner names its errors in no header, as Lambda does.
const NOT_FOUND: u16 = 404;

/// Documented: one of the parameters is not valid. UNRECORDED: that an id that is none is such a parameter.
const INVALID: &str = "InvalidParameterValue";

impl AwsApi {
    /// The API, called by `caller`.
    pub fn new(caller: Caller) -> AwsApi {
        AwsApi { caller }
    }

    async fn call(&self, action: &str, params: Value) -> Result<Value, DurableError> {
        self.called(action, params).await.map_err(|error| classified(&error))
    }

    async fn called(&self, action: &str, params: Value) -> Result<Value, ServiceError> {
        let options = CallOptions { names: Names::Model, within: Some(TIME), ..CallOptions::default() };
        self.caller.call("lambda", action, params, &options).await.map(|answer| answer.output)
    }
}

#[async_trait]
impl DurableApi for AwsApi {
    async fn checkpoint(
        &self,
        arn: &str,
        token: &str,
        updates: &[Update],
        client_token: &str,
    ) -> Result<Checkpointed, DurableError> {
        let mut params = Object::new();
        params.insert("DurableExecutionArn", arn.into());
        params.insert("CheckpointToken", token.into());
        params.insert("ClientToken", client_token.into());
        if !updates.is_empty() {
            params.insert("Updates", updates.iter().map(Update::to_value).collect());
        }
        let output = self.call("checkpointDurableExecution", params.into()).await?;
        let token = output.get("CheckpointToken").and_then(Value::as_text).filter(|token| !token.is_empty());
        let (operations, next_marker) = page(output.get("NewExecutionState").unwrap_or(&Value::Null))?;
        Ok(Checkpointed { token: token.cloned(), state: StatePage { operations, next_marker } })
    }

    async fn state(&self, arn: &str, token: &str, marker: &str) -> Result<StatePage, DurableError> {
        let mut params = Object::new();
        params.insert("DurableExecutionArn", arn.into());
        params.insert("CheckpointToken", token.into());
        params.insert("MaxItems", 1_000.into());
        if !marker.is_empty() {
            params.insert("Marker", Text::from(marker).into());
        }
        let output = self.call("getDurableExecutionState", params.into()).await?;
        let (operations, next_marker) = page(&output)?;
        Ok(StatePage { operations, next_marker })
    }

    async fn start(&self, function: &str, name: &str, payload: &str) -> Result<(), DurableError> {
        let params = json!({
            "FunctionName": function, "InvocationType": "Event", "DurableExecutionName": name, "Payload": payload
        });
        self.call("invoke", params).await.map(|_| ())
    }
}

#[async_trait]
impl CallbackApi for AwsApi {
    async fn answer(&self, callback_id: &str, says: CallbackSays) -> Result<(), DurableError> {
        let mut params = Object::new();
        params.insert("CallbackId", callback_id.into());
        let action = match says {
            CallbackSays::Success(result) => {
                params.insert("Result", result.into());
                "sendDurableExecutionCallbackSuccess"
            }
            CallbackSays::Failure(error) => {
                params.insert("Error", error.to_value());
                "sendDurableExecutionCallbackFailure"
            }
            CallbackSays::Alive => "sendDurableExecutionCallbackHeartbeat",
        };
        self.called(action, params.into()).await.map(|_| ()).map_err(|error| unanswered(&error))
    }
}

/// Why a callback was not answered.
fn unanswered(error: &ServiceError) -> DurableError {
    let is_closed = |code: &str| CLOSED.iter().any(|closed| code.starts_with(closed));
    match error.code() {
        code if is_closed(code) || error.status() == Some(NOT_FOUND) => {
            DurableError::new(DurableErrorKind::Closed, text(error))
        }
        code if code.starts_with(INVALID) => DurableError::new(DurableErrorKind::Invalid, text(error)),
        _ => classified(error),
    }
}

/// What an error means for the execution, as AWS's SDKs decide it.
fn classified(error: &ServiceError) -> DurableError {
    let message = error.message();
    let kind = match error.status() {
        _ if error.code().starts_with("KMS") => DurableErrorKind::Refused,
        _ if error.code().starts_with("DurableExecutionAlreadyStarted") => DurableErrorKind::Exists,
        None | Some(429 | 500..) => DurableErrorKind::Unavailable,
        Some(_) if error.is_transient() => DurableErrorKind::Unavailable,
        // Measured: the text of a token that is not the newest.
        Some(_) if message.starts_with("Invalid checkpoint token") => DurableErrorKind::Superseded,
        Some(_) => DurableErrorKind::Refused,
    };
    DurableError::new(kind, text(error))
}

fn text(error: &ServiceError) -> String {
    let code = if error.code().is_empty() { "no response" } else { error.code() };
    format!("{code}: {}", error.message())
}

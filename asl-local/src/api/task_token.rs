//! SendTaskSuccess, SendTaskFailure, SendTaskHeartbeat.

use std::sync::Arc;

use asl_engine::Failure;
use asl_value::Value;

use super::replayed::PATIENCE;
use crate::app::App;
use crate::error::ApiError;
use crate::input::{LONGEST_PAYLOAD, json_problem};
use crate::reported::Message;
use crate::wire::{Fields, done};

pub(super) async fn success(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let token = fields.required("taskToken", 1..=2048);
    let output = fields.required("output", 0..=LONGEST_PAYLOAD);
    fields.check()?;
    // Recorded: an invalid token is reported before an invalid output.
    check(app, token).await?;
    let output = Value::parse(output).map_err(|error| {
        // UNRECORDED: the text after the colon.
        let problem = json_problem(output, &error);
        ApiError::new("InvalidOutput", format!("Invalid Output: '{problem}'"))
    })?;
    app.tokens.send(token, Message::Done(Ok(output)))?;
    Ok(done())
}

pub(super) async fn failure(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let token = fields.required("taskToken", 1..=2048);
    let error = fields.text("error", 0..=256);
    let cause = fields.text("cause", 0..=32_768);
    fields.check()?;
    let failure = Failure::from_parts(error.map(Into::into), cause.map(Into::into));
    check(app, token).await?;
    app.tokens.send(token, Message::Done(Err(failure)))?;
    Ok(done())
}

pub(super) async fn heartbeat(app: &Arc<App>, fields: &mut Fields<'_>) -> Result<Value, ApiError> {
    let token = fields.required("taskToken", 1..=2048);
    fields.check()?;
    check(app, token).await?;
    app.tokens.send(token, Message::Heartbeat)?;
    Ok(done())
}

/// Rejects an unknown token. After a restart it first waits for the executions that are still being replayed, because
/// their tokens are not known yet.
async fn check(app: &App, token: &str) -> Result<(), ApiError> {
    if app.tokens.check(token).is_ok() {
        return Ok(());
    }
    let _ = tokio::time::timeout(PATIENCE, app.starting.done(None)).await;
    app.tokens.check(token)
}

//! The end of the process.

use std::time::Duration;

use asl_value::{Value, json};
use lambda_runtime::Error;
use lambda_runtime_api_client::{Client, build_request};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Adapter;

/// Of the 500 ms that Lambda leaves between its signal and the end.
const PATIENCE: Duration = Duration::from_millis(300);

/// Has SIGTERM end the executions as `ABORTED`, so that their records are written and their invocations answered.
pub(super) async fn prepare(adapter: &Adapter) {
    let ready = async { Ok::<_, Error>((signal(SignalKind::terminate())?, register().await?)) };
    match ready.await {
        Ok((signal, extension)) => {
            tokio::spawn(end_at(signal, adapter.clone()));
            tokio::spawn(extension);
        }
        Err(error) => {
            let message = format!("the function will not be told of its end: {error}");
            super::log(&[json!({"level": "WARN", "message": message})]);
        }
    }
}

async fn end_at(mut signal: Signal, adapter: Adapter) {
    if signal.recv().await.is_some() {
        adapter.shut_down();
        tokio::time::sleep(PATIENCE).await;
        std::process::exit(0);
    }
}

/// Lambda sends its signal only to functions with an extension, so one is registered that wants to hear of nothing. It
/// has to ask for the next event all the same, for only then the init is over.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html>
async fn register() -> Result<impl Future<Output = ()>, Error> {
    let client = Client::builder().build()?;
    let registration = build_request()
        .method("POST")
        .uri("/2020-01-01/extension/register")
        .header("lambda-extension-name", "asl-shutdown")
        .body(json!({"events": Value::Array(asl_value::Array::new())}).to_json().into())?;
    let answer = client.call(registration).await?;
    let id = answer.headers().get("lambda-extension-identifier").cloned();
    let id =
        id.ok_or_else(|| format!("the registration of an extension was answered with {}", answer.status()))?;
    let next = build_request()
        .method("GET")
        .uri("/2020-01-01/extension/event/next")
        .header("lambda-extension-identifier", id)
        .body(Default::default())?;
    Ok(async move {
        // It is never answered.
        let _ = client.call(next).await;
    })
}

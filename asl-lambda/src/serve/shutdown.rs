//! SIGTERM: the end of the process.

use std::time::Duration;

use asl_value::{Value, json};
use lambda_runtime::Error;
use lambda_runtime_api_client::{Client, build_request};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::Adapter;

/// The time for ending executions. Lambda kills the process 500 ms after its signal.
const PATIENCE: Duration = Duration::from_millis(300);

/// Makes SIGTERM end the executions as `ABORTED`, so that their records are written and their invocations answered.
pub(super) async fn prepare(adapter: &Adapter) {
    let ready = async { Ok::<_, Error>((signal(SignalKind::terminate())?, register().await?)) };
    match ready.await {
        Ok((signal, extension)) => {
            tokio::spawn(end_at(signal, adapter.clone()));
            tokio::spawn(extension);
        }
        Err(error) => {
            let message = format!("the function will not receive SIGTERM: {error}");
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

/// Registers an extension that subscribes to no events, because Lambda sends SIGTERM only to functions with an
/// extension. It must still ask for the next event: the init phase is not over before every extension has done so.
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
        // Lambda never answers it.
        let _ = client.call(next).await;
    })
}

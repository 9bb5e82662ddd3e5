//! A small durable function: two steps, a wait and a callback at the same time, an invocation, a last step.

use std::sync::Arc;
use std::time::Duration;

use asl_durable::{
    Change, DurableAnswer, DurableApi, DurableError, DurableEvent, DurableLog, Emulated, Emulator, Operation,
    Update,
};
use asl_value::{Value, json};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// Runs the function on a service until its execution ends.
pub(crate) async fn run(service: Emulator) -> Emulated {
    let service = Arc::new(service.with_function("double", |event| {
        async move { Ok(json!(event["n"].as_i64().unwrap_or_default() * 2)) }.boxed()
    }));
    let again = Arc::clone(&service);
    service.run("run", r#"{"n":4}"#.into(), move |event| handle(Arc::clone(&again), event)).await
}

fn handle(service: Arc<Emulator>, event: Value) -> BoxFuture<'static, Result<Value, Failed>> {
    async move {
        let event = DurableEvent::read(&event).ok_or("not a durable event")??;
        let log = DurableLog::open(Arc::clone(&service) as Arc<dyn DurableApi>, event).await?;
        match flow(&service, &log).await {
            Ok(answer) => Ok(answer.to_value()),
            Err(error) if error.is_retried_by_lambda() => Err(error.into()),
            Err(_) => Ok(DurableAnswer::Pending.to_value()),
        }
    }
    .boxed()
}

async fn flow(service: &Emulator, log: &DurableLog) -> Result<DurableAnswer, DurableError> {
    let first = step(log, "first", "1").await?;
    let second = step(log, "second", "20").await?;
    if log.operation("callback").is_none() {
        let (timeout, heartbeat) = (Some(Duration::from_secs(100)), None);
        log.add(Update::new("wait", Change::WaitStart { time: Duration::from_secs(60) }).named("Wait"))?;
        log.add(Update::new("callback", Change::CallbackStart { timeout, heartbeat }))?;
        let (function, payload) = ("double".into(), r#"{"n":150}"#.into());
        log.add(Update::new("invoke", Change::ChainedInvokeStart { function, payload }))?;
        log.flush().await?;
    }
    let all = ["wait", "callback", "invoke"].map(|id| log.operation(id));
    if let Some(callback_id) = all[1].as_ref().and_then(|callback| callback.callback_id()) {
        // It may have been answered in an earlier invocation.
        let _ = service.succeed_callback(callback_id, "4000".into());
    }
    let is_open =
        |operation: &Option<Arc<Operation>>| operation.as_ref().is_none_or(|open| !open.status.is_final());
    if all.iter().any(is_open) {
        log.flush().await?;
        return Ok(DurableAnswer::Pending);
    }
    let [_, callback, invoke] = all.map(|operation| result(operation.as_deref()));
    let last = step(log, "last", "50000").await?;
    let numbers = [first, second, callback, invoke, last].map(|text| text.parse::<u64>().unwrap_or_default());
    Ok(DurableAnswer::Succeeded(numbers.iter().sum::<u64>().to_string().into()))
}

async fn step(log: &DurableLog, id: &str, payload: &str) -> Result<String, DurableError> {
    if log.operation(id).is_none() {
        log.add(Update::new(id, Change::StepStart))?;
        log.add(Update::new(id, Change::StepSucceed { payload: payload.into() }))?;
        log.flush().await?;
    }
    Ok(result(log.operation(id).as_deref()))
}

fn result(operation: Option<&Operation>) -> String {
    let result = operation.and_then(|operation| operation.details.end().0.cloned());
    result.map(|text| text.to_string()).unwrap_or_default()
}

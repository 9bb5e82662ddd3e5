//! The scenarios. Each shows what it saw in its result.

use std::sync::Arc;
use std::time::Duration;

use asl_durable::limits::LONGEST_WAIT;
use asl_durable::{
    CallbackSays, Change, DurableAnswer, DurableErrorKind, DurableLog, ErrorObject, Operation,
    OperationDetails, Update,
};
use asl_value::Text;
use futures_util::FutureExt;

use super::{Failed, Invoked, Scenario};

macro_rules! scenario {
    ($name:literal, $ends:literal, $real:literal, $function:path) => {
        Scenario {
            name: $name,
            function: |invoked| $function(invoked).boxed(),
            ends: $ends,
            is_real_time: $real,
        }
    };
}

/// All scenarios.
pub static SCENARIOS: &[Scenario] = &[
    scenario!("step", "SUCCEEDED SUCCEEDED attempt 1: 42", false, step),
    scenario!("retry", "SUCCEEDED READY attempt 1: first, SUCCEEDED attempt 2: second", false, retry),
    scenario!("wait", "SUCCEEDED SUCCEEDED", false, wait),
    scenario!("year", "SUCCEEDED SUCCEEDED", false, year),
    scenario!("five-waits", "SUCCEEDED 5 of 5", false, five_waits),
    scenario!("cancel", "SUCCEEDED CANCELLED", true, cancel),
    scenario!("callback-success", "SUCCEEDED SUCCEEDED: {\"ok\":true}", true, callback_success),
    scenario!("callback-failure", "SUCCEEDED FAILED: Declined no", true, callback_failure),
    scenario!("callback-heartbeat", "SUCCEEDED TIMED_OUT: Callback.Heartbeat", true, callback_heartbeat),
    scenario!("callback-timeout", "SUCCEEDED TIMED_OUT: Callback.Timeout", true, callback_timeout),
    scenario!("chained", "SUCCEEDED SUCCEEDED: 42", true, chained),
    scenario!("map-of-200", "SUCCEEDED 200 of 200", false, map_of_200),
    scenario!("context", "SUCCEEDED SUCCEEDED: 7", false, context),
    scenario!("stale-token", "SUCCEEDED Superseded", false, stale_token),
    scenario!("unknown-parent", "SUCCEEDED Refused", false, unknown_parent),
    scenario!("renamed", "SUCCEEDED Refused", false, renamed),
    scenario!("late-cancel", "SUCCEEDED Refused", false, late_cancel),
    scenario!("crash", "SUCCEEDED SUCCEEDED attempt 1: before the crash", true, crash),
    scenario!("fail", "FAILED Wrong", false, fail),
];

type Answered = Result<DurableAnswer, Failed>;

fn second() -> Duration {
    Duration::from_secs(1)
}

fn succeeded(text: impl Into<Text>) -> Answered {
    Ok(DurableAnswer::Succeeded(text.into()))
}

/// `SUCCEEDED attempt 1: 42`, `TIMED_OUT: Callback.Timeout`.
fn shown(operation: &Operation) -> String {
    let (result, error) = operation.details.end();
    let attempt = match &operation.details {
        OperationDetails::Step { attempt, .. } => format!(" attempt {attempt}"),
        _ => String::new(),
    };
    let own = |error: &ErrorObject| {
        let error_type = error.error_type.clone().unwrap_or_default();
        // The texts of timeouts are the service's own.
        let is_own = error_type.starts_with("Callback.");
        let message = error.message.as_ref().filter(|_| !is_own);
        message.map_or(error_type.to_string(), |message| format!("{error_type} {message}"))
    };
    let end = result.map(|text| text.to_string()).or(error.map(own));
    format!("{}{attempt}{}", operation.status.name(), end.map(|end| format!(": {end}")).unwrap_or_default())
}

fn found(log: &DurableLog, id: &str) -> Result<Arc<Operation>, Failed> {
    Ok(log.operation(id).ok_or_else(|| format!("no operation {id}"))?)
}

/// Begins an operation, waits for its end, and shows it.
async fn to_end(log: &DurableLog, update: Update) -> Answered {
    let id = update.id.clone();
    if log.operation(&id).is_none() {
        log.add(update)?;
        log.flush().await?;
    }
    let operation = found(log, &id)?;
    if operation.status.is_final() { succeeded(shown(&operation)) } else { Ok(DurableAnswer::Pending) }
}

fn step_of(id: &str, payload: &str) -> Update {
    Update::new(id, Change::StepSucceed { payload: payload.into() }).named("A step").of_type("Task")
}

async fn step(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    log.add(Update::new("s", Change::StepStart).named("A step").of_type("Task"))?;
    to_end(&log, step_of("s", "42")).await
}

async fn retry(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    let Some(known) = log.operation("s") else {
        let (delay, payload) = (second() * 2, "first".into());
        log.add(Update::new("s", Change::StepRetry { delay, payload }))?;
        log.flush().await?;
        return Ok(DurableAnswer::Pending);
    };
    log.add(Update::new("s", Change::StepStart))?;
    log.add(Update::new("s", Change::StepSucceed { payload: "second".into() }))?;
    log.flush().await?;
    succeeded(format!("{}, {}", shown(&known), shown(&*found(&log, "s")?)))
}

async fn wait(invoked: Invoked) -> Answered {
    to_end(&invoked.log().await?, Update::new("w", Change::WaitStart { time: second() * 2 })).await
}

async fn year(invoked: Invoked) -> Answered {
    to_end(&invoked.log().await?, Update::new("w", Change::WaitStart { time: LONGEST_WAIT })).await
}

async fn five_waits(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    let ids = ["1", "2", "3", "4", "5"];
    if log.operation("1").is_none() {
        for (id, seconds) in ids.iter().zip(1..) {
            log.add(Update::new(*id, Change::WaitStart { time: second() * seconds }))?;
        }
        log.flush().await?;
    }
    let ended = ids.iter().filter_map(|id| log.operation(id)).filter(|wait| wait.status.is_final()).count();
    if ended == 5 { succeeded("5 of 5") } else { Ok(DurableAnswer::Pending) }
}

async fn cancel(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    log.add(Update::new("w", Change::WaitStart { time: LONGEST_WAIT }))?;
    log.flush().await?;
    log.add(Update::new("w", Change::WaitCancel))?;
    log.flush().await?;
    succeeded(shown(&*found(&log, "w")?))
}

fn callback(timeout: Option<Duration>, heartbeat: Option<Duration>) -> Update {
    Update::new("c", Change::CallbackStart { timeout, heartbeat })
}

/// The id of the callback if this is its first invocation, which begins it.
async fn begun_callback(log: &DurableLog, update: Update) -> Result<Option<Text>, Failed> {
    if log.operation("c").is_some() {
        return Ok(None);
    }
    log.add(update)?;
    log.flush().await?;
    let begun = found(log, "c")?;
    Ok(Some(begun.callback_id().ok_or("not a callback")?.clone()))
}

async fn callback_success(invoked: Invoked) -> Answered {
    let outside = invoked.outside.clone();
    let log = invoked.log().await?;
    let update = callback(Some(second() * 60), None);
    if let Some(id) = begun_callback(&log, update.clone()).await? {
        outside.answer(&id, CallbackSays::Success("{\"ok\":true}".into())).await?;
    }
    to_end(&log, update).await
}

async fn callback_failure(invoked: Invoked) -> Answered {
    let outside = invoked.outside.clone();
    let log = invoked.log().await?;
    let update = callback(None, None);
    if let Some(id) = begun_callback(&log, update.clone()).await? {
        outside.answer(&id, CallbackSays::Failure(ErrorObject::new("Declined", "no"))).await?;
    }
    to_end(&log, update).await
}

async fn callback_heartbeat(invoked: Invoked) -> Answered {
    let outside = invoked.outside.clone();
    let log = invoked.log().await?;
    let update = callback(Some(second() * 60), Some(second() * 2));
    if let Some(id) = begun_callback(&log, update.clone()).await? {
        outside.answer(&id, CallbackSays::Alive).await?;
    }
    to_end(&log, update).await
}

async fn callback_timeout(invoked: Invoked) -> Answered {
    to_end(&invoked.log().await?, callback(Some(second()), None)).await
}

async fn chained(invoked: Invoked) -> Answered {
    let (function, payload) = ("double".into(), "{\"n\":21}".into());
    to_end(&invoked.log().await?, Update::new("i", Change::ChainedInvokeStart { function, payload })).await
}

async fn map_of_200(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    for number in 0..200 {
        log.add(step_of(&format!("s{number}"), "1"))?;
    }
    log.flush().await?;
    let ended = log.operations().iter().filter(|operation| operation.status.is_final()).count();
    succeeded(format!("{ended} of 200"))
}

async fn context(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    log.add(Update::new("g", Change::ContextStart))?;
    log.add(step_of("s", "7").inside("g"))?;
    log.flush().await?;
    log.add(Update::new("g", Change::ContextSucceed { payload: "7".into(), replay_children: false }))?;
    log.flush().await?;
    succeeded(shown(&*found(&log, "g")?))
}

/// Writes an update with a token that was used, and shows what became of it.
async fn stale_token(invoked: Invoked) -> Answered {
    let (api, arn, token) = (invoked.api.clone(), invoked.event.arn.clone(), invoked.event.token.clone());
    let log = invoked.log().await?;
    log.add(step_of("s", "1"))?;
    log.flush().await?;
    refusal(api.checkpoint(&arn, &token, &[step_of("t", "1")], "another").await.map(|_| ()))
}

async fn unknown_parent(invoked: Invoked) -> Answered {
    let Invoked { api, event, .. } = invoked;
    let update = step_of("s", "1").inside("nobody");
    refusal(api.checkpoint(&event.arn, &event.token, &[update], "client").await.map(|_| ()))
}

async fn renamed(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    log.add(Update::new("s", Change::StepStart).named("One"))?;
    log.flush().await?;
    log.add(Update::new("s", Change::StepSucceed { payload: "1".into() }).named("Other"))?;
    refusal(log.flush().await)
}

async fn late_cancel(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    log.add(Update::new("w", Change::WaitStart { time: second() * 9 }))?;
    log.add(Update::new("x", Change::WaitCancel))?;
    refusal(log.flush().await)
}

/// Shows why a call was refused.
fn refusal(called: Result<(), asl_durable::DurableError>) -> Answered {
    match called {
        Ok(()) => succeeded("accepted"),
        Err(error) => match error.kind() {
            DurableErrorKind::Superseded => succeeded("Superseded"),
            DurableErrorKind::Refused => succeeded("Refused"),
            _ => Err(error.into()),
        },
    }
}

/// The first invocation fails after its checkpoint.
async fn crash(invoked: Invoked) -> Answered {
    let log = invoked.log().await?;
    if log.operation("s").is_none() {
        log.add(step_of("s", "before the crash"))?;
        log.flush().await?;
        return Err("the process is gone".into());
    }
    succeeded(shown(&*found(&log, "s")?))
}

async fn fail(_: Invoked) -> Answered {
    Ok(DurableAnswer::Failed(ErrorObject::new("Wrong", "it is")))
}

//! Scenarios of durable executions that run on the emulator of asl-durable and on AWS's local runner alike, so that the
//! emulator cannot drift away.

mod scenarios;
mod server;
mod suite;

use std::sync::Arc;

use asl_durable::{CallbackApi, DurableAnswer, DurableApi, DurableError, DurableEvent, DurableLog, Emulator};
use asl_value::{Value, json};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub use scenarios::SCENARIOS;
pub use server::serve;
pub use suite::DurableCase;

/// An error of any kind.
pub type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A durable function, and how its execution must end.
pub struct Scenario {
    /// The name of the function and of the execution.
    pub name: &'static str,
    /// One invocation of it.
    pub function: fn(Invoked) -> BoxFuture<'static, Result<DurableAnswer, Failed>>,
    /// The status of the execution, and its result or the type of its error: `SUCCEEDED 42`.
    pub ends: &'static str,
    /// Whether its timers must run in real time: AWS's runner does not skip the times of callbacks.
    pub is_real_time: bool,
}

/// What a function gets of an invocation.
pub struct Invoked {
    /// The API.
    pub api: Arc<dyn DurableApi>,
    /// The event.
    pub event: DurableEvent,
    /// Whoever answers callbacks.
    pub outside: Arc<dyn CallbackApi>,
}

impl Invoked {
    /// Its log.
    ///
    /// # Errors
    /// A page that cannot be read.
    pub async fn log(self) -> Result<DurableLog, DurableError> {
        DurableLog::open(self.api, self.event).await
    }
}

/// Invokes the function of a scenario, or the function `double`, which other functions invoke.
///
/// # Errors
/// The invocation failed, so that the service repeats it.
pub async fn invoke(
    function: &str,
    event: Value,
    api: Arc<dyn DurableApi>,
    outside: Arc<dyn CallbackApi>,
) -> Result<Value, Failed> {
    if function == "double" {
        return Ok(json!(event.get("n").and_then(Value::as_i64).ok_or("no number")? * 2));
    }
    let scenario = SCENARIOS.iter().find(|scenario| scenario.name == function).ok_or("no such function")?;
    let event = DurableEvent::read(&event).ok_or("not a durable event")??;
    let answer = (scenario.function)(Invoked { api, event, outside }).await?;
    Ok(answer.to_value())
}

/// Runs a scenario on the emulator. Returns how it ended, in the form of [`Scenario::ends`].
pub async fn emulate(scenario: &Scenario) -> String {
    let two_years = std::time::Duration::from_secs(63_244_800);
    let service = Arc::new(Emulator::default().with_timeout(two_years).with_function("double", |event| {
        let service = Arc::new(Emulator::default());
        async move { invoke("double", event, service.clone(), service).await }.boxed()
    }));
    let (name, again) = (scenario.name, Arc::clone(&service));
    let ended = service.run(name, "{}".into(), move |event| {
        let service = Arc::clone(&again);
        async move { invoke(name, event, service.clone(), service).await }.boxed()
    });
    let ended = ended.await;
    let error = ended.error.and_then(|error| error.error_type);
    shown(&ended.status, ended.result.as_deref(), error.as_deref())
}

/// The form of [`Scenario::ends`].
pub fn shown(status: &str, result: Option<&str>, error_type: Option<&str>) -> String {
    format!("{status} {}", result.or(error_type).unwrap_or_default()).trim_end().to_owned()
}

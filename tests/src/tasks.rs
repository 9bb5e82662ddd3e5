//! Tasks that answer from a script.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_engine::{Failure, Registry, Task, TaskHandler};
use asl_value::{Text, Value};
use serde::Deserialize;

/// One answer of a scripted task.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Answer {
    /// The result as JSON. Without a result and an error, the task returns its arguments.
    pub output: Option<String>,
    /// Returns a string of this many bytes instead.
    pub bytes: Option<usize>,
    /// The error to fail with.
    pub error: Option<String>,
    /// The cause of the error.
    pub cause: Option<String>,
    /// Fails without naming an error.
    pub nameless: bool,
    /// How long the task takes, in seconds.
    pub seconds: f64,
    /// The interval of heartbeats while the task runs, in seconds.
    pub heartbeat: Option<f64>,
    /// Panics with this text.
    pub panic: Option<String>,
    /// For activities: the worker's name; it starts after `start_after` seconds.
    pub worker: Option<String>,
    /// Seconds until the worker takes the task.
    pub start_after: f64,
    /// For jobs and callbacks: the answer to the submission, as JSON.
    pub submitted: Option<String>,
}

/// A task that gives one answer per call and repeats the last one.
///
/// Time passes on tokio's clock, which is paused in the suite, so that durations are deterministic.
#[derive(Debug)]
pub struct Script {
    answers: Vec<Answer>,
    calls: AtomicUsize,
}

impl Script {
    /// A script.
    pub fn new(answers: Vec<Answer>) -> Script {
        Script { answers, calls: AtomicUsize::new(0) }
    }
}

#[async_trait::async_trait]
impl TaskHandler for Script {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let call = self.calls.fetch_add(1, Ordering::Relaxed);
        let answer = self.answers.get(call).or(self.answers.last()).cloned().unwrap_or_default();
        sleep(answer.start_after).await;
        task.started(answer.worker.as_deref().map(Text::from));
        if let Some(submitted) = &answer.submitted {
            task.submitted(json(submitted)?);
        }
        let mut left = answer.seconds;
        if let Some(beat) = answer.heartbeat {
            while left > beat {
                sleep(beat).await;
                task.heartbeat();
                left -= beat;
            }
        }
        sleep(left).await;
        #[expect(clippy::panic, reason = "a task that panics is what some cases are about")]
        if let Some(text) = answer.panic {
            panic!("{text}");
        }
        match (answer.error, answer.output) {
            _ if answer.nameless => Err(Failure::from_parts(None, None)),
            (Some(error), _) => Err(Failure::from_parts(Some(error.into()), answer.cause.map(Text::from))),
            (None, Some(output)) => json(&output),
            (None, None) if answer.bytes.is_some() => Ok("x".repeat(answer.bytes.unwrap_or_default()).into()),
            (None, None) => Ok(task.arguments),
        }
    }
}

async fn sleep(seconds: f64) {
    if seconds > 0.0 {
        tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    }
}

fn json(text: &str) -> Result<Value, Failure> {
    Value::parse(text).map_err(|error| Failure::task(format!("the script is not JSON: {error}")))
}

/// Functions by name, resources by ARN.
pub(crate) fn registry(tasks: &BTreeMap<String, Vec<Answer>>) -> Result<Registry, String> {
    tasks.iter().try_fold(Registry::new(), |registry, (name, answers)| {
        let script = Script::new(answers.clone());
        Ok(if name.starts_with("arn:") {
            registry.resource(name, script)
        } else {
            registry.function(name, script)
        })
    })
}

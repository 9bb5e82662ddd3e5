//! [`LiveTasks`]: tasks of a run that call services.

use std::sync::{Arc, Mutex};

use asl_engine::{
    Clock, Engine, Event, EventKind, Execution, Failure, Identity, Limits, Observer, Registry, Task,
    TaskHandler, TaskRefusal, load,
};
use asl_model::{Resource, Source, error_name};
use asl_value::{Text, Value, json};
use async_trait::async_trait;

use super::ledger::{Answer, Key, Reporter};
use super::run::CallsRun;
use crate::lock::lock;

pub(super) struct LiveTasks {
    pub(super) run: Arc<CallsRun>,
    pub(super) handler: Arc<dyn TaskHandler>,
}

#[async_trait]
impl TaskHandler for LiveTasks {
    fn check(&self, state: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        self.handler.check(state, resource, arguments)
    }

    fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
        self.handler.serves(resource)
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let role = task.role_arn.as_deref().unwrap_or_default();
        let key = Key {
            execution: task.identity.execution_arn.clone(),
            name: task.state.to_owned(),
            resource: task.resource.as_str().to_owned(),
            arguments: format!("{role} {}", task.arguments.to_json()),
            number: 0,
        };
        let lone = LoneTask {
            handler: Arc::clone(&self.handler),
            state: task.state.to_owned(),
            resource: task.resource.as_str().to_owned(),
            arguments: task.arguments.clone(),
            role_arn: task.role_arn.clone(),
            identity: task.identity.clone(),
            trace_header: task.trace_header.cloned(),
        };
        match self.run.answer(key, |reporter| lone.run(reporter), |output| task.submitted(output)).await {
            Some(Answer::Ended(result)) => result,
            _ => Err(Failure::new(error_name::RUNTIME, "the call was lost")),
        }
    }
}

/// A task on its own, as a machine of one state: it outlives the run that has called it.
struct LoneTask {
    handler: Arc<dyn TaskHandler>,
    state: String,
    resource: String,
    arguments: Value,
    role_arn: Option<Text>,
    identity: Identity,
    trace_header: Option<Text>,
}

impl LoneTask {
    async fn run(self, reporter: Reporter) {
        let mut state = json!({"Type": "Task", "Resource": self.resource.as_str(), "End": true});
        if let (Value::Object(fields), Some(role)) = (&mut state, &self.role_arn) {
            fields.insert("Credentials", json!({"RoleArn": role.as_str()}));
        }
        let states: asl_value::Object = [(Text::from(self.state.as_str()), state)].into_iter().collect();
        let definition = json!({"StartAt": self.state.as_str(), "States": Value::Object(states)});
        let program = match load(&Source::json(definition.to_json())) {
            Ok(loaded) => loaded.program,
            Err(error) => {
                let failure = Failure::new(error_name::RUNTIME, error.to_string());
                return reporter.report(Answer::Ended(Err(failure)));
            }
        };
        let result = Arc::new(Mutex::new(None));
        let capture = Capture { handler: self.handler, result: Arc::clone(&result) };
        let engine = Engine::builder().tasks(Registry::new().fallback(capture)).clock(Clock::real()).build();
        let execution = Execution::new(self.arguments)
            .with_identity(self.identity)
            .with_limits(Limits::standard())
            .with_trace_header(self.trace_header)
            .with_observer(Arc::new(Submissions(reporter.clone())));
        let report = engine.run(&program, execution).await;
        // What the handler has returned, before the engine has made something of it. Without that, the call was not made.
        let result = lock(&result).take();
        let result = result.unwrap_or_else(|| match report.outcome.failure() {
            Some(failure) => Err(failure.clone()),
            None => Err(Failure::new(error_name::RUNTIME, "the call has no result")),
        });
        reporter.report(Answer::Ended(result));
    }
}

/// Keeps what a handler returns.
struct Capture {
    handler: Arc<dyn TaskHandler>,
    result: Arc<Mutex<Option<Result<Value, Failure>>>>,
}

#[async_trait]
impl TaskHandler for Capture {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let result = self.handler.call(task).await;
        *lock(&self.result) = Some(result.clone());
        result
    }
}

/// Reports what a task says it has submitted.
struct Submissions(Reporter);

impl Observer for Submissions {
    fn on_event(&self, event: Event) {
        if let EventKind::TaskSubmitted { output, .. } = event.kind {
            self.0.report(Answer::Submitted(output));
        }
    }
}

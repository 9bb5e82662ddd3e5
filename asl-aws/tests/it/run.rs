//! Runs a single task in the engine with this crate's handler.

use std::sync::Arc;
use std::time::Duration;

use asl_aws::{Aws, Config, Polling};
use asl_engine::{Engine, Execution, HistoryRecorder, Identity, Registry, Report, load};
use asl_model::{MachineArn, Source};
use asl_value::{Value, json};

/// Reaches all services at one address, with fake keys.
pub(crate) fn aws_at(url: &str) -> Aws {
    let variables = [
        ("AWS_REGION", "eu-west-1"),
        ("AWS_ENDPOINT_URL", url),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    polling(Aws::new(Config::from_variables(variables).expect("a configuration"))).with_tokens()
}

pub(crate) fn aws() -> Aws {
    polling(Aws::new(Config::new("eu-west-1").with_loopback()))
}

fn polling(aws: Aws) -> Aws {
    let polling = Polling::new(Duration::from_millis(1), Duration::from_millis(10));
    aws.with_polling(polling)
}

/// The trace that executions belong to, with characters that a header cannot have.
pub(crate) const TRACE: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;a=\né";

/// How the execution of a Task state with these fields ended, and its history.
pub(crate) async fn run(aws: Aws, fields: Value) -> (Report, Value) {
    let Value::Object(mut state) = fields else { panic!("fields of a state") };
    state.insert("Type", "Task".into());
    state.insert("End", true.into());
    let definition = json!({"StartAt": "T", "States": {"T": Value::Object(state)}});
    let program = load(&Source::json(definition.to_json())).unwrap().program;
    let engine = Engine::builder().tasks(Registry::new().fallback(aws)).build();
    let recorder = Arc::new(HistoryRecorder::new());
    let execution = Execution::new(json!({"n": 1}))
        .with_trace_header(Some(TRACE.into()))
        .with_identity(Identity::new(MachineArn::new("eu-west-1", "111122223333", "main").execution("run")))
        .with_observer(recorder.clone());
    let report = engine.run(&program, execution).await;
    (report, recorder.to_json())
}

/// Either the output, or `["error", "cause"]`.
pub(crate) fn ending(report: &Report) -> Value {
    match (report.outcome.output(), report.outcome.failure()) {
        (Some(output), _) => output.clone(),
        (None, Some(failure)) => json!([failure.error.as_deref(), failure.cause.as_deref()]),
        (None, None) => Value::Null,
    }
}

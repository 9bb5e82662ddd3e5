//! The spans of a table of machines, as in `tests/goldens`; `UPDATE_EXPECT=1` writes those.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use asl_engine::{
    CancelToken, Clock, Engine, Execution, Failure, Program, Registry, SeededEntropy, load, task_fn,
};
use asl_model::Source;
use asl_otel::{Batches, Origin, Sampling};
use asl_value::{Text, Timestamp, Value, json};

use crate::collector::{Answers, Collector};
use crate::tree::tree;

const FUNCTION: &str = "arn:aws:lambda:eu-west-1:123456789012:function";

/// `ok` returns, `flaky` fails twice, `broken` fails, `hangs` never ends.
pub(crate) fn tasks() -> Registry {
    let calls = Arc::new(AtomicU32::new(0));
    let flaky = move |_: Value| {
        let call = calls.fetch_add(1, Ordering::Relaxed);
        async move {
            if call < 2 { Err(Failure::new("Busy", "secret-cause")) } else { Ok(json!("secret-output")) }
        }
    };
    Registry::new()
        .function("ok", task_fn(|_: Value| async { Ok::<_, Failure>(json!("secret-output")) }))
        .function("flaky", task_fn(flaky))
        .function(
            "broken",
            task_fn(|_: Value| async { Err::<Value, _>(Failure::new("Broken", "secret-cause")) }),
        )
        .function("hangs", task_fn(|_: Value| std::future::pending::<Result<Value, Failure>>()))
        .service("sqs", "sendMessage", task_fn(|_: Value| async { Ok::<_, Failure>(json!({})) }))
        .service("aws-sdk:dynamodb", "getItem", task_fn(|_: Value| async { Ok::<_, Failure>(json!({})) }))
        .service("http", "invoke", task_fn(|_: Value| async { Ok::<_, Failure>(json!({})) }))
}

pub(crate) fn program(states: &Value) -> Arc<Program> {
    let first = states.as_object().and_then(|states| states.keys().next().cloned()).unwrap();
    let definition = json!({"StartAt": first, "TimeoutSeconds": 100, "States": states.clone()});
    load(&Source::json(definition.to_json())).unwrap().program
}

pub(crate) fn engine() -> Engine {
    let start = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    let clock = Clock::virtual_time().starting_at(start);
    Engine::builder().tasks(tasks()).clock(clock).entropy(SeededEntropy::new(1)).build()
}

pub(crate) fn call(function: &str) -> Value {
    json!({"Type": "Task", "Resource": format!("{FUNCTION}:{function}"), "End": true})
}

fn with(mut state: Value, more: Value) -> Value {
    if let (Value::Object(state), Value::Object(more)) = (&mut state, more) {
        more.into_iter().for_each(|(name, value)| drop(state.insert(name, value)));
    }
    state
}

fn branch(name: &str, state: Value) -> Value {
    json!({"StartAt": name, "States": Value::Object([(Text::from(name), state)].into_iter().collect())})
}

fn wait(seconds: u64) -> Value {
    json!({"Type": "Wait", "Seconds": seconds, "End": true})
}

fn one(state: Value) -> Value {
    json!({"First": state})
}

fn retried(function: &str) -> Value {
    let retry = json!([{"ErrorEquals": ["Busy", "Broken"], "MaxAttempts": 2, "JitterStrategy": "NONE"}]);
    with(call(function), json!({"Retry": retry}))
}

fn caught(state: Value) -> Value {
    let catch = json!([{"ErrorEquals": ["States.ALL"], "Next": "Rescue"}]);
    json!({"First": with(state, json!({"Catch": catch})), "Rescue": {"Type": "Succeed"}})
}

fn map(processor: Value, more: Value) -> Value {
    with(json!({"Type": "Map", "End": true, "ItemProcessor": processor}), more)
}

fn both(left: Value, right: Value) -> Value {
    json!({"Type": "Parallel", "End": true, "Branches": [branch("Left", left), branch("Right", right)]})
}

/// The names of the goldens, and the states.
fn table() -> Vec<(&'static str, Value)> {
    let both = |left: Value, right: Value| json!({"Type": "Parallel", "End": true, "Branches": [branch("Left", left), branch("Right", right)]});
    let distributed = json!({"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"});
    let children = with(branch("Each", call("ok")), json!({"ProcessorConfig": distributed}));
    let choice = json!({
        "First": {"Type": "Choice", "Choices": [{"Variable": "$.secret", "IsPresent": true, "Next": "Rest"}], "Default": "Rest"},
        "Rest": wait(3)
    });
    let services = json!({
        "First": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"MessageBody": "secret"}, "Next": "Item"},
        "Item": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:getItem", "Next": "Call"},
        "Call": {"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "End": true, "Parameters": {
            "ApiEndpoint": "https://secret.example/secret?key=secret", "Method": "GET", "Headers": {"X-Key": "secret"},
            "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:123456789012:connection/secret/1"}}}
    });
    let expression =
        json!({"Type": "Pass", "QueryLanguage": "JSONata", "Output": "{% $missing() %}", "End": true});
    vec![
        ("success", one(call("ok"))),
        ("choice", choice),
        ("services", services),
        ("retry", one(retried("flaky"))),
        ("retries-used-up", one(retried("broken"))),
        ("catch", caught(call("broken"))),
        ("fail", one(json!({"Type": "Fail", "Error": "OutOfStock", "Cause": "secret-cause"}))),
        ("expression", caught(both(expression, wait(1)))),
        ("parallel", one(both(call("ok"), wait(2)))),
        ("parallel-fails", one(both(call("broken"), wait(2)))),
        ("parallel-catch", caught(both(call("broken"), wait(2)))),
        ("map", one(map(branch("Each", call("ok")), json!({})))),
        ("map-fails", one(map(branch("Each", call("broken")), json!({"MaxConcurrency": 1})))),
        (
            "map-retry",
            one(map(
                branch("Each", call("flaky")),
                json!({"MaxConcurrency": 1, "Retry": [{"ErrorEquals": ["Busy"]}]}),
            )),
        ),
        ("map-run", one(map(children, json!({"Label": "Each"})))),
        ("task-times-out", one(with(call("hangs"), json!({"TimeoutSeconds": 5})))),
        ("execution-times-out", one(both(wait(500), wait(1)))),
    ]
}

#[tokio::test(start_paused = true)]
async fn each_machine_has_its_tree() {
    for (name, states) in table() {
        let input = if name.starts_with("map") { json!([1, 2]) } else { json!({"secret": "secret-input"}) };
        check(name, &states, Execution::new(input), engine()).await;
    }
}

/// It is stopped while one branch is in a task, and the other waits.
#[tokio::test(start_paused = true)]
async fn an_execution_that_is_stopped() {
    let cancel = CancelToken::new();
    let stops = cancel.clone();
    let stop = task_fn(move |_: Value| {
        stops.cancel();
        std::future::pending::<Result<Value, Failure>>()
    });
    let engine = engine().with_tasks(Registry::new().function("stop", stop));
    let execution = Execution::new(json!({})).with_cancel(cancel);
    check("stopped", &one(both(call("stop"), wait(5))), execution, engine).await;
}

async fn check(name: &str, states: &Value, execution: Execution, engine: Engine) {
    let collector = Collector::start(Answers::Accepts).await;
    let tracer = collector.tracer(Sampling::default(), Batches::default());
    engine.run(&program(states), tracer.trace(execution, Origin::default())).await;
    // The collector is real.
    tokio::time::resume();
    tracer.flush(Duration::from_secs(10)).await.unwrap();
    tokio::time::pause();
    let spans = collector.spans();
    let found = tree(&spans);
    let lines = found.lines().filter(|line| !line.trim_start().starts_with('!')).count();
    assert_eq!(lines, spans.len(), "each span is in the tree once:\n{found}");
    golden(name, &found);
}

/// Compares a tree with that of a file.
#[track_caller]
pub(crate) fn golden(name: &str, found: &str) {
    assert!(!found.contains("secret"), "{found}");
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens").join(format!("{name}.txt"));
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, found).unwrap();
    }
    let expected = std::fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(found, expected, "{name} differs; UPDATE_EXPECT=1 writes it");
}

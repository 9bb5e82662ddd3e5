//! What durability costs: an order as an ordinary invocation and as a durable execution, and the time of a replay.
//!
//! `cargo bench -p asl-lambda --all-features --bench durable`
//!
//! The service is the emulator in this process, so times are those of the function and of the emulator together. On AWS each
//! checkpoint is a request, too.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for the terminal"
)]

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use asl_durable::{Emulated, Emulator};
use asl_engine::{DefinitionHash, Engine, Failure, Registry, load, task_fn};
use asl_lambda::{Adapter, Config, Invocation, handle};
use asl_model::Source;
use asl_value::{Value, json};

/// A loop of tasks, then a wait: the invocation after the wait does all of it again.
const LOOP: &str = r#"{"QueryLanguage": "JSONata", "StartAt": "Begin", "States": {
  "Begin": {"Type": "Pass", "Assign": {"left": "{% $states.input %}"}, "Next": "Task"},
  "Task": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:echo", "Arguments": {"left": "{% $left %}"},
    "Assign": {"left": "{% $left - 1 %}"}, "Next": "Again"},
  "Again": {"Type": "Choice", "Choices": [{"Condition": "{% $left > 0 %}", "Next": "Task"}], "Default": "Wait"},
  "Wait": {"Type": "Wait", "Seconds": 86400, "End": true}
}}"#;

/// With the definition and the wait, 2,900 operations.
const TASKS: u64 = 2_897;
const REPLAYS: u32 = 20;

fn main() {
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    runtime.block_on(async {
        order().await;
        replay().await;
    });
}

/// The order of the benchmarks, of 27 transitions with a Map of five.
async fn order() {
    let workload = |part: &str| {
        let path = format!("{}/../tests/workloads/w7.{part}.json", env!("CARGO_MANIFEST_DIR"));
        std::fs::read_to_string(path).unwrap()
    };
    let (definition, input) = (workload("asl"), workload("input"));
    let plain = function(&definition, &service());
    let begun = Instant::now();
    for _ in 0..REPLAYS {
        let event = Value::parse(&input).unwrap();
        handle(&plain, event, Invocation::new("plain")).await.unwrap();
    }
    println!("an order as an ordinary invocation: {:?}", begun.elapsed() / REPLAYS);
    let begun = Instant::now();
    let mut all = Vec::new();
    for _ in 0..REPLAYS {
        // Each service counts its checkpoints.
        let service = service();
        let function = function(&definition, &service);
        all.push(run(&service, &function, "order", &input).await);
    }
    let took = begun.elapsed() / REPLAYS;
    let ended = all.pop().unwrap();
    let Emulated { status, operations, invocations, checkpoints, sent_bytes, .. } = &ended;
    println!(
        "an order as a durable execution: {took:?}, {status}, {} operations, {invocations} invocations, {checkpoints} \
         checkpoints, {sent_bytes} bytes in them",
        operations.len()
    );
}

async fn replay() {
    let service = service();
    let function = function(LOOP, &service);
    let first = service.start("loop", TASKS.to_string().into());
    let answer = handle(&function, first, Invocation::new("first")).await.unwrap();
    assert_eq!(answer["Status"], json!("PENDING"));
    let operations = service.operations("loop");
    let bytes: u64 = operations.iter().map(|operation| operation.stored_bytes()).sum();
    // The invocation that Lambda makes when nothing has changed: it does everything again, and waits again.
    let mut best = Duration::MAX;
    for number in 0..REPLAYS {
        let event = service.start("loop", TASKS.to_string().into());
        let begun = Instant::now();
        let answer = handle(&function, event, Invocation::new(format!("again-{number}"))).await.unwrap();
        best = best.min(begun.elapsed());
        assert_eq!(answer["Status"], json!("PENDING"));
    }
    println!("a replay with {} operations and {bytes} bytes in them: {best:?}", operations.len());
}

fn service() -> Arc<Emulator> {
    Arc::new(Emulator::starting_at(SystemTime::now().into()))
}

fn function(definition: &str, service: &Arc<Emulator>) -> Adapter {
    let loaded = load(&Source::json(definition)).unwrap();
    let hash = DefinitionHash::of(&loaded.machine);
    let echo = task_fn(|arguments: Value| async move { Ok::<_, Failure>(arguments) });
    let fail = task_fn(|arguments: Value| async move {
        let text = |name: &str| arguments.get(name).and_then(Value::as_text).cloned();
        Err::<Value, _>(Failure::from_parts(text("error"), text("cause")))
    });
    let engine =
        Engine::builder().tasks(Registry::new().function("echo", echo).function("fail", fail)).build();
    let adapter = Adapter::new(loaded.program, engine, Config::default()).unwrap();
    adapter.with_durable(service.clone(), hash)
}

async fn run(service: &Emulator, function: &Adapter, name: &str, input: &str) -> Emulated {
    let function = function.clone();
    let invoke = move |event| -> futures_util::future::BoxFuture<'static, _> {
        let function = function.clone();
        Box::pin(async move { Ok(handle(&function, event, Invocation::new("durable")).await?) })
    };
    service.run(name, input.into(), invoke).await
}

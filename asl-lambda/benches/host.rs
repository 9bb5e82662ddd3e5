//! The overhead of a function: the time of an invocation minus the time of the same executions by the engine alone.
//!
//! `cargo bench -p asl-lambda [-- NAME]`
//!
//! `host` is the work of [`handle`]: detecting triggers, inputs, identities, the log at `ERROR`, the response. The time to
//! parse the event and to write the response as JSON is shown separately; it grows with their sizes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program for the terminal"
)]

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use asl_engine::{Engine, Execution, Identity, Limits, Program, load};
use asl_lambda::{Adapter, Config, Invocation, handle};
use asl_model::{MachineArn, Source};
use asl_value::{Value, json};

const SUCCEED: &str = r#"{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}"#;
const FAIL: &str = r#"{"StartAt": "Out", "States": {"Out": {"Type": "Fail", "Error": "OutOfStock"}}}"#;

/// The time spent on each measurement of an invocation, and the number of invocations in one sample.
const BUDGET: Duration = Duration::from_millis(500);
const SAMPLE: u32 = 50;

fn main() {
    let events = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/order-processing/events");
    let read = |name: &str| std::fs::read_to_string(format!("{events}/{name}.json")).unwrap();
    let (http, rule) = (read("http-api"), read("event-bridge"));
    let first = Value::parse(&read("sqs")).unwrap()["Records"][0].clone();
    let batch = json!({"Records": std::iter::repeat_n(first, 10).collect::<Value>()}).to_json();
    // Cargo adds options of its own.
    let wanted: Vec<String> = std::env::args().skip(1).filter(|wanted| !wanted.starts_with('-')).collect();
    println!("| invocation | engine µs | host µs | event µs | response µs |");
    println!("|---|---|---|---|---|");
    for (name, definition, event, executions) in [
        ("direct", SUCCEED, r#"{"orderId": "o-1"}"#, 1),
        ("HTTP API", SUCCEED, http.as_str(), 1),
        ("HTTP API, failed", FAIL, http.as_str(), 1),
        ("EventBridge", SUCCEED, rule.as_str(), 1),
        ("SQS, 10 messages", SUCCEED, batch.as_str(), 10),
    ] {
        if wanted.is_empty() || wanted.iter().any(|wanted| name.contains(wanted)) {
            measure(name, definition, event, executions);
        }
    }
}

fn measure(name: &str, definition: &str, event: &str, executions: u32) {
    let program = load(&Source::json(definition)).unwrap().program;
    let engine = Engine::builder().build();
    let adapter = Adapter::new(Arc::clone(&program), engine.clone(), Config::default()).unwrap();
    let parsed = Value::parse(event).unwrap();
    let response = invoke(&adapter, &parsed);
    let [alone, whole, reading, writing] = best([
        &|| (0..executions).for_each(|_| run(&engine, &program, &parsed)),
        &|| drop(black_box(invoke(&adapter, &parsed))),
        &|| drop(black_box(Value::parse(event).unwrap())),
        &|| drop(black_box(response.to_json())),
    ])
    .map(|time| time.as_secs_f64() * 1e6);
    println!("| {name} | {alone:.1} | {:.1} | {reading:.1} | {writing:.1} |", whole - alone);
}

fn invoke(adapter: &Adapter, event: &Value) -> Value {
    let invocation = Invocation::new("8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .with_function_arn("arn:aws:lambda:eu-west-1:123456789012:function:orders:live")
        .with_trace_header("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1")
        // The work for a line of the log, without the system call.
        .with_log(Arc::new(|line: &Value| drop(black_box(line.to_json()))));
    at_once(handle(adapter, event.clone(), invocation)).unwrap()
}

fn run(engine: &Engine, program: &Program, input: &Value) {
    let execution = Execution::new(input.clone()).with_limits(Limits::express());
    let execution = execution.with_identity(IDENTITY.with(Clone::clone));
    black_box(at_once(engine.run(program, execution)));
}

thread_local! {
    static IDENTITY: Identity = Identity::new(MachineArn::new("eu-west-1", "123456789012", "orders").express("run-1", "run-1"));
}

/// The result of a future that never waits.
fn at_once<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

/// The best time of each. They take turns, so that other load affects all of them alike.
fn best<const N: usize>(work: [&dyn Fn(); N]) -> [Duration; N] {
    let mut best = [Duration::MAX; N];
    let start = Instant::now();
    while start.elapsed() < BUDGET * 4 {
        for (best, work) in best.iter_mut().zip(work) {
            let begun = Instant::now();
            (0..SAMPLE).for_each(|_| work());
            *best = (*best).min(begun.elapsed() / SAMPLE);
        }
    }
    best
}

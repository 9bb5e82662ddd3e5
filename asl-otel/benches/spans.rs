//! What spans cost: the order workflow of the workloads without them, with the events that they are made of, with spans that
//! nobody takes, and with spans encoded for a collector; in turns, in one process.
//!
//! `cargo bench -p asl-otel`
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a program for the terminal")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use asl_engine::{Engine, Execution, Failure, HistoryRecorder, Limits, Program, Registry, load, task_fn};
use asl_model::Source;
use asl_otel::{Origin, Tracer};
use asl_value::Value;
use cpu_time::ThreadTime;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::transform::common::tonic::ResourceAttributesWithSchema;
use opentelemetry_proto::transform::trace::tonic::group_spans_by_resource_and_scope;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use prost::Message;

const WORKLOAD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/workloads/w7");
/// How long all of it is measured.
const BUDGET: Duration = Duration::from_secs(6);
/// Executions between two times.
const SAMPLE: usize = 20;

/// Drops spans, or encodes them before.
#[derive(Debug)]
struct Sink {
    encodes: bool,
}

impl SpanExporter for Sink {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        if self.encodes {
            let resource = ResourceAttributesWithSchema::default();
            let resource_spans = group_spans_by_resource_and_scope(batch, &resource);
            black_box(ExportTraceServiceRequest { resource_spans }.encode_to_vec());
        } else {
            black_box(batch);
        }
        Ok(())
    }
}

fn main() {
    let read = |part: &str| std::fs::read_to_string(format!("{WORKLOAD}.{part}.json")).unwrap();
    let program = load(&Source::json(read("asl"))).unwrap().program;
    let (input, expect) = (Value::parse(&read("input")).unwrap(), Value::parse(&read("expect")).unwrap());
    let work = Work { program, engine: engine(), input, expect };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let [dropping, encoding] = [false, true].map(|encodes| Tracer::new(Sink { encodes }));
    let off = || runtime.block_on(work.run(|execution| execution));
    let events = || {
        let recorder = Arc::new(HistoryRecorder::new());
        runtime.block_on(work.run(|execution| execution.with_observer(recorder)))
    };
    let traced = |tracer: &Tracer| {
        runtime.block_on(async {
            work.run(|execution| tracer.trace(execution, Origin::default())).await;
            tracer.flush(Duration::from_secs(1)).await.unwrap();
        });
    };
    let (spans, encoded) = (|| traced(&dropping), || traced(&encoding));
    let best = measure([&off, &events, &spans, &encoded]);
    let [base, ..] = best;
    println!("| the order workflow (w7) | µs | beside no observer |");
    println!("|---|---|---|");
    let names = ["no observer", "a history", "spans that are dropped", "spans encoded as OTLP"];
    for (name, seconds) in names.into_iter().zip(best) {
        println!("| {name} | {:.1} | {:.2} |", seconds * 1e6, seconds / base);
    }
}

fn engine() -> Engine {
    let fail = |arguments: Value| async move {
        let text = |name: &str| arguments.get(name).and_then(Value::as_text).cloned();
        Err::<Value, _>(Failure::from_parts(text("error"), text("cause")))
    };
    let echo = |arguments: Value| async move { Ok::<_, Failure>(arguments) };
    let tasks = Registry::new().function("echo", task_fn(echo)).function("fail", task_fn(fail));
    Engine::builder().tasks(tasks).build()
}

struct Work {
    program: Arc<Program>,
    engine: Engine,
    input: Value,
    expect: Value,
}

impl Work {
    async fn run(&self, observed: impl FnOnce(Execution) -> Execution) {
        let execution = Execution::new(self.input.clone()).with_limits(Limits::express());
        let report = self.engine.run(&self.program, observed(execution)).await;
        assert_eq!(report.outcome.output(), Some(&self.expect));
    }
}

/// The best processor time of one execution of each, so that load on the machine affects all of them.
fn measure<const N: usize>(work: [&dyn Fn(); N]) -> [f64; N] {
    let mut best = [f64::MAX; N];
    let start = Instant::now();
    while start.elapsed() < BUDGET {
        for (best, work) in best.iter_mut().zip(work) {
            let begun = ThreadTime::now();
            (0..SAMPLE).for_each(|_| work());
            *best = best.min(begun.elapsed().as_secs_f64() / SAMPLE as f64);
        }
    }
    best
}

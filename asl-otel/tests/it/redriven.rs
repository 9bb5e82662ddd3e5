//! Executions that are redriven: each run is a span of its own, which is linked to that of the first.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use asl_engine::{Clock, Engine, Execution, Failure, Identity, Registry, SeededEntropy, task_fn};
use asl_model::MachineArn;
use asl_otel::{Batches, Origin, Remote, Sampling};
use asl_value::{Timestamp, Value, json};
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::collector::{Answers, Collector};
use crate::machines::{call, golden, program};
use crate::tree::tree;

/// A Map whose second child fails twice, and a task.
fn map() -> Value {
    let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "Each",
        "States": {"Each": call("twice")}});
    json!({
        "First": {"Type": "Map", "Label": "First", "MaxConcurrency": 1, "ItemProcessor": processor, "Next": "Second"},
        "Second": call("ok")
    })
}

/// Two branches in one of which a Map fails at its second item, twice, while the other one waits; a task.
fn branches() -> Value {
    let processor = json!({"StartAt": "Each", "States": {"Each": call("twice")}});
    let map = json!({"Type": "Map", "MaxConcurrency": 1, "ItemProcessor": processor, "Next": "Then"});
    json!({
        "First": {"Type": "Parallel", "Next": "Second", "Branches": [
            {"StartAt": "Items", "States": {"Items": map, "Then": {"Type": "Pass", "End": true}}},
            {"StartAt": "Pause", "States": {"Pause": {"Type": "Wait", "Seconds": 9, "Next": "Call"}, "Call": call("ok")}}
        ]},
        "Second": call("ok")
    })
}

fn engine() -> Engine {
    let calls = AtomicU32::new(0);
    let twice = move |item: Value| {
        let fails = item == json!(2) && calls.fetch_add(1, Ordering::Relaxed) < 2;
        async move { if fails { Err(Failure::new("Busy", "")) } else { Ok(item) } }
    };
    let ok = task_fn(|input: Value| async move { Ok::<_, Failure>(input) });
    let tasks = Registry::new().function("twice", task_fn(twice)).function("ok", ok);
    let start = Timestamp::parse("2026-12-01T00:00:00Z").unwrap();
    let clock = Clock::virtual_time().starting_at(start);
    Engine::builder().tasks(tasks).clock(clock).entropy(SeededEntropy::new(1)).build()
}

/// The spans of an execution that is redriven twice, each run in a process of its own.
async fn runs(states: &Value, parent: Option<Remote>) -> Vec<Vec<Span>> {
    let (engine, program, mut runs) = (engine(), program(states), Vec::new());
    let identity = Identity::new(MachineArn::new("eu-west-1", "123456789012", "machine").execution("run-1"));
    let mut execution = Some(Execution::new(json!([1, 2])).with_identity(identity).keeping_checkpoint());
    while let Some(next) = execution.take() {
        let collector = Collector::start(Answers::Accepts).await;
        let tracer = collector.tracer(Sampling::default(), Batches::default());
        let origin = Origin { parent: parent.clone(), ..Origin::default() };
        let report = engine.run(&program, tracer.trace(next, origin)).await;
        tracer.flush(Duration::from_secs(10)).await.unwrap();
        runs.push(collector.spans());
        execution = report.checkpoint.map(Execution::redrive);
    }
    runs
}

fn attribute(span: &Span, key: &str) -> String {
    let own: Vec<_> = span.attributes.iter().filter(|attribute| attribute.key == key).cloned().collect();
    crate::tree::attributes(&own)
}

#[track_caller]
fn is_linked(redriven: &Span, first: &Span) {
    let [link] = redriven.links.as_slice() else { panic!("one link of {}", redriven.name) };
    assert_eq!((&link.trace_id, &link.span_id), (&first.trace_id, &first.span_id), "{}", redriven.name);
    assert_ne!(redriven.span_id, first.span_id);
}

#[tokio::test]
async fn a_redrive_is_linked_to_the_first_run() {
    let parent = Remote::from_w3c("00-5759e988bd862e3fe1be46a994272793-53995c3f42cd8ad8-01", None);
    for parent in [None, parent] {
        let runs = runs(&map(), parent.clone()).await;
        let [first, again, last] = runs.as_slice() else { panic!("three runs") };
        let execution = |run: &[Span]| {
            let found = run.iter().find(|span| attribute(span, "asl.execution.arn").ends_with("run-1"));
            found.cloned().expect("the execution")
        };
        let (begun, redriven, ended) = (execution(first), execution(again), execution(last));
        assert!(begun.links.is_empty());
        is_linked(&redriven, &begun);
        is_linked(&ended, &begun);
        for (run, count, status) in
            [(&begun, "", "FAILED"), (&redriven, "1", "FAILED"), (&ended, "2", "SUCCEEDED")]
        {
            let expected = if count.is_empty() {
                String::new()
            } else {
                format!(" asl.execution.redrive_count={count}")
            };
            assert_eq!(attribute(run, "asl.execution.redrive_count"), expected);
            assert_eq!(attribute(run, "asl.execution.status"), format!(" asl.execution.status={status}"));
            assert_eq!(run.parent_span_id.is_empty(), parent.is_none());
        }
        let traces: Vec<_> = runs.iter().flatten().map(|span| &span.trace_id).collect();
        assert!(traces.iter().all(|trace| *trace == traces[0]), "one trace");
        let mut ids: Vec<_> = runs.iter().flatten().map(|span| &span.span_id).collect();
        let spans = ids.len();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), spans, "each span once");

        // The child that failed runs again, the other one does not; the state after the Map runs at the end.
        let children = |run: &[Span]| -> Vec<Span> {
            let is_child = |span: &&Span| attribute(span, "asl.execution.arn").contains("/First:");
            run.iter().filter(is_child).cloned().collect()
        };
        let (of_first, of_again, of_last) = (children(first), children(again), children(last));
        assert_eq!((of_first.len(), of_again.len(), of_last.len()), (2, 1, 1));
        let arn = |span: &Span| attribute(span, "asl.execution.arn");
        let failed = of_first.iter().find(|child| arn(child) == arn(&of_again[0])).expect("its first run");
        is_linked(&of_again[0], failed);
        is_linked(&of_last[0], failed);
    }
}

/// What a redrive goes on with has spans of its own in each run, and what comes after it follows.
#[tokio::test]
async fn states_that_go_on_are_in_each_run() {
    for (name, states) in [("redriven-map", map()), ("redriven-branches", branches())] {
        let trees: Vec<String> = runs(&states, None).await.iter().map(|run| tree(run)).collect();
        golden(name, &trees.join("\n"));
    }
}

/// A part of the executions is recorded: with all of their runs, or with none, so that no link leads nowhere.
#[tokio::test]
async fn redrives_are_recorded_like_their_first_run() {
    let collector = Collector::start(Answers::Accepts).await;
    let sampling = Sampling::read(Some("traceidratio"), Some("0.5")).unwrap();
    let tracer = collector.tracer(sampling, Batches::default());
    let (engine, failing) = (engine(), program(&json!({"First": {"Type": "Fail"}})));
    let mut recorded = 0;
    for number in 0..40 {
        let machine = MachineArn::new("eu-west-1", "123456789012", "machine");
        let identity = Identity::new(machine.execution(&format!("run-{number}")));
        let execution = Execution::new(json!({})).with_identity(identity).keeping_checkpoint();
        let observes =
            |execution: &Execution| tracer.observer(execution.identity(), Origin::default()).is_some();
        let is_recorded = observes(&execution);
        recorded += usize::from(is_recorded);
        let report = engine.run(&failing, execution).await;
        assert_eq!(observes(&Execution::redrive(report.checkpoint.unwrap())), is_recorded, "{number}");
    }
    assert!((5..=35).contains(&recorded), "{recorded} of 40");
}

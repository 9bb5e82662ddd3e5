//! Children of distributed Maps that a runner of the host runs, and that are aborted there.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    CancelToken, Child, ChildEnd, ChildExecution, ChildRunner, Clock, Engine, Event, Execution, Failure,
    Observer, Outcome, Registry, Report, Task, TaskHandler,
};
use asl_value::{Value, json};

use crate::program;

/// Runs children in tasks of their own, and does not wait for the end of those that it aborts.
struct Apart(Engine);

struct StopOnDrop(CancelToken);

impl Drop for StopOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

#[async_trait::async_trait]
impl ChildRunner for Apart {
    fn is_local(&self) -> bool {
        true
    }

    async fn run(&self, child: Child<'_>) -> Result<ChildEnd, Failure> {
        let _stop = StopOnDrop(child.cancel_token().clone());
        let (engine, program, execution) = (self.0.clone(), child.program(), child.to_execution());
        let report = tokio::spawn(async move { engine.run(&program, execution).await }).await.unwrap();
        Ok(ChildEnd::of(&report))
    }
}

/// What the second task of an item does.
#[derive(Clone, Copy, PartialEq)]
enum Second {
    Returns,
    Fails,
    Hangs,
}

/// The items for which the first task was called, and what the second one does for each.
#[derive(Clone)]
struct Work {
    first: Arc<Mutex<Vec<i64>>>,
    second: [Second; 2],
}

#[async_trait::async_trait]
impl TaskHandler for Work {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let item = task.arguments.as_i64().unwrap();
        if task.state == "First" {
            self.first.lock().unwrap().push(item);
            return Ok(json!(item));
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
        match self.second[item as usize] {
            Second::Returns => Ok(json!(item)),
            Second::Fails => Err(Failure::new("Bad", "it says so")),
            Second::Hangs => std::future::pending().await,
        }
    }
}

/// The events of each child: `0: 1 ExecutionStarted`.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<String>>>);

struct OfChild(Seen, String);

impl Observer for Seen {
    fn on_event(&self, _: Event) {}

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        self.0.lock().unwrap().push(format!("{} after {}", child.input.to_json(), child.events));
        Some(Arc::new(OfChild(self.clone(), child.input.to_json())))
    }
}

impl Observer for OfChild {
    fn on_event(&self, event: Event) {
        if event.kind.name().starts_with("Execution") {
            self.0.0.lock().unwrap().push(format!("{}: {} {}", self.1, event.id, event.kind.name()));
        }
    }
}

impl Seen {
    /// What it has seen of a child since it was asked last.
    fn take(&self, item: &str) -> String {
        let mut seen = self.0.lock().unwrap();
        let (of, others) = seen.drain(..).partition(|line: &String| line.starts_with(item));
        *seen = others;
        of.join(", ")
    }
}

const DEFINITION: &str = r#"{"StartAt": "M", "States": {"M": {
    "Type": "Map", "End": true, "Label": "each", "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "First", "States": {
            "First": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "Second"},
            "Second": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "Count"},
            "Count": {"Type": "Pass", "Parameters": {"redrives.$": "$$.Execution.RedriveCount"}, "End": true}}}}}}"#;

#[tokio::test(start_paused = true)]
async fn a_child_that_was_aborted_elsewhere_begins_where_it_did_or_anew() {
    let (first, seen) = (Arc::default(), Seen::default());
    let run = async |second: [Second; 2], execution: Execution| -> Report {
        let tasks = Registry::new().fallback(Work { first: Arc::clone(&first), second });
        let engine = Engine::builder().tasks(tasks).clock(Clock::real()).build();
        let engine = engine.with_children(Apart(engine.clone()));
        let report = engine.run(&program(DEFINITION), execution.with_observer(Arc::new(seen.clone()))).await;
        // Those that are aborted end a little later.
        tokio::time::sleep(Duration::from_secs(1)).await;
        report
    };
    let redrive = |report: Report| Execution::redrive(report.checkpoint.expect("a checkpoint"));
    let start = Execution::new(json!([0, 1])).keeping_checkpoint();

    let report = run([Second::Fails, Second::Hangs], start).await;
    assert_eq!(seen.take("0"), "0 after 0, 0: 1 ExecutionStarted, 0: 11 ExecutionFailed");
    assert!(seen.take("1").starts_with("1 after 0, 1: 1 ExecutionStarted"));

    // How far the second came is not known.
    let report = run([Second::Hangs, Second::Fails], redrive(report)).await;
    assert!(seen.take("0").starts_with("0 after 11, 0: 12 ExecutionRedriven"));
    assert_eq!(seen.take("1"), "1 after 0, 1: 1 ExecutionStarted, 1: 11 ExecutionFailed");

    // The first goes on where it did in the run in which it was aborted.
    let report = run([Second::Returns, Second::Returns], redrive(report)).await;
    assert_eq!(report.outcome, Outcome::Succeeded(json!([{"redrives": 2}, {"redrives": 2}])));
    assert!(seen.take("0").starts_with("0 after 11, 0: 12 ExecutionRedriven"));
    assert!(seen.take("1").starts_with("1 after 11, 1: 12 ExecutionRedriven"));
    let mut called = first.lock().unwrap().clone();
    called.sort_unstable();
    assert_eq!(called, [0, 1, 1]);
}

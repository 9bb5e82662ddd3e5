//! A distributed Map that fails or is redriven in the middle of its data: no child is lost, and none gets the input of another.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    Checkpoint, Clock, Engine, Execution, Failure, Limits, Outcome, Registry, Report, Task, TaskHandler,
};
use asl_value::{Value, json};

use crate::map_stream::{Bucket, definition, numbers, writer};
use crate::program;

/// Computes for long, fails the first time, or returns text of some length, as its arguments ask.
#[derive(Clone, Default)]
struct Work {
    has_failed: Arc<AtomicBool>,
}

#[async_trait::async_trait]
impl TaskHandler for Work {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let number = |name: &str| task.arguments.get(name).and_then(Value::as_i64).unwrap_or_default();
        std::thread::sleep(Duration::from_millis(number("computes") as u64));
        if number("ms") > 0 {
            tokio::time::sleep(Duration::from_millis(number("ms") as u64)).await;
        }
        if number("fails") == 1 && !self.has_failed.swap(true, Ordering::Relaxed) || number("fails") == 2 {
            return Err(Failure::new("Bad", "it says so"));
        }
        let text = "x".repeat(number("long") as usize);
        Ok(json!({"n": (task.arguments.get("n").cloned().unwrap_or_default()), "text": text}))
    }
}

struct Runs {
    map: Value,
    bucket: Arc<Bucket>,
    work: Work,
    limits: Limits,
}

impl Runs {
    fn of(map: Value, bucket: Bucket) -> Runs {
        Runs { map, bucket: Arc::new(bucket), work: Work::default(), limits: Limits::standard() }
    }

    async fn run(&self, key: &str) -> Report {
        let execution = Execution::new(json!({"key": key})).with_limits(self.limits.clone());
        self.go(execution.keeping_checkpoint()).await
    }

    async fn redrive(&self, checkpoint: Option<Checkpoint>) -> Report {
        self.go(Execution::redrive(checkpoint.expect("a checkpoint"))).await
    }

    async fn go(&self, execution: Execution) -> Report {
        let tasks = Registry::new().fallback(self.work.clone());
        let engine =
            Engine::builder().tasks(tasks).clock(Clock::real()).storage(Arc::clone(&self.bucket)).build();
        engine.run(&program(&self.map.to_json()), execution).await
    }

    /// The inputs that a file describes, with the statuses.
    fn described(&self, name: &str) -> Vec<(i64, String)> {
        let Some(file) = self.bucket.file(name) else { return Vec::new() };
        let children = file.as_array().unwrap().iter().map(|child| {
            let text = |name: &str| child.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let n = Value::parse(&text("Input")).unwrap().get("n").and_then(Value::as_i64).unwrap();
            (n, text("Status"))
        });
        children.collect()
    }
}

fn lines(count: i64, extra: impl Fn(i64) -> &'static str) -> String {
    (0..count).map(|n| format!("{{\"n\": {n}{}}}\n", extra(n))).collect()
}

fn error(report: &Report) -> String {
    report.outcome.failure().and_then(|failure| failure.error.clone()).unwrap_or_default().to_string()
}

const EXCEEDED: &str = "States.ExceedToleratedFailureThreshold";

fn jsonl(fields: Value) -> Value {
    definition(json!({"InputType": "JSONL"}), fields)
}

/// A processor without a task, whose children end in their first poll: that of item 0 fails.
fn at_once() -> Value {
    json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "C", "States": {
        "C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericEquals": 0, "Next": "F"}], "Default": "P"},
        "F": {"Type": "Fail"}, "P": {"Type": "Pass", "End": true}}})
}

#[tokio::test(start_paused = true)]
async fn children_that_have_not_run_yet_are_pending_when_the_first_fails() {
    let text = lines(100, |_| "");
    let fields = json!({"ResultWriter": writer("COMPACT"), "ItemProcessor": (at_once())});
    let runs = Runs::of(jsonl(fields), Bucket::with("k.jsonl", text.as_bytes(), 1 << 20));
    let report = runs.run("k.jsonl").await;
    assert_eq!(error(&report), EXCEEDED);
    assert_eq!(runs.described("FAILED_0.json"), [(0, "FAILED".to_owned())]);
    let pending: Vec<(i64, String)> = (1..100).map(|n| (n, "PENDING".to_owned())).collect();
    assert_eq!(runs.described("PENDING_0.json"), pending);
    // The second run describes the child that fails again once, and leaves none out.
    let report = runs.redrive(report.checkpoint).await;
    assert_eq!(error(&report), EXCEEDED);
    assert_eq!(runs.described("FAILED_0.json"), [(0, "FAILED".to_owned())]);
    assert_eq!(runs.described("PENDING_0.json"), pending);
}

#[tokio::test]
async fn a_redrive_gives_each_child_its_own_item() {
    // Children end in their first poll, so all of a block are made when few have been polled. After one that computes for
    // long, those after it yield, and the next block must not replace the items of the others. One of these fails the Map.
    let text = lines(3000, |n| match n {
        100..110 => ", \"computes\": 15",
        200 => ", \"fails\": 1",
        _ => "",
    });
    let fields = json!({"ResultWriter": writer("COMPACT")});
    let mut runs = Runs::of(jsonl(fields), Bucket::with("k.jsonl", text.as_bytes(), 1 << 20));
    runs.limits.map_run_concurrency = 10_000;
    let report = runs.run("k.jsonl").await;
    assert_eq!(error(&report), EXCEEDED);
    let report = runs.redrive(report.checkpoint).await;
    assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
    assert_eq!(runs.bucket.counted("SUCCEEDED"), [("once", 3000)]);
}

/// A reader of the objects in `in/`.
fn listed(config: Value, fields: Value) -> Value {
    let mut map = fields;
    if let Value::Object(members) = &mut map {
        members.insert(
            "ItemReader",
            json!({"Resource": "arn:aws:states:::s3:listObjectsV2", "ReaderConfig": config,
                "Parameters": {"Bucket": "b", "Prefix": "in/"}}),
        );
    }
    definition(json!({}), map)
}

#[tokio::test(start_paused = true)]
async fn a_redrive_goes_on_with_batches_over_several_files() {
    let bucket = Bucket { part_bytes: 1 << 20, ..Bucket::default() };
    for file in 0..300i64 {
        let line = |n: i64| {
            let n = file * 10 + n;
            format!("{{\"n\": {n}}}\n")
        };
        let text: String = (0..10).map(line).collect();
        bucket.objects.lock().unwrap().insert(format!("in/{file:03}"), text.into_bytes());
    }
    let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
        "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true,
            "Parameters": {"n.$": "$.Items[0].n", "fails": 1}}}});
    let fields = json!({"ResultWriter": writer("COMPACT"), "ItemBatcher": {"MaxItemsPerBatch": 95}, "ItemProcessor": processor});
    let config = json!({"InputType": "JSONL", "Transformation": "LOAD_AND_FLATTEN"});
    let runs = Runs::of(listed(config, fields), bucket);
    let report = runs.run("").await;
    assert_eq!(error(&report), EXCEEDED);
    let report = runs.redrive(report.checkpoint).await;
    assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
    let file = runs.bucket.file("SUCCEEDED_0.json").expect("results");
    assert_eq!(numbers(&file), (0..3000).step_by(95).collect::<Vec<i64>>());
}

#[tokio::test(start_paused = true)]
async fn a_redrive_notices_that_a_listed_bucket_has_changed() {
    const CHANGED: &str = "States.ItemReaderFailed";
    // In the last two, an object is another one of the same size: one that has been read, and one that has not.
    let changes = [
        (None, ""),
        (Some(("in/0000a", "1")), CHANGED),
        (Some(("in/1", "1")), ""),
        (Some(("in/0000", "2")), CHANGED),
        (Some(("in/2999", "2")), ""),
    ];
    for (change, expected) in changes {
        let bucket = Bucket::default();
        for object in 0..3000 {
            bucket.objects.lock().unwrap().insert(format!("in/{object:04}"), b"1".to_vec());
        }
        let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T", "States": {
            "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true,
                "Parameters": {"fails": 1}}}});
        let fields = json!({"ResultWriter": writer("COMPACT"), "ItemProcessor": processor});
        let runs = Runs::of(listed(json!({}), fields), bucket);
        let report = runs.run("").await;
        assert_eq!(error(&report), EXCEEDED);
        if let Some((key, text)) = change {
            runs.bucket.objects.lock().unwrap().insert(key.to_owned(), text.into());
        }
        let report = runs.redrive(report.checkpoint).await;
        assert_eq!(error(&report), expected, "{change:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn all_uploads_are_given_up_when_a_part_cannot_be_written() {
    // A part of the failed ones is there when the second part of the others fails.
    let long = "x".repeat(10_000);
    let line = |n: i64| match n < 900 {
        true => format!("{{\"n\": {n}, \"fails\": 2, \"text\": \"{long}\"}}\n"),
        false => format!("{{\"n\": {n}, \"long\": 10000}}\n"),
    };
    let text: String = (0..3000).map(line).collect();
    let bucket =
        Bucket { fails_at: Mutex::new(Some(2)), ..Bucket::with("k.jsonl", text.as_bytes(), 1 << 20) };
    let fields =
        json!({"ResultWriter": writer("COMPACT"), "MaxConcurrency": 5, "ToleratedFailurePercentage": 100});
    let runs = Runs::of(jsonl(fields), bucket);
    let execution = Execution::new(json!({"key": "k.jsonl"})).with_limits(runs.limits.clone());
    assert_eq!(error(&runs.go(execution).await), "States.ResultWriterFailed");
    let uploads = runs.bucket.uploads.lock().unwrap();
    assert!(uploads.is_empty(), "{:?}", uploads.keys());
}

#[tokio::test(start_paused = true)]
async fn a_slow_upload_keeps_children_waiting() {
    let text = lines(3000, |_| ", \"long\": 10000");
    let bucket = Bucket {
        upload_takes: Duration::from_secs(600),
        ..Bucket::with("k.jsonl", text.as_bytes(), 1 << 20)
    };
    let fields = json!({"ResultWriter": writer("COMPACT"), "MaxConcurrency": 1});
    let mut runs = Runs::of(jsonl(fields), bucket);
    runs.limits.memory_bytes = Some(20 << 20);
    let execution = Execution::new(json!({"key": "k.jsonl"})).with_limits(runs.limits.clone());
    let report = runs.go(execution).await;
    assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
    let file = runs.bucket.file("SUCCEEDED_0.json").expect("results");
    assert_eq!(numbers(&file), (0..3000).collect::<Vec<i64>>());
}

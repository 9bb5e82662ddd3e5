//! The memory of an execution: what ends it, and what only slows it down.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    Clock, Engine, Execution, Failure, Limits, ObjectPage, ObjectStore, Outcome, Registry, Report, Task,
    TaskHandler,
};
use asl_value::{Object, Text, Value, json};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::program;

/// Objects by their keys.
#[derive(Default)]
struct Objects(Mutex<BTreeMap<String, Vec<u8>>>);

#[async_trait::async_trait]
impl ObjectStore for Objects {
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        let key = arguments.get("Key").and_then(Value::as_str).unwrap_or_default();
        let mut bytes = self.0.lock().unwrap().get(key).cloned().unwrap_or_default();
        bytes.truncate(usize::try_from(most_bytes).unwrap_or(usize::MAX).saturating_add(1));
        Ok(bytes)
    }
    async fn put(&self, _: &Object, _: String) -> Result<(), Failure> {
        Err(Failure::new("NotHere", "nothing is written"))
    }
    async fn list(&self, _: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        // A bucket that never ends.
        let first: usize = after.and_then(|after| after.parse().ok()).unwrap_or_default();
        let objects = (first..first + 1000).map(|number| json!({"Key": number.to_string()})).collect();
        Ok(ObjectPage::new(objects, Some((first + 1000).to_string().into())))
    }
}

/// Counts how many tasks run at the same time; each takes a second.
#[derive(Clone, Default)]
struct Together(Arc<(AtomicUsize, AtomicUsize)>);

#[async_trait::async_trait]
impl TaskHandler for Together {
    async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
        let now = self.0.0.fetch_add(1, Ordering::Relaxed) + 1;
        self.0.1.fetch_max(now, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.0.0.fetch_sub(1, Ordering::Relaxed);
        Ok(json!(1))
    }
}

async fn run(definition: &Value, input: Value, limits: Limits, objects: Objects, tasks: Registry) -> Report {
    let engine =
        Engine::builder().tasks(tasks).clock(Clock::virtual_time()).storage(Arc::new(objects)).build();
    let execution = Execution::new(input).with_limits(limits);
    engine.run(&program(&definition.to_json()), execution).await
}

fn limits(memory_bytes: u64) -> Limits {
    Limits { memory_bytes: Some(memory_bytes), ..Limits::standard() }
}

#[track_caller]
fn fails(report: &Report, memory_bytes: u64) {
    let cause =
        format!("The execution holds more than {memory_bytes} bytes in memory, the limit of its host.");
    let expected = Outcome::Failed(Failure::new("States.DataLimitExceeded", cause.as_str()));
    assert_eq!(report.outcome, expected);
}

/// A distributed Map over a file.
fn reader(resource: &str, config: Value) -> Value {
    json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "End": true, "ResultPath": null,
        "ItemReader": {"Resource": resource, "Parameters": {"Bucket": "b", "Key.$": "$.key"}, "ReaderConfig": config},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "P", "States": {"P": {"Type": "Pass", "Result": 1, "End": true}}
        }
    }}})
}

const GET: &str = "arn:aws:states:::s3:getObject";

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn config(kind: &str) -> Value {
    match kind {
        "CSV" => json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
        _ => json!({"InputType": kind}),
    }
}

#[tokio::test]
async fn files_that_are_larger_than_the_memory_are_read() {
    let cell = "x".repeat(1000);
    let rows = format!("a,b\n{}", format!("{cell},\"y\"\n").repeat(4000));
    let elements = format!("[{}1]", format!("[\"{cell}\", {{}}], ").repeat(4000));
    let lines = format!("{{\"a\": \"{cell}\"}}\n").repeat(4000);
    for (key, text, kind) in
        [("rows.csv.gz", rows, "CSV"), ("a.json.gz", elements, "JSON"), ("lines.jsonl.gz", lines, "JSONL")]
    {
        assert!(text.len() > 4_000_000);
        let objects = Objects::default();
        objects.0.lock().unwrap().insert(key.to_owned(), gzip(&text));
        let definition = reader(GET, config(kind));
        let report = run(&definition, json!({"key": key}), limits(2_000_000), objects, Registry::new()).await;
        assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{key}: {:?}", report.outcome);
    }
}

#[tokio::test]
async fn items_that_grow_in_memory_end_the_map() {
    const MOST: u64 = 2_000_000;
    let rows = "a,b\n".repeat(200_000);
    let given = json!({
        "InputType": "CSV", "CSVHeaderLocation": "GIVEN",
        "CSVHeaders": (0..30_000).map(|number| Value::from(format!("h{number}"))).collect::<Vec<_>>()
    });
    for (key, bytes, config) in [
        ("whole.csv", "a,b\n".repeat(600_000).into_bytes(), config("CSV")),
        ("open.csv.gz", gzip(&format!("a\n\"{rows}{rows}")), config("CSV")),
        ("header.csv", ",".repeat(500_000).into_bytes(), config("CSV")),
        ("narrow.csv", "x\n".repeat(2_000).into_bytes(), given),
        ("empty.json", format!("[[{}[]]]", "[],".repeat(100_000)).into_bytes(), config("JSON")),
        ("bomb.json.gz", gzip(&format!("[[{}[]]]", "[],".repeat(1_000_000))), config("JSON")),
        ("line.jsonl.gz", gzip(&"0".repeat(10_000_000)), config("JSONL")),
    ] {
        let objects = Objects::default();
        objects.0.lock().unwrap().insert(key.to_owned(), bytes);
        let report =
            run(&reader(GET, config), json!({"key": key}), limits(MOST), objects, Registry::new()).await;
        fails(&report, MOST);
    }
}

#[tokio::test]
async fn results_that_are_too_long_end_the_map_early() {
    let mut list = reader("arn:aws:states:::s3:listObjectsV2", json!({}));
    let text = list.to_json().replace(r#","Key.$":"$.key""#, "");
    list = Value::parse(&text).unwrap();
    // The bucket never ends.
    let report = run(&list, json!({}), limits(20_000_000), Objects::default(), Registry::new()).await;
    let cause = "The state/task 'M' returned a result with a size exceeding the maximum number of bytes service limit.";
    assert_eq!(report.outcome, Outcome::Failed(Failure::new("States.DataLimitExceeded", cause)));
}

#[tokio::test]
async fn max_items_ends_the_reading() {
    for (key, text, kind) in [
        ("rows.csv.gz", "a,b\n".repeat(1_000_000), "CSV"),
        ("lines.jsonl.gz", "{}\n".repeat(1_000_000), "JSONL"),
    ] {
        let config = json!({"InputType": kind, "CSVHeaderLocation": "FIRST_ROW", "MaxItems": 3});
        let config = match kind {
            "CSV" => config,
            _ => json!({"InputType": kind, "MaxItems": 3}),
        };
        let objects = Objects::default();
        objects.0.lock().unwrap().insert(key.to_owned(), gzip(&text));
        let definition = reader(GET, config);
        let report = run(&definition, json!({"key": key}), limits(300_000), objects, Registry::new()).await;
        assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{key}: {:?}", report.outcome);
    }
}

/// `depth` Maps in each other, and a task in the innermost.
fn nested(depth: usize, mode: &Value) -> Value {
    let states = match depth {
        0 => {
            json!({"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}})
        }
        _ => json!({(format!("M{depth}")): {
            "Type": "Map", "ItemsPath": "$.items", "ItemSelector": {"items.$": "$.items"}, "ResultPath": null,
            "ItemProcessor": nested(depth - 1, mode), "End": true
        }}),
    };
    let start = if depth == 0 { "T".to_owned() } else { format!("M{depth}") };
    json!({"ProcessorConfig": mode.clone(), "StartAt": start, "States": states})
}

fn machine(depth: usize, mode: &Value) -> Value {
    let nested = nested(depth, mode);
    json!({"StartAt": nested["StartAt"].clone(), "States": nested["States"].clone()})
}

#[tokio::test(start_paused = true)]
async fn nested_maps_share_one_number_of_strands() {
    let items: Vec<Value> = (0..12).map(Value::from).collect();
    for (mode, strands) in
        [(json!({"Mode": "INLINE"}), 100), (json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}), 100)]
    {
        let together = Together::default();
        let tasks = Registry::new().fallback(together.clone());
        let limits = Limits { strands, events: None, ..Limits::standard() };
        let input = json!({"items": items.clone()});
        let report = run(&machine(3, &mode), input, limits, Objects::default(), tasks).await;
        assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
        let most = together.0.1.load(Ordering::Relaxed);
        // Each Map runs one at least: 1 + 12 + 144 of them hold a strand, whatever the number.
        assert!((10..=strands + 157).contains(&most), "{most} tasks ran together");
    }
}

#[tokio::test(start_paused = true)]
async fn results_that_nobody_could_take_end_the_map() {
    // Each iteration results in 200 KB, of which the Map's output keeps nothing.
    let definition = json!({"StartAt": "M", "States": {"M": {
        "Type": "Map", "ItemsPath": "$.items", "ResultPath": null, "End": true,
        "ItemSelector": {"text.$": "$.text"},
        "ItemProcessor": {"StartAt": "P", "States": {"P": {
            "Type": "Pass", "Parameters": {"id.$": "States.UUID()", "text.$": "States.Format('{}', $.text)"}, "End": true
        }}}
    }}});
    let input = json!({"items": (0..100).map(Value::from).collect::<Vec<_>>(), "text": "x".repeat(200_000)});
    let report = run(&definition, input, limits(8_000_000), Objects::default(), Registry::new()).await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"), "{failure:?}");
}

#[tokio::test]
async fn a_template_is_not_built_to_its_end() {
    let text = "x".repeat(200_000);
    let call = format!("States.Format('{}', {})", "{}".repeat(20), ["$.text"; 20].join(", "));
    let members: Object =
        (0..1000).map(|number| (Text::from(format!("x{number}.$")), Value::from(call.as_str()))).collect();
    let definition =
        json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": members, "End": true}}});
    let report =
        run(&definition, json!({"text": text}), Limits::standard(), Objects::default(), Registry::new())
            .await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"), "{failure:?}");
}

//! A distributed Map whose data are larger than its memory: what is read, begun and written when.

use std::collections::BTreeMap;
use std::io::Write;
use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    Clock, Engine, Execution, Failure, Limits, ObjectPage, ObjectPart, ObjectStore, Outcome, Registry,
    Report, Task, TaskHandler, UploadPart,
};
use asl_value::{Object, Text, Value, json};

use crate::program;

/// Objects by their keys, read in parts of a few bytes and written in parts.
#[derive(Default)]
pub(crate) struct Bucket {
    pub(crate) objects: Mutex<BTreeMap<String, Vec<u8>>>,
    /// The parts of the uploads, by the key.
    pub(crate) uploads: Mutex<BTreeMap<String, Vec<UploadPart>>>,
    pub(crate) part_bytes: usize,
    /// The object is another one from this byte on.
    pub(crate) changes_at: Option<u64>,
    /// No upload gets beyond this part.
    pub(crate) fails_at: Mutex<Option<u32>>,
    /// How long a part takes until the answer, beyond a millisecond.
    pub(crate) upload_takes: Duration,
    /// How long the end of an upload takes before there is an object, and after it.
    pub(crate) end_takes: [Duration; 2],
    /// How many bytes were written at a time at most.
    pub(crate) longest: Mutex<usize>,
}

fn key(arguments: &Object) -> String {
    arguments.get("Key").and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Bucket {
    pub(crate) fn with(name: &str, bytes: &[u8], part_bytes: usize) -> Bucket {
        let bucket = Bucket { part_bytes, ..Bucket::default() };
        bucket.objects.lock().unwrap().insert(name.to_owned(), bytes.to_vec());
        bucket
    }

    /// The file of this name in the folder of the Map Run.
    pub(crate) fn file(&self, name: &str) -> Option<Value> {
        let objects = self.objects.lock().unwrap();
        let (_, bytes) = objects.iter().find(|(key, _)| key.starts_with("out/") && key.ends_with(name))?;
        Some(Value::parse(std::str::from_utf8(bytes).unwrap()).unwrap())
    }
}

impl Bucket {
    /// How many items have one result, or more, in the files of a status that the manifest lists with their sizes.
    pub(crate) fn counted(&self, status: &str) -> Vec<(&'static str, usize)> {
        let manifest = self.file("manifest.json").expect("a manifest");
        let files = manifest.get("ResultFiles").and_then(|files| files.get(status)).and_then(Value::as_array);
        let mut found = BTreeMap::<i64, usize>::new();
        for file in files.expect("files of this status") {
            let key = file.get("Key").and_then(Value::as_str).unwrap();
            let bytes = self.objects.lock().unwrap().get(key).cloned().unwrap_or_else(|| panic!("no {key}"));
            assert_eq!(file.get("Size").and_then(Value::as_i64), Some(bytes.len() as i64), "{key}");
            let text = std::str::from_utf8(&bytes).unwrap();
            let results = match text.starts_with('[') {
                true => Value::parse(text).unwrap(),
                false => text.lines().map(|line| Value::parse(line).unwrap()).collect(),
            };
            numbers(&results).into_iter().for_each(|n| *found.entry(n).or_default() += 1);
        }
        let count = |of: fn(&usize) -> bool| found.values().filter(|times| of(times)).count();
        let counted = [("once", count(|times| *times == 1)), ("more often", count(|times| *times > 1))];
        counted.into_iter().filter(|(_, items)| *items > 0).collect()
    }
}

#[async_trait::async_trait]
impl ObjectStore for Bucket {
    async fn get(&self, _: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        Err(Failure::new("Whole", "nothing is read as a whole"))
    }
    async fn read(
        &self,
        arguments: &Object,
        range: Range<u64>,
        tag: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        tokio::task::yield_now().await;
        let found = if self.changes_at.is_some_and(|at| range.start >= at) { "2" } else { "1" };
        if tag.is_some_and(|tag| tag != found) {
            return Err(Failure::new("S3.S3Exception", "the object has changed while it was read"));
        }
        let objects = self.objects.lock().unwrap();
        let bytes =
            objects.get(&key(arguments)).ok_or_else(|| Failure::new("S3.NoSuchKey", "no such key"))?;
        let rest = bytes.get(range.start as usize..).unwrap_or_default();
        let most = self.part_bytes.min((range.end - range.start) as usize).min(rest.len());
        Ok(ObjectPart::new(rest[..most].to_vec(), bytes.len() as u64, Some(found.into())))
    }
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        self.objects.lock().unwrap().insert(key(arguments), body.into_bytes());
        Ok(())
    }
    async fn begin_upload(&self, arguments: &Object) -> Result<Option<Text>, Failure> {
        self.uploads.lock().unwrap().insert(key(arguments), Vec::new());
        Ok(Some("upload".into()))
    }
    async fn upload(&self, arguments: &Object, upload: &Text, part: UploadPart) -> Result<Text, Failure> {
        assert_eq!(upload, "upload");
        if self.fails_at.lock().unwrap().is_some_and(|at| part.number >= at) {
            tokio::time::sleep(Duration::from_millis(1)).await;
            return Err(Failure::new("S3.AccessDenied", "Access Denied"));
        }
        let length = part.body.len();
        let tag = part.number.to_string().into();
        {
            let mut uploads = self.uploads.lock().unwrap();
            let parts = uploads.get_mut(&key(arguments)).ok_or_else(no_such_upload)?;
            parts.retain(|written| written.number != part.number);
            parts.push(part);
        }
        tokio::time::sleep(Duration::from_millis(1) + self.upload_takes).await;
        let mut longest = self.longest.lock().unwrap();
        *longest = length.max(*longest);
        Ok(tag)
    }
    async fn finish_upload(&self, arguments: &Object, _: &Text, tags: &[Text]) -> Result<(), Failure> {
        tokio::time::sleep(self.end_takes[0]).await;
        self.end(arguments, tags)?;
        tokio::time::sleep(self.end_takes[1]).await;
        Ok(())
    }
    async fn abandon_upload(&self, arguments: &Object, _: &Text) {
        self.uploads.lock().unwrap().remove(&key(arguments));
    }
    async fn list(&self, arguments: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        let prefix = arguments.get("Prefix").and_then(Value::as_str).unwrap_or_default();
        let objects = self.objects.lock().unwrap();
        let found = objects.iter().filter(|(key, _)| key.starts_with(prefix));
        let tag = |bytes: &[u8]| {
            bytes.iter().fold(1, |tag: u64, byte| tag.wrapping_mul(31).wrapping_add((*byte).into()))
        };
        let item = |key: &String, bytes: &[u8]| json!({"Etag": (format!("{:x}", tag(bytes))), "Key": key, "Size": (bytes.len() as i64)});
        Ok(ObjectPage::new(found.map(|(key, bytes)| item(key, bytes)).collect(), None))
    }
}

fn no_such_upload() -> Failure {
    Failure::new("S3.NoSuchUpload", "The specified upload does not exist.")
}

impl Bucket {
    /// Makes an object of the parts of an upload.
    fn end(&self, arguments: &Object, tags: &[Text]) -> Result<(), Failure> {
        let parts = self.uploads.lock().unwrap().remove(&key(arguments)).ok_or_else(no_such_upload)?;
        let mut object = Vec::new();
        for (part, tag) in parts.iter().zip(tags) {
            assert_eq!((part.number.to_string().as_str(), part.offset), (tag.as_str(), object.len() as u64));
            object.extend_from_slice(part.body.as_bytes());
        }
        self.objects.lock().unwrap().insert(key(arguments), object);
        Ok(())
    }
}

/// Takes longer for some than for others; fails for those that say so; returns text of the length that is asked for.
#[derive(Clone)]
struct Work;

#[async_trait::async_trait]
impl TaskHandler for Work {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let number = |name: &str| task.arguments.get(name).and_then(Value::as_i64).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(number("ms") as u64)).await;
        if task.arguments.get("fails").is_some() {
            return Err(Failure::new("Bad", "it says so"));
        }
        let text = "x".repeat(number("long") as usize);
        Ok(json!({"n": (task.arguments.get("n").cloned().unwrap_or_default()), "text": text}))
    }
}

/// A Map over an object, with more fields.
pub(crate) fn definition(config: Value, fields: Value) -> Value {
    let mut map = json!({
        "Type": "Map", "End": true, "Label": "each",
        "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
            "Parameters": {"Bucket": "b", "Key.$": "$.key"}},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "T",
            "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}
    });
    if let Value::Object(members) = &mut map {
        for (name, value) in fields.as_object().unwrap() {
            members.insert(name.clone(), value.clone());
        }
    }
    json!({"StartAt": "M", "States": {"M": map}})
}

pub(crate) fn writer(transformation: &str) -> Value {
    json!({"Resource": "arn:aws:states:::s3:putObject", "WriterConfig": {"Transformation": transformation, "OutputType": "JSON"},
        "Parameters": {"Bucket": "b", "Prefix": "out"}})
}

async fn run(definition: &Value, key: &str, bucket: &Arc<Bucket>, limits: Limits) -> Report {
    let tasks = Registry::new().fallback(Work);
    let engine = Engine::builder().tasks(tasks).clock(Clock::real()).storage(Arc::clone(bucket)).build();
    let execution = Execution::new(json!({"key": key})).with_limits(limits);
    engine.run(&program(&definition.to_json()), execution).await
}

pub(crate) fn numbers(file: &Value) -> Vec<i64> {
    file.as_array().unwrap().iter().filter_map(|result| result.get("n")?.as_i64()).collect()
}

#[tokio::test(start_paused = true)]
async fn results_are_written_in_parts_in_the_order_of_the_items() {
    let row = |n: u64| format!("{{\"n\": {n}, \"ms\": {}, \"long\": 10000}}\n", (n * 7919) % 97);
    let lines: String = (0..3000).map(row).collect();
    let bucket = Arc::new(Bucket::with("k.jsonl", lines.as_bytes(), 1000));
    let map = definition(
        json!({"InputType": "JSONL"}),
        json!({"ResultWriter": writer("COMPACT"), "MaxConcurrency": 50}),
    );
    let limits = Limits { memory_bytes: Some(40 << 20), ..Limits::standard() };
    let report = run(&map, "k.jsonl", &bucket, limits).await;
    assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
    let file = bucket.file("SUCCEEDED_0.json").expect("results");
    assert_eq!(numbers(&file), (0..3000).collect::<Vec<i64>>());
    let longest = *bucket.longest.lock().unwrap();
    assert!(((8 << 20)..(10 << 20)).contains(&longest), "{longest}");
    let manifest = bucket.file("manifest.json").expect("a manifest");
    let size =
        manifest.get("ResultFiles").and_then(|files| files.get("SUCCEEDED")?.at(0)?.get("Size")?.as_i64());
    assert_eq!(size, Some(file.to_json().len() as i64));
}

#[tokio::test(start_paused = true)]
async fn a_map_run_that_fails_lists_what_failed_what_was_aborted_and_what_did_not_begin() {
    let items = json!([
        {"n": 0}, {"n": 1, "ms": 50, "fails": true}, {"n": 2, "ms": 100}, {"n": 3, "ms": 10}, {"n": 4, "ms": 100}, {"n": 5}, {"n": 6}
    ]);
    let bucket = Arc::new(Bucket::with("k.json", items.to_json().as_bytes(), 10));
    let map = definition(
        json!({"InputType": "JSON"}),
        json!({"ResultWriter": writer("COMPACT"), "MaxConcurrency": 3}),
    );
    let report = run(&map, "k.json", &bucket, Limits::standard()).await;
    let error = report.outcome.failure().and_then(|failure| failure.error.clone());
    assert_eq!(error.as_deref(), Some("States.ExceedToleratedFailureThreshold"));
    assert_eq!(numbers(&bucket.file("SUCCEEDED_0.json").unwrap()), [0, 3]);
    let described = |name: &str| {
        let file = bucket.file(name).unwrap();
        let texts = file.as_array().unwrap().iter().map(|child| {
            let text = |name: &str| child.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
            let input = Value::parse(&text("Input")).unwrap();
            format!("{} {}", input.get("n").unwrap().to_json(), text("Status"))
        });
        texts.collect::<Vec<_>>().join(", ")
    };
    assert_eq!(described("FAILED_0.json"), "1 FAILED, 2 ABORTED, 4 ABORTED");
    assert_eq!(described("PENDING_0.json"), "5 PENDING, 6 PENDING");
}

#[tokio::test(start_paused = true)]
async fn a_part_that_cannot_be_written_ends_the_map() {
    let lines: String = (0..3000).map(|n| format!("{{\"n\": {n}, \"long\": 10000}}\n")).collect();
    let bucket = Bucket { fails_at: Mutex::new(Some(2)), ..Bucket::with("k.jsonl", lines.as_bytes(), 1000) };
    let bucket = Arc::new(bucket);
    let map = definition(
        json!({"InputType": "JSONL"}),
        json!({"ResultWriter": writer("COMPACT"), "MaxConcurrency": 5}),
    );
    let report = run(&map, "k.jsonl", &bucket, Limits::standard()).await;
    let expected = Failure::new("States.ResultWriterFailed", "Access Denied");
    assert_eq!(report.outcome, Outcome::Failed(expected));
    assert!(bucket.uploads.lock().unwrap().is_empty(), "the upload is given up");
}

#[tokio::test(start_paused = true)]
async fn the_tolerated_percentage_counts_when_all_items_are_known() {
    // Every fifth item fails, and those of the first 1,200 are read ahead of the others.
    let line = |n: u64| {
        if n.is_multiple_of(5) { "{\"fails\": true}\n".to_owned() } else { format!("{{\"n\": {n}}}\n") }
    };
    for (rows, percentage, succeeds) in
        [(2000, 20.0, true), (2000, 19.9, false), (2001, 20.0, false), (100, 20.0, true), (100, 19.0, false)]
    {
        let lines: String = (0..rows).map(line).collect();
        let bucket = Arc::new(Bucket::with("k.jsonl", lines.as_bytes(), 100));
        let fields = json!({"ResultWriter": writer("COMPACT"), "MaxConcurrency": 7, "ToleratedFailurePercentage": percentage});
        let report =
            run(&definition(json!({"InputType": "JSONL"}), fields), "k.jsonl", &bucket, Limits::standard())
                .await;
        assert_eq!(
            matches!(report.outcome, Outcome::Succeeded(_)),
            succeeds,
            "{rows} {percentage}: {:?}",
            report.outcome
        );
    }
}

/// Reads an object, and returns the items, or the cause.
async fn items(key: &str, bytes: &[u8], config: Value) -> String {
    let mut found = String::new();
    for part_bytes in [1, 7, 1 << 20] {
        let bucket = Arc::new(Bucket::with(key, bytes, part_bytes));
        let states = json!({"P": {"Type": "Pass", "End": true}});
        let processor = json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "P", "States": states});
        let map = definition(config.clone(), json!({"ItemProcessor": processor}));
        let report = run(&map, key, &bucket, Limits::standard()).await;
        let outcome = match &report.outcome {
            Outcome::Succeeded(items) => items.to_json(),
            other => {
                other.failure().and_then(|failure| failure.cause.clone()).unwrap_or_default().to_string()
            }
        };
        assert!(found.is_empty() || found == outcome, "{part_bytes}: {found} {outcome}");
        found = outcome;
    }
    found
}

#[tokio::test]
async fn bad_rows_of_csv() {
    let first = json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"});
    for (text, expected) in [
        ("a,b\n1\n2,3,4\n", r#"[{"a":"1","b":""},{"a":"2","b":"3"}]"#),
        ("a,b\r\n1,2\r\n3,4", r#"[{"a":"1","b":"2"},{"a":"3","b":"4"}]"#),
        ("a,b\n\"1\n2\",\"x\"\"y\"\n", r#"[{"a":"1\n2","b":"x\"y"}]"#),
        ("a,b\n\\,1,\\\"\n3\n", r#"[{"a":",1","b":"\""},{"a":"3","b":""}]"#),
        ("a,b\n\"open,1\n2,3", r#"[{"a":"open,1\n2,3","b":""}]"#),
        ("a,a\n1,2\n", "CSV headers cannot contain duplicates."),
        ("a,b\n", "[]"),
        ("", "[]"),
        ("a\n\n1\n", r#"[{"a":""},{"a":"1"}]"#),
        ("ä,b\nü,2\n", r#"[{"ä":"ü","b":"2"}]"#),
    ] {
        assert_eq!(items("k.csv", text.as_bytes(), first.clone()).await, expected, "{text}");
    }
    assert_eq!(items("k.csv", b"a\n\xff\n", first).await, "the object k.csv is not UTF-8 text");
}

#[tokio::test]
async fn bad_lines_and_documents() {
    let lines = json!({"InputType": "JSONL"});
    let cause = "The data read by the ItemReader is not JSON: expected value at line 1 column 1, in line 3 of the file";
    assert_eq!(items("k", b"1\n\n}\n2\n", lines.clone()).await, cause);
    assert_eq!(items("k", b"{\"a\":1}\r\n \n2", lines).await, r#"[{"a":1},2]"#);
    let whole = json!({"InputType": "JSON"});
    let pointed = json!({"InputType": "JSON", "ItemsPointer": "/a/1/b~1c"});
    let lost = "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.";
    let not_json = "The data read by the ItemReader is not JSON: ";
    for (text, expected) in [
        (" [1, \"a]\\\"\", [2], {\"b\": \"}\"} ] ", r#"[1,"a]\"",[2],{"b":"}"}]"#),
        ("[]", "[]"),
        ("{\"a\": [1]}", "Attempting to map over non-iterable node."),
        ("12", "Attempting to map over non-iterable node."),
        ("[1] 2", "there is more after the end of the document"),
        ("[1", "the file ends before the array or object does"),
        ("[1 2]", "expected `,` or the end of the array or object"),
        ("[1,]", "EOF while parsing a value"),
        ("[tru]", "EOF while parsing a value"),
        ("", "EOF while parsing a value"),
    ] {
        let found = items("k", text.as_bytes(), whole.clone()).await;
        assert!(found.strip_prefix(not_json).unwrap_or(&found).starts_with(expected), "{text}: {found}");
    }
    for (text, expected) in [
        (r#"{"x": [1, {"a": 2}], "a": [0, {"z": "]", "b/c": [1, 2]}], "y": {}}"#, "[1,2]"),
        (r#"{"a": [0, {"b/c": {"k": 1}}]}"#, r#"[{"Key":"k","Value":1}]"#),
        (r#"{"a": [0, {"b": [1, 2]}]}"#, lost),
        (r#"{"a": [0]}"#, lost),
        (r#"{"a": 7}"#, lost),
        (r#"{"a": [0, {"b/c": 7}]}"#, "Attempting to map over non-iterable node."),
        (r#"{"a": [0, {"b/c": [1]}]"#, "the file ends before the document does"),
        (r#"{"a" [0]}"#, "expected `:`"),
    ] {
        let found = items("k", text.as_bytes(), pointed.clone()).await;
        assert!(found.strip_prefix(not_json).unwrap_or(&found).starts_with(expected), "{text}: {found}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_object_that_changes_while_it_is_read_ends_the_map() {
    let lines: String = (0..5000).map(|n| format!("{{\"n\": {n}}}\n")).collect();
    let bucket = Bucket { changes_at: Some(40_000), ..Bucket::with("k.jsonl", lines.as_bytes(), 10_000) };
    let map = definition(json!({"InputType": "JSONL"}), json!({"ResultWriter": writer("COMPACT")}));
    let report = run(&map, "k.jsonl", &Arc::new(bucket), Limits::standard()).await;
    let expected = Failure::new("States.ItemReaderFailed", "the object has changed while it was read");
    assert_eq!(report.outcome, Outcome::Failed(expected));
}

/// A small file may be inflated to gigabytes without an item: whoever stops the execution does not wait for its end.
#[tokio::test(start_paused = true)]
async fn a_stop_acts_while_a_file_without_items_is_inflated() {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(format!("{:1023}\n", "").repeat(16 << 10).as_bytes()).unwrap();
    let bucket = Arc::new(Bucket::with("k.gz", &encoder.finish().unwrap(), usize::MAX));
    let engine = Engine::builder().clock(Clock::real()).storage(bucket).build();
    let cancel = asl_engine::CancelToken::new();
    let execution = Execution::new(json!({"key": "k.gz"})).with_cancel(cancel.clone());
    let program = program(&definition(json!({"InputType": "JSONL"}), json!({})).to_json());
    let stop = async {
        // The file is read with one call, which yields once.
        for _ in 0..6 {
            tokio::task::yield_now().await;
        }
        cancel.cancel();
    };
    let (report, ()) = tokio::join!(engine.run(&program, execution), stop);
    assert!(matches!(report.outcome, Outcome::Aborted(_)), "{:?}", report.outcome);
}

#[tokio::test(start_paused = true)]
async fn an_item_over_the_limit_fails_its_child() {
    let long = json!([{"n": 0, "text": ("x".repeat(300_000))}, {"n": 1}]);
    let bucket = Arc::new(Bucket::with("k.json", long.to_json().as_bytes(), 1000));
    let fields = json!({"ToleratedFailureCount": 1, "ResultWriter": writer("COMPACT"), "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}});
    let report =
        run(&definition(json!({"InputType": "JSON"}), fields), "k.json", &bucket, Limits::standard()).await;
    assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{:?}", report.outcome);
    let failed = bucket.file("FAILED_0.json").unwrap();
    let error = failed.at(0).and_then(|child| child.get("Error")?.as_str().map(str::to_owned));
    assert_eq!(error.as_deref(), Some("States.DataLimitExceeded"));
    assert_eq!(numbers(&bucket.file("SUCCEEDED_0.json").unwrap()), [1]);
}

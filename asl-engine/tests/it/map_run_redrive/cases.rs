//! The edges of a redrive, one by one: a row has what the runs of an execution must come to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use asl_engine::{
    Clock, Engine, Execution, Failure, Limits, ObjectPage, ObjectStore, Registry, SeededEntropy, Task,
    TaskHandler,
};
use asl_value::{Object, Text, Timestamp, Value, json};

use super::Seen;
use crate::program;

/// A function with these answers, in the order of its calls; then it returns its arguments.
#[derive(Clone)]
struct Answers(Arc<Mutex<VecDeque<Result<Value, &'static str>>>>);

#[async_trait::async_trait]
impl TaskHandler for Answers {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let next = self.0.lock().unwrap().pop_front();
        match next {
            Some(Ok(output)) => Ok(output),
            Some(Err(error)) => Err(Failure::new(error, "")),
            None => Ok(task.arguments),
        }
    }
}

/// Storage whose first `failures` writes fail, and whose object is another one each time that it is read.
#[derive(Default, Clone)]
struct Storage {
    failures: Arc<Mutex<u32>>,
    reads: Arc<Mutex<u32>>,
}

#[async_trait::async_trait]
impl ObjectStore for Storage {
    async fn get(&self, _: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        let mut reads = self.reads.lock().unwrap();
        *reads += 1;
        Ok(format!("[{reads}, {reads}{reads}]").into_bytes())
    }
    async fn put(&self, _: &Object, _: String) -> Result<(), Failure> {
        let mut failures = self.failures.lock().unwrap();
        match failures.checked_sub(1) {
            None => Ok(()),
            Some(left) => {
                *failures = left;
                Err(Failure::task("denied"))
            }
        }
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

/// A row of the table.
struct Row {
    what: &'static str,
    /// Members of the Map state.
    map: Value,
    states: Value,
    answers: Vec<Result<Value, &'static str>>,
    limits: Limits,
    /// How many writes fail.
    unwritten: u32,
    /// The days between two runs.
    days: u64,
    redrives: u32,
    /// The events of Map Runs in the history, without `MapRun`.
    events: &'static str,
    /// How often the children have begun, in the order of their inputs.
    begun: &'static str,
    /// Status, output or error.
    expected: &'static str,
    /// Those counts of the last Map Run that are not 0.
    counts: &'static str,
}

fn task() -> Value {
    json!({"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}})
}

impl Default for Row {
    fn default() -> Row {
        Row {
            what: "",
            map: json!({}),
            states: task(),
            answers: Vec::new(),
            limits: Limits::standard(),
            unwritten: 0,
            days: 0,
            redrives: 1,
            events: "Started Failed Redriven Succeeded",
            begun: "",
            expected: "",
            counts: "",
        }
    }
}

async fn check(row: Row) {
    let mut map = json!({"Type": "Map", "Label": "each", "MaxConcurrency": 1, "End": true});
    let start = row.states.as_object().unwrap().keys().next().unwrap().to_string();
    let Value::Object(members) = &mut map else { unreachable!() };
    members.insert(
        "ItemProcessor",
        json!({"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": start, "States": row.states}),
    );
    for (name, value) in row.map.as_object().unwrap() {
        members.insert(name.clone(), value.clone());
    }
    let program = program(&json!({"StartAt": "M", "States": {"M": map}}).to_json());
    let tasks = Answers(Arc::new(Mutex::new(row.answers.into())));
    let storage = Storage { failures: Arc::new(Mutex::new(row.unwritten)), ..Storage::default() };
    let seen = Seen::default();
    let mut execution = Execution::new(json!([0, 1])).with_limits(row.limits.clone()).keeping_checkpoint();
    let mut report = None;
    for run in 0..=row.redrives {
        let start =
            Timestamp::from_epoch_millis(1_767_225_600_000 + i64::from(run) * 86_400_000 * row.days as i64);
        let engine = Engine::builder()
            .tasks(Registry::new().fallback(tasks.clone()))
            .storage(storage.clone())
            .clock(Clock::virtual_time().starting_at(start))
            .entropy(SeededEntropy::new(u64::from(run)))
            .build();
        let mut ran = engine.run(&program, execution.with_observer(Arc::new(seen.clone()))).await;
        seen.check_counts(row.what);
        let checkpoint = ran.checkpoint.take();
        report = Some(ran);
        match checkpoint {
            Some(checkpoint) => execution = Execution::redrive(checkpoint),
            None => break,
        }
    }
    let outcome = report.unwrap().outcome;
    let result = outcome.output().map(Value::to_json);
    let result =
        result.or_else(|| outcome.failure()?.error.as_ref().map(ToString::to_string)).unwrap_or_default();
    let result = format!("{} {result}", outcome.status());
    assert!(result.starts_with(row.expected), "{}: {result}", row.what);
    let state = seen.lock();
    let events: Vec<&str> = state.events.iter().filter_map(|name| name.strip_prefix("MapRun")).collect();
    if row.redrives < 1000 {
        assert_eq!(events.join(" "), row.events, "{}", row.what);
    }
    let mut begun: Vec<(String, usize)> =
        state.children.values().map(|child| (child.input.to_json(), child.runs)).collect();
    begun.sort();
    let begun: Vec<String> = begun.iter().map(|(input, runs)| format!("{input}:{runs}")).collect();
    assert_eq!(begun.join(" "), row.begun, "{}", row.what);
    let counts = state.map_runs.values().max_by_key(|map_run| map_run.started()).unwrap().executions();
    let counts = [
        ("pending", counts.pending),
        ("succeeded", counts.succeeded),
        ("failed", counts.failed),
        ("aborted", counts.aborted),
        ("failuresNotRedrivable", counts.failures_not_redrivable),
        ("resultsWritten", counts.results_written),
    ];
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    let counts: Vec<String> = counts.map(|(name, count)| format!("{name} {count}")).collect();
    assert_eq!(counts.join(", "), row.counts, "{}", row.what);
}

/// A child whose first item fills its history, and whose second calls the function.
fn long() -> Value {
    json!({
        "C": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 0, "Next": "P"}], "Default": "T"},
        "P": {"Type": "Pass", "Next": "P"},
        "T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}
    })
}

fn full() -> Limits {
    Limits { events: Some(30), ..Limits::standard() }
}

#[tokio::test(start_paused = true)]
async fn each_row() {
    let down = || Err("Down");
    let rows = [
        Row {
            what: "the child that failed and the one that never began",
            answers: vec![down()],
            begun: "0:2 1:1",
            expected: "SUCCEEDED [0,1]",
            counts: "succeeded 2, resultsWritten 2",
            ..Row::default()
        },
        Row {
            what: "a full history is not redriven, and counts against the tolerance",
            map: json!({"ToleratedFailureCount": 1}),
            states: long(),
            limits: full(),
            answers: vec![down(), down()],
            redrives: 2,
            events: "Started Failed Redriven Failed Redriven Succeeded",
            begun: "0:1 1:3",
            expected: "SUCCEEDED [{\"Cause\":\"The execution reached the maximum number of history events (30).\"",
            counts: "succeeded 1, failed 1, failuresNotRedrivable 1, resultsWritten 2",
            ..Row::default()
        },
        Row {
            what: "a full history that is not tolerated fails the redrive before any child begins",
            states: long(),
            limits: full(),
            events: "Started Failed Redriven Failed",
            begun: "0:1",
            expected: "FAILED States.ExceedToleratedFailureThreshold",
            counts: "pending 1, failed 1, failuresNotRedrivable 1, resultsWritten 1",
            ..Row::default()
        },
        Row {
            what: "after 14 days a STANDARD child is not redriven",
            answers: vec![down()],
            days: 15,
            events: "Started Failed Redriven Failed",
            begun: "0:1",
            expected: "FAILED States.ExceedToleratedFailureThreshold",
            counts: "pending 1, failed 1, failuresNotRedrivable 1, resultsWritten 1",
            ..Row::default()
        },
        Row {
            what: "within 14 days it is",
            answers: vec![down()],
            days: 13,
            begun: "0:2 1:1",
            expected: "SUCCEEDED [0,1]",
            counts: "succeeded 2, resultsWritten 2",
            ..Row::default()
        },
        Row {
            what: "results that could not be written are written by the redrive, which runs nothing",
            map: json!({"ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
                "Parameters": {"Bucket": "b", "Prefix": "p"}}, "ResultSelector": {"at.$": "$.ResultWriterDetails.Bucket"}}),
            unwritten: 1,
            begun: "0:1 1:1",
            expected: r#"SUCCEEDED {"at":"b"}"#,
            counts: "succeeded 2, resultsWritten 2",
            ..Row::default()
        },
        Row {
            what: "items are read once",
            map: json!({"ItemReader": {"Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSON"}, "Parameters": {"Bucket": "b", "Key": "k"}}}),
            answers: vec![down()],
            begun: "1:2 11:1",
            expected: "SUCCEEDED [1,11]",
            counts: "succeeded 2, resultsWritten 2",
            ..Row::default()
        },
        Row {
            what: "a retry begins another Map Run, which the redrive continues",
            map: json!({"Retry": [{"ErrorEquals": ["States.ALL"], "MaxAttempts": 1}]}),
            answers: vec![down(), Ok(json!("a")), down()],
            events: "Started Failed Started Failed Redriven Succeeded",
            begun: "0:1 0:1 1:2",
            expected: r#"SUCCEEDED ["a",1]"#,
            counts: "succeeded 2, resultsWritten 2",
            ..Row::default()
        },
        Row {
            what: "a Map Run whose result is too large is begun anew",
            answers: vec![Ok(json!("x".repeat(200_000))), Ok(json!("y".repeat(200_000)))],
            events: "Started Failed Started Succeeded",
            begun: "0:1 0:1 1:1 1:1",
            expected: "SUCCEEDED [0,1]",
            counts: "succeeded 2, resultsWritten 2",
            ..Row::default()
        },
        Row {
            what: "an ItemSelector that fails for one item ends the Map Run with States.Runtime: it is begun anew",
            map: json!({"ItemSelector": {"n.$": "$.none"}}),
            events: "Started Failed Started Failed",
            expected: "FAILED States.Runtime",
            counts: "pending 2",
            ..Row::default()
        },
        Row {
            what: "a Map Run is redriven 1,000 times",
            answers: vec![down(); 1001],
            redrives: 1000,
            begun: "0:1001",
            expected: "FAILED States.ExceedToleratedFailureThreshold",
            counts: "pending 1, failed 1, resultsWritten 1",
            ..Row::default()
        },
        Row {
            what: "and not more often",
            answers: vec![down(); 1001],
            redrives: 1002,
            begun: "0:1001",
            expected: "FAILED States.Runtime",
            counts: "pending 1, failed 1, resultsWritten 1",
            ..Row::default()
        },
    ];
    for row in rows {
        check(row).await;
    }
}

//! A distributed Map with a `ResultWriter` that is redriven: each result is written once, and none is kept that is written.

use std::sync::Arc;
use std::time::Duration;

use asl_engine::{
    CancelToken, Checkpoint, Clock, DefinitionHash, Engine, Execution, Failure, Limits, MemoryJournal,
    Outcome, RecordedExecution, Registry, Replayed, Report, Task, TaskHandler, load,
};
use asl_model::Source;
use asl_value::{Value, json};

use crate::map_stream::{Bucket, definition};

/// Takes some time, fails the first time if it should, and returns text of some length.
#[derive(Clone, Copy)]
struct Work {
    fails: bool,
}

#[async_trait::async_trait]
impl TaskHandler for Work {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let number = |name: &str| task.arguments.get(name).and_then(Value::as_i64).unwrap_or_default();
        tokio::time::sleep(Duration::from_millis(number("ms") as u64)).await;
        match number("fails") == 1 && self.fails {
            true => Err(Failure::new("Bad", "it says so")),
            false => Ok(json!({"n": (number("n")), "text": ("x".repeat(number("long") as usize))})),
        }
    }
}

/// Executions of one machine that write to one bucket.
struct Runs {
    definition: Value,
    bucket: Arc<Bucket>,
    limits: Limits,
}

const ITEMS: i64 = 400;

/// `count` items with results of 50 kB, which end in another order, and the last of which fails at first.
fn items(count: i64) -> String {
    let line = |n: i64| {
        let (ms, fails) = (n * 7919 % 5 + 1, i64::from(n == count - 1));
        format!("{{\"n\": {n}, \"ms\": {ms}, \"long\": 50000, \"fails\": {fails}}}\n")
    };
    (0..count).map(line).collect()
}

impl Runs {
    fn of(count: i64, output: &str, bucket: Bucket) -> Runs {
        Runs::over(&items(count), 0, output, bucket)
    }

    /// Over these lines, of which so many per cent may fail.
    fn over(lines: &str, tolerated: i64, output: &str, bucket: Bucket) -> Runs {
        let writer = json!({"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "b", "Prefix": "out"},
            "WriterConfig": {"Transformation": "COMPACT", "OutputType": output}});
        let fields =
            json!({"ResultWriter": writer, "MaxConcurrency": 20, "ToleratedFailurePercentage": tolerated});
        bucket.objects.lock().unwrap().insert("k".to_owned(), lines.as_bytes().to_vec());
        let definition = definition(json!({"InputType": "JSONL"}), fields);
        Runs {
            definition,
            bucket: Arc::new(Bucket { part_bytes: 1 << 20, ..bucket }),
            limits: Limits { memory_bytes: Some(40 << 20), ..Limits::standard() },
        }
    }

    fn first(&self) -> Execution {
        Execution::new(json!({"key": "k"})).with_limits(self.limits.clone()).keeping_checkpoint()
    }

    /// The checkpoint as a host that keeps it as text gets it back.
    fn redrive(&self, report: Report) -> Execution {
        let definition = load(&Source::json(self.definition.to_json())).unwrap();
        let hash = DefinitionHash::of(&definition.machine);
        let text = report.checkpoint.expect("a checkpoint").to_value(&hash).unwrap().to_json();
        Execution::redrive(Checkpoint::read(Value::parse(&text).unwrap(), &hash).unwrap())
    }

    fn engine(&self, fails: bool) -> Engine {
        let tasks = Registry::new().fallback(Work { fails });
        Engine::builder().tasks(tasks).clock(Clock::real()).storage(Arc::clone(&self.bucket)).build()
    }

    /// Runs the execution, which is stopped after a time.
    async fn run(&self, execution: Execution, fails: bool, stop: Option<Duration>) -> Report {
        let token = CancelToken::new();
        let program = load(&Source::json(self.definition.to_json())).unwrap().program;
        let engine = self.engine(fails);
        let run = engine.run(&program, execution.with_cancel(token.clone()));
        let stopped = async {
            match stop {
                Some(after) => tokio::time::sleep(after).await,
                None => std::future::pending().await,
            }
            token.cancel();
            std::future::pending::<()>().await;
        };
        tokio::select! { report = run => report, () = stopped => unreachable!() }
    }

    /// Each item has one result, and no upload is open.
    #[track_caller]
    fn are_complete(&self, what: &str, report: &Report) {
        assert!(matches!(report.outcome, Outcome::Succeeded(_)), "{what}: {:?}", report.outcome);
        assert_eq!(self.bucket.counted("SUCCEEDED"), [("once", ITEMS as usize)], "{what}");
        let uploads: Vec<String> = self.bucket.uploads.lock().unwrap().keys().cloned().collect();
        assert!(uploads.is_empty(), "{what}: {uploads:?}");
    }
}

/// How the first run ends.
#[derive(Debug, Clone, Copy)]
enum Ends {
    /// Its last child fails.
    Failed,
    /// It is stopped after so many milliseconds.
    Stopped(u64),
    /// No upload gets beyond this part.
    Unwritten(u32),
}

#[tokio::test(start_paused = true)]
async fn a_redrive_writes_each_result_once() {
    let (hour, none) = (Duration::from_secs(3600), Duration::ZERO);
    // All items take about a tenth of a second.
    let rows = [
        ("the files are complete", Ends::Failed, none, [none; 2]),
        ("nothing is written yet", Ends::Stopped(5), none, [none; 2]),
        ("some parts are written", Ends::Stopped(40), none, [none; 2]),
        ("a part is being written", Ends::Stopped(40), hour, [none; 2]),
        ("the first part cannot be written", Ends::Unwritten(1), none, [none; 2]),
        ("the second part cannot be written", Ends::Unwritten(2), none, [none; 2]),
        ("the last part cannot be written", Ends::Unwritten(3), none, [none; 2]),
        ("the file is being ended", Ends::Stopped(60_000), none, [hour, none]),
        ("the file has ended, but nobody knows", Ends::Stopped(60_000), none, [none, hour]),
    ];
    for ((what, ends, upload_takes, end_takes), output) in
        rows.into_iter().zip(["JSON", "JSONL"].into_iter().cycle())
    {
        let (stop, fails_at) = match ends {
            Ends::Failed => (None, None),
            Ends::Stopped(ms) => (Some(Duration::from_millis(ms)), None),
            Ends::Unwritten(part) => (None, Some(part)),
        };
        let bucket = Bucket { upload_takes, end_takes, fails_at: fails_at.into(), ..Bucket::default() };
        let runs = Runs::of(ITEMS, output, bucket);
        let report = runs.run(runs.first(), true, stop).await;
        assert!(report.outcome.failure().is_some(), "{what}");
        *runs.bucket.fails_at.lock().unwrap() = None;
        let report = runs.run(runs.redrive(report), false, None).await;
        runs.are_complete(what, &report);
    }
}

#[tokio::test(start_paused = true)]
async fn a_map_that_is_stopped_again_and_again_writes_one_file() {
    let runs = Runs::of(ITEMS, "JSON", Bucket::default());
    let (mut execution, mut redrives) = (runs.first(), 0);
    let report = loop {
        let report = runs.run(execution, false, Some(Duration::from_millis(15))).await;
        if report.outcome.failure().is_none() {
            break report;
        }
        redrives += 1;
        execution = runs.redrive(report);
    };
    assert!(redrives > 2, "{redrives}");
    runs.are_complete("again and again", &report);
    assert!(runs.bucket.file("SUCCEEDED_1.json").is_none());
}

/// The estimate of what a checkpoint holds when the last child of many has failed, and when the Map is stopped before.
async fn kept_bytes(count: i64, stop: Option<Duration>) -> u64 {
    let runs = Runs::of(count, "JSON", Bucket::default());
    let report = runs.run(runs.first(), true, stop).await;
    assert!(report.outcome.failure().is_some());
    report.checkpoint.unwrap().memory_bytes()
}

#[tokio::test(start_paused = true)]
async fn what_is_kept_does_not_grow_with_the_results_that_are_written() {
    let (few, many) = (kept_bytes(200, None).await, kept_bytes(800, None).await);
    assert!(few < 1 << 20 && many < 1 << 20, "{few}, {many}");
    // A part that is not long enough yet, results that wait for one before them, and the items that were read.
    let stopped = kept_bytes(800, Some(Duration::from_millis(100))).await;
    assert!(stopped < 20 << 20, "{stopped}");
}

/// Children that fail are needed to redrive them. What is noted of them counts, even if they are tolerated.
#[tokio::test(start_paused = true)]
async fn what_is_kept_of_failed_children_is_a_part_of_the_memory() {
    for (is_kept, expected) in [(true, Some("States.DataLimitExceeded")), (false, None)] {
        let long = "x".repeat(50_000);
        let line = |n: i64| format!("{{\"n\": {n}, \"fails\": 1, \"text\": \"{long}\"}}\n");
        let lines: String = (0..800).map(line).collect();
        let runs = Runs::over(&lines, 100, "JSON", Bucket::default());
        let execution = Execution::new(json!({"key": "k"})).with_limits(runs.limits.clone());
        let execution = if is_kept { execution.keeping_checkpoint() } else { execution };
        let report = runs.run(execution, true, None).await;
        let error = report.outcome.failure().and_then(|failure| failure.error.clone());
        assert_eq!(error.as_deref(), expected, "{is_kept}");
    }
}

/// A host that keeps the journal gets the checkpoint from a replay.
#[tokio::test(start_paused = true)]
async fn a_replay_has_the_same_checkpoint() {
    for fails_at in [None, Some(2)] {
        let runs = Runs::of(ITEMS, "JSON", Bucket { fails_at: fails_at.into(), ..Bucket::default() });
        let loaded = load(&Source::json(runs.definition.to_json())).unwrap();
        let hash = DefinitionHash::of(&loaded.machine);
        let journal = MemoryJournal::new();
        let engine = runs.engine(true);
        let ran = engine.run_journalled(&loaded.program, &hash, runs.first(), &journal).await.unwrap();
        let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
        let recorded = RecordedExecution::parse(&lines).unwrap();
        let without = Engine::builder().clock(Clock::real()).build();
        let replayed = without.replay(&loaded.program, &hash, runs.first(), &recorded).await.unwrap();
        let Replayed::Ended(again) = replayed else { panic!("the replay ends") };
        assert!(ran.checkpoint.is_some() && ran.checkpoint == again.checkpoint, "{fails_at:?}");
        *runs.bucket.fails_at.lock().unwrap() = None;
        let report = runs.run(runs.redrive(*again), false, None).await;
        runs.are_complete("after a replay", &report);
    }
}

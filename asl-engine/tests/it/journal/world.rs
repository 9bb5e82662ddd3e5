//! What is outside of an execution: tasks that answer after a time, storage, a stop.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    CancelToken, Checkpoint, Clock, DefinitionHash, Engine, Execution, Failure, HistoryRecorder,
    JournalError, Limits, MemoryJournal, ObjectPage, ObjectStore, Program, RecordedExecution, Registry,
    Replayed, Report, SeededEntropy, Task, TaskHandler, load,
};
use asl_model::Source;
use asl_value::{Object, Text, Timestamp, Value, json};
use tokio::time::Instant;

pub(super) const START: &str = "2026-01-01T00:00:00Z";

/// The world around one execution, through all its processes.
#[derive(Clone)]
pub(super) struct World {
    pub(super) program: Arc<Program>,
    pub(super) definition: DefinitionHash,
    pub(super) input: Value,
    /// When the execution is cancelled, as time since it began.
    pub(super) cancel: Option<Duration>,
    /// Where the execution continues that is redriven.
    pub(super) checkpoint: Option<Checkpoint>,
    pub(super) seed: u64,
    state: Arc<Mutex<State>>,
}

struct State {
    /// When the execution began, on the clock of the current process.
    begun: Instant,
    /// When each task was first called, as time since the execution began.
    calls: HashMap<String, Duration>,
    /// What was called in this process.
    called: Vec<String>,
    written: Vec<String>,
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ran {
    pub(super) journal: String,
    pub(super) history: String,
    pub(super) outcome: String,
    pub(super) transitions: u64,
    pub(super) state: Option<Text>,
    pub(super) checkpoint: Option<Checkpoint>,
}

impl World {
    pub(super) fn new(definition: &str, input: Value, seed: u64) -> World {
        let loaded = load(&Source::json(definition)).unwrap();
        let state =
            State { begun: Instant::now(), calls: HashMap::new(), called: Vec::new(), written: Vec::new() };
        World {
            program: loaded.program,
            definition: DefinitionHash::of(&loaded.machine),
            input,
            cancel: None,
            checkpoint: None,
            seed,
            state: Arc::new(Mutex::new(state)),
        }
    }

    pub(super) fn engine(&self) -> Engine {
        let tasks = Registry::new().fallback(self.clone());
        let start = Timestamp::parse(START).unwrap();
        Engine::builder()
            .tasks(tasks)
            .storage(self.clone())
            .clock(Clock::real().starting_at(start))
            .entropy(SeededEntropy::new(self.seed))
            .build()
    }

    fn execution(&self, history: &Arc<HistoryRecorder>, cancel: &CancelToken) -> Execution {
        let deadline = Timestamp::parse(START).unwrap().plus(Duration::from_secs(600));
        let execution = match &self.checkpoint {
            Some(checkpoint) => Execution::redrive(checkpoint.clone()),
            None => Execution::new(self.input.clone())
                .with_limits(Limits { events: Some(2000), ..Limits::standard() })
                .keeping_checkpoint(),
        };
        execution.with_deadline(deadline).with_observer(history.clone()).with_cancel(cancel.clone())
    }

    /// A process of the execution begins when it is as old as this.
    fn begin(&self, age: Duration) {
        let mut state = self.state.lock().unwrap();
        state.begun = Instant::now() - age;
        state.called.clear();
        state.written.clear();
    }

    fn age(&self) -> Duration {
        self.state.lock().unwrap().begun.elapsed()
    }

    /// The tasks that this process called.
    pub(super) fn called(&self) -> Vec<String> {
        self.state.lock().unwrap().called.clone()
    }

    /// Runs the execution from its beginning.
    pub(super) async fn run(&self) -> Ran {
        self.begin(Duration::ZERO);
        let (journal, history, cancel) = (MemoryJournal::new(), Arc::default(), CancelToken::new());
        let (engine, execution) = (self.engine(), self.execution(&history, &cancel));
        let run = engine.run_journalled(&self.program, &self.definition, execution, &journal);
        let report = self.cancelled(run, &cancel).await.unwrap();
        ran(lines(&journal), &history, report)
    }

    /// Resumes the execution after the first of its turns.
    pub(super) async fn resume(&self, recorded: &RecordedExecution) -> Result<Ran, JournalError> {
        let start = recorded.header.started;
        let last = recorded.turns.last().map_or(start, |turn| turn.at);
        self.begin(last.since(start));
        let (journal, history, cancel) = (MemoryJournal::new(), Arc::default(), CancelToken::new());
        let (engine, execution) = (self.engine(), self.execution(&history, &cancel));
        let run = engine.resume(&self.program, &self.definition, execution, recorded.clone(), &journal);
        let report = self.cancelled(run, &cancel).await?;
        Ok(ran(recorded.to_lines() + &lines(&journal), &history, report))
    }

    pub(super) async fn replay(&self, recorded: &RecordedExecution) -> Result<Ran, String> {
        self.begin(Duration::ZERO);
        let (history, cancel) = (Arc::default(), CancelToken::new());
        let (engine, execution) = (self.engine(), self.execution(&history, &cancel));
        match engine.replay(&self.program, &self.definition, execution, recorded).await {
            Ok(Replayed::Ended(report)) => Ok(ran(recorded.to_lines(), &history, *report)),
            Ok(open) => Err(format!("{open:?}")),
            Err(error) => Err(error.to_string()),
        }
    }

    async fn cancelled<T>(&self, run: impl Future<Output = T>, cancel: &CancelToken) -> T {
        let cancelled = async {
            if let Some(at) = self.cancel {
                tokio::time::sleep(at.saturating_sub(self.age())).await;
                cancel.cancel_with(Failure::new("Stopped", "by hand"));
            }
            std::future::pending::<()>().await;
        };
        tokio::select! { biased; ended = run => ended, () = cancelled => unreachable!() }
    }

    /// Waits until the execution is as old as this.
    async fn until(&self, age: Duration) {
        let left = age.saturating_sub(self.age());
        if !left.is_zero() {
            tokio::time::sleep(left).await;
        }
    }
}

fn lines(journal: &MemoryJournal) -> String {
    journal.records().iter().map(|record| record.to_json() + "\n").collect()
}

fn ran(journal: String, history: &HistoryRecorder, report: Report) -> Ran {
    Ran {
        journal,
        history: history.to_json().to_json(),
        outcome: format!("{:?}", report.outcome),
        transitions: report.transitions,
        state: report.state,
        checkpoint: report.checkpoint,
    }
}

/// What a task does follows from its `id`, a random UUID.
#[async_trait::async_trait]
impl TaskHandler for World {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let id = task.arguments["id"].as_str().unwrap_or_default().to_owned();
        let digits = id.get(..8).and_then(|digits| u64::from_str_radix(digits, 16).ok()).unwrap_or(0);
        let begun = {
            let age = self.age();
            let mut state = self.state.lock().unwrap();
            state.called.push(id.clone());
            *state.calls.entry(id.clone()).or_insert(age)
        };
        let takes = match digits % 4 {
            0 => Duration::ZERO,
            _ => Duration::from_millis(digits / 4 % 300 * 100),
        };
        let resumed = task.resumed().unwrap_or_default();
        if task.token.is_some() {
            self.until(begun + takes / 2).await;
            if !resumed.is_started {
                task.started(Some("w".into()));
            }
            if resumed.submitted.is_none() {
                task.submitted(json!({"id": id.as_str()}));
            } else {
                assert_eq!(resumed.submitted, Some(json!({"id": id.as_str()})));
            }
        }
        self.until(begun + takes).await;
        match digits / 7 % 10 {
            0 | 1 => Err(Failure::new("Busy", id)),
            2 => Err(Failure::new("Bad", id)),
            3 => std::future::pending().await,
            n => Ok(json!({"n": n, "id": id})),
        }
    }
}

#[async_trait::async_trait]
impl ObjectStore for World {
    async fn get(&self, arguments: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        match arguments.get("Key").and_then(Value::as_str) {
            Some("items.json") => Ok(br#"[{"n": 1}, {"n": 5}, {"n": 9}]"#.to_vec()),
            _ => Err(Failure::task("there is no such object")),
        }
    }
    async fn put(&self, arguments: &Object, _: String) -> Result<(), Failure> {
        let key = arguments.get("Key").and_then(Value::as_str).unwrap_or_default().to_owned();
        self.state.lock().unwrap().written.push(key);
        Ok(())
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

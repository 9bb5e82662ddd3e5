//! Tasks that their check refuses: a refusal is a turn, and what has changed since does not matter to a replay.

use std::sync::Arc;

use asl_engine::{
    Clock, DefinitionHash, Engine, Execution, Failure, HistoryRecorder, JournalHeader, JournalRecord,
    MemoryJournal, RecordedExecution, Registry, Seed, Task, TaskHandler, TaskRefusal, load,
};
use asl_model::{Resource, Source};
use asl_value::{Timestamp, Value, json};

const DEFINITION: &str = r#"{"StartAt": "T", "States": {
    "T": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {"t.$": "$$.Task.Token"},
        "Next": "W"},
    "W": {"Type": "Wait", "Seconds": 1, "End": true}}}"#;

/// Does its tasks, or refuses them.
#[derive(Clone, Copy)]
enum Checked {
    Passes,
    Refuses,
}

#[async_trait::async_trait]
impl TaskHandler for Checked {
    fn check(&self, _: &str, _: &Resource, _: &mut Value) -> Result<(), TaskRefusal> {
        match self {
            Checked::Passes => Ok(()),
            Checked::Refuses => Err(TaskRefusal::new("there is no queue")),
        }
    }
    async fn call(&self, _: Task<'_>) -> Result<Value, Failure> {
        Ok(json!("done"))
    }
}

/// The events of an execution that is resumed after these turns, and the news that it records.
async fn check(tasks: Option<Checked>, turns: &[&str], events: &[&str], news: &[&str]) {
    let loaded = load(&Source::json(DEFINITION)).unwrap();
    let hash = DefinitionHash::of(&loaded.machine);
    let registry = Registry::new();
    let registry = match tasks {
        Some(tasks) => registry.fallback(tasks),
        None => registry,
    };
    let clock = Clock::virtual_time().starting_at(Timestamp::EPOCH);
    let engine = Engine::builder().tasks(registry).clock(clock).build();
    let header =
        JournalHeader::new(hash.clone(), &Execution::new(json!({})), Timestamp::EPOCH, Seed::new([7; 32]));
    let mut recorded = RecordedExecution::new(header);
    for (place, news) in turns.iter().enumerate() {
        let line = format!(r#"{{"turn":{},"at":"1970-01-01T00:00:00Z","news":[{news}]}}"#, place + 1);
        recorded.push(JournalRecord::parse(&line).unwrap()).unwrap();
    }
    let (history, journal) = (Arc::new(HistoryRecorder::new()), MemoryJournal::new());
    let execution = Execution::new(json!({})).with_observer(history.clone());
    engine.resume(&loaded.program, &hash, execution, recorded.clone(), &journal).await.unwrap();
    let kinds: Vec<_> = history.events().iter().map(|event| event.kind.name()).collect();
    assert_eq!(&kinds[2..], events);
    let records = journal.records();
    let found = records.iter().filter_map(|record| match record {
        JournalRecord::Turn(turn) => {
            Some(turn.news.iter().map(|news| news.learned.name()).collect::<Vec<_>>())
        }
        _ => None,
    });
    assert_eq!(found.flatten().collect::<Vec<_>>(), news);
    // What it did is done again, whatever the check says now.
    records.into_iter().for_each(|record| recorded.push(record).unwrap());
    for tasks in [Checked::Passes, Checked::Refuses] {
        let engine = Engine::builder().tasks(Registry::new().fallback(tasks)).build();
        let again = Arc::new(HistoryRecorder::new());
        let execution = Execution::new(json!({})).with_observer(again.clone());
        engine.replay(&loaded.program, &hash, execution, &recorded).await.unwrap();
        assert_eq!(again.to_json(), history.to_json());
    }
}

const RETURNED: &str = r#"{"of":"1","returned":"done"}"#;
const REFUSED: &str = r#"{"of":"1","refused":"there was no queue"}"#;
const SUBMITTED: &str = r#"{"of":"1","submitted":{}}"#;
const DONE: [&str; 7] = [
    "TaskScheduled",
    "TaskStarted",
    "TaskSucceeded",
    "TaskStateExited",
    "WaitStateEntered",
    "WaitStateExited",
    "ExecutionSucceeded",
];

#[tokio::test(start_paused = true)]
async fn a_task_that_has_ended_is_not_checked_again() {
    for tasks in [Some(Checked::Passes), Some(Checked::Refuses), None] {
        check(tasks, &[RETURNED], &DONE, &["rang"]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_refused_stays_refused() {
    for tasks in [Some(Checked::Passes), Some(Checked::Refuses), None] {
        check(tasks, &[REFUSED], &["ExecutionFailed"], &[]).await;
    }
}

/// After the last turn, the check decides.
#[tokio::test(start_paused = true)]
async fn a_task_without_a_turn_is_checked() {
    check(Some(Checked::Passes), &[], &DONE, &["returned", "rang"]).await;
    for tasks in [Some(Checked::Refuses), None] {
        check(tasks, &[], &["ExecutionFailed"], &["refused"]).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_task_that_was_submitted_goes_on() {
    let mut events = DONE.to_vec();
    events.insert(2, "TaskSubmitted");
    for tasks in [Checked::Passes, Checked::Refuses] {
        check(Some(tasks), &[SUBMITTED], &events, &["returned", "rang"]).await;
    }
    let failed = ["TaskScheduled", "TaskStarted", "TaskSubmitted", "TaskFailed", "ExecutionFailed"];
    check(None, &[SUBMITTED], &failed, &["failed"]).await;
}

/// A new execution records the refusal.
#[tokio::test(start_paused = true)]
async fn a_refusal_is_a_turn() {
    let loaded = load(&Source::json(DEFINITION)).unwrap();
    let hash = DefinitionHash::of(&loaded.machine);
    for (tasks, expected) in [
        (Registry::new().fallback(Checked::Refuses), "there is no queue"),
        (
            Registry::new(),
            "no task handler is registered for `arn:aws:states:::sqs:sendMessage.waitForTaskToken`",
        ),
    ] {
        let engine = Engine::builder().tasks(tasks).clock(Clock::virtual_time()).build();
        let journal = MemoryJournal::new();
        engine.run_journalled(&loaded.program, &hash, Execution::new(json!({})), &journal).await.unwrap();
        let line = journal.records()[1].to_json();
        assert!(line.contains(&format!(r#"[{{"of":"1","refused":"{expected}"}}]"#)), "{line}");
    }
}

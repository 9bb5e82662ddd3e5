//! Executions that are stopped, also while they compute.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_engine::{
    CancelToken, ChildExecution, Clock, DefinitionHash, Event, Execution, Failure, HistoryRecorder,
    JournalHeader, JournalRecord, Learned, Limits, MemoryJournal, Observer, RecordedExecution, Registry,
    Replayed, Report, Seed, load,
};
use asl_model::Source;
use asl_value::json;

use crate::engine;

/// Records events, and stops the execution at one of them.
struct Stopping {
    history: HistoryRecorder,
    at: u64,
    cancel: CancelToken,
    /// Of the second child execution: where it is stopped.
    child_at: u64,
    children: Mutex<Vec<Arc<Stopping>>>,
}

impl Observer for Stopping {
    fn on_event(&self, event: Event) {
        let id = event.id;
        self.history.on_event(event);
        if id == self.at {
            self.cancel.fail(Failure::new("TooMuch", "for this host"));
        }
    }
    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let mut children = self.children.lock().unwrap();
        let at = if children.len() == 1 { self.child_at } else { u64::MAX };
        let child = Stopping { cancel: child.cancel.clone(), ..stopping(at, u64::MAX) };
        children.push(Arc::new(child));
        children.last().map(|child| child.clone() as Arc<dyn Observer>)
    }
}

fn stopping(at: u64, child_at: u64) -> Stopping {
    let (history, cancel) = (HistoryRecorder::new(), CancelToken::new());
    Stopping { history, at, cancel, child_at, children: Mutex::default() }
}

/// Everything that can be seen of an execution and its children.
fn seen(report: &Report, observer: &Stopping) -> Vec<String> {
    let children = observer.children.lock().unwrap();
    let histories = std::iter::once(&observer.history).chain(children.iter().map(|child| &child.history));
    let report = format!("{:?} {} {} {:?}", report.outcome, report.transitions, report.events, report.state);
    histories.map(|history| history.to_json().to_json()).chain([report]).collect()
}

/// Runs a machine with a journal and replays it. Returns how it ended, and whether a stop came in the middle of a turn.
async fn check(definition: &str, fail_at: u64, cancel_after: Option<u32>, status: &str) -> bool {
    check_child(definition, [fail_at, u64::MAX], cancel_after, status).await
}

async fn check_child(definition: &str, at: [u64; 2], cancel_after: Option<u32>, status: &str) -> bool {
    let loaded = load(&Source::json(definition)).unwrap();
    let (program, hash) = (loaded.program, DefinitionHash::of(&loaded.machine));
    let (engine, journal) =
        (engine(Registry::new()).clock(Clock::virtual_time()).build(), MemoryJournal::new());
    let observer = Arc::new(stopping(at[0], at[1]));
    let execution = || Execution::new(json!({"n": 1, "items": [1, 2, 3]})).with_limits(Limits::unlimited());
    let cancel = observer.cancel.clone();
    let first = execution().with_observer(observer.clone()).with_cancel(cancel.clone());
    let run = engine.run_journalled(&program, &hash, first, &journal);
    let yields = async {
        for _ in 0..cancel_after.unwrap_or_default() {
            tokio::task::yield_now().await;
        }
        if cancel_after.is_some() {
            cancel.cancel();
        }
        std::future::pending::<()>().await;
    };
    let report = tokio::select! { report = run => report.unwrap(), () = yields => unreachable!() };
    assert_eq!(report.outcome.status(), status, "{:?}", report.outcome);
    let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
    let recorded = RecordedExecution::parse(&lines).unwrap();
    // Without the end: the token of the replay is cancelled, which must not matter.
    for end in [recorded.end.clone(), None] {
        let again = Arc::new(stopping(u64::MAX, u64::MAX));
        again.cancel.cancel();
        let second = execution().with_observer(again.clone()).with_cancel(again.cancel.clone());
        let mut recorded = recorded.clone();
        recorded.end = end;
        let replayed = engine.replay(&program, &hash, second, &recorded).await;
        let Ok(Replayed::Ended(replayed)) = replayed else { panic!("{replayed:?}\n{lines}") };
        assert_eq!(seen(&replayed, &again), seen(&report, &observer), "{lines}");
    }
    journal.records().iter().any(|record| match record {
        JournalRecord::Turn(turn) => turn
            .news
            .iter()
            .any(|news| matches!(&news.learned, Learned::Stopped(stopped) if stopped.after.is_some())),
        _ => false,
    })
}

const LOOP: &str = r#""StartAt": "A", "States": {
    "A": {"Type": "Pass", "Parameters": {"n.$": "States.MathRandom(0, 9)", "items": [1, 2]}, "Next": "B"},
    "B": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 100, "Next": "C"}], "Default": "A"},
    "C": {"Type": "Succeed"}}"#;

fn endless(timeout: u64) -> String {
    format!(r#"{{"TimeoutSeconds": {timeout}, {LOOP}}}"#)
}

/// Endless loops, a Wait and random numbers, together.
fn endless_branches(timeout: u64) -> String {
    let wait = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "Next": "X"},
        "X": {"Type": "Pass", "Parameters": {"n": 1, "u.$": "States.UUID()"}, "Next": "Y"},
        "Y": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 100, "Next": "Z"}], "Default": "W"},
        "Z": {"Type": "Succeed"}}}"#;
    let branches = format!(
        r#"{{{}}}, {{{}}}, {wait}"#,
        LOOP,
        LOOP.replace("\"A\"", "\"D\"").replace("\"B\"", "\"E\"").replace("\"C\"", "\"F\"")
    );
    format!(
        r#"{{"TimeoutSeconds": {timeout}, "StartAt": "P", "States": {{
            "P": {{"Type": "Parallel", "End": true, "Branches": [{branches}]}}}}}}"#
    )
}

#[tokio::test(start_paused = true)]
async fn a_loop_stops_at_its_timeout_in_the_middle_of_a_turn() {
    for timeout in [1, 5] {
        assert!(check(&endless(timeout), u64::MAX, None, "TIMED_OUT").await);
        assert!(check(&endless_branches(timeout), u64::MAX, None, "TIMED_OUT").await);
    }
}

#[tokio::test(start_paused = true)]
async fn an_observer_may_stop_an_execution_at_any_event() {
    for at in (1..16).chain([255, 256, 257, 512]) {
        check(&endless(600), at, None, "FAILED").await;
        check(&endless_branches(600), at, None, "FAILED").await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_loop_can_be_cancelled() {
    for yields in [0, 1, 2] {
        let midway = check(&endless(600), u64::MAX, Some(yields), "ABORTED").await;
        assert!(midway, "{yields}");
        check(&endless_branches(600), u64::MAX, Some(yields), "ABORTED").await;
    }
}

/// One child is stopped while it computes, and the others go on in the same turn.
#[tokio::test(start_paused = true)]
async fn a_child_execution_stops_in_the_middle_of_a_turn_of_its_parent() {
    let child = r#"{"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "A", "States": {
        "A": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)", "r.$": "States.MathRandom(0, 1000)"}, "Next": "B"},
        "B": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 300, "Next": "W"}], "Default": "A"},
        "W": {"Type": "Wait", "Seconds": 1, "Next": "V"},
        "V": {"Type": "Pass", "Parameters": {"u.$": "States.UUID()", "at.$": "$$.State.EnteredTime"}, "End": true}}}"#;
    let definition = format!(
        r#"{{"StartAt": "M", "States": {{"M": {{"Type": "Map", "ItemsPath": "$.items",
            "ItemSelector": {{"n.$": "$$.Map.Item.Value"}}, "ToleratedFailurePercentage": 70,
            "ItemProcessor": {child}, "End": true}}}}}}"#
    );
    for at in [1, 2, 3, 100, 255, 256, 257, 511, 512, 513, 1000] {
        assert!(check_child(&definition, [u64::MAX, at], None, "SUCCEEDED").await, "{at}");
        check_child(&definition, [4, at], None, "FAILED").await;
    }
    check(&definition, u64::MAX, None, "SUCCEEDED").await;
}

#[tokio::test(start_paused = true)]
async fn stops_of_waiting_executions_are_turns_of_their_own() {
    let wait = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 60, "End": true}}}"#;
    let timed = wait.replacen('{', r#"{"TimeoutSeconds": 30, "#, 1);
    assert!(!check(&timed, u64::MAX, None, "TIMED_OUT").await);
    let loaded = load(&Source::json(wait)).unwrap();
    let (program, hash) = (loaded.program, DefinitionHash::of(&loaded.machine));
    let (engine, journal) = (engine(Registry::new()).clock(Clock::real()).build(), MemoryJournal::new());
    let cancel = CancelToken::new();
    let run = engine.run_journalled(
        &program,
        &hash,
        Execution::new(json!({})).with_cancel(cancel.clone()),
        &journal,
    );
    let cancelled = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        cancel.cancel();
    };
    let (report, ()) = tokio::join!(run, cancelled);
    assert_eq!(report.unwrap().outcome.status(), "ABORTED");
    let JournalRecord::Turn(turn) = &journal.records()[1] else { panic!("{journal:?}") };
    assert_eq!(turn.news[0].of.to_string(), "0");
    assert_eq!(turn.at.since(journal_start(&journal)), Duration::from_secs(10));
}

fn journal_start(journal: &MemoryJournal) -> asl_value::Timestamp {
    match &journal.records()[0] {
        JournalRecord::Header(header) => header.started,
        other => panic!("{other:?}"),
    }
}

/// An execution that computed without end when its process ended can be stopped after it was resumed.
#[tokio::test(start_paused = true)]
async fn a_resumed_loop_can_be_stopped() {
    let limits = [None, Some(Duration::from_millis(200))];
    for (duration, status) in limits.into_iter().zip(["ABORTED", "TIMED_OUT"]) {
        let loaded = load(&Source::json(endless(600))).unwrap();
        let (program, hash) = (loaded.program, DefinitionHash::of(&loaded.machine));
        let engine = engine(Registry::new()).clock(Clock::virtual_time()).build();
        let limits = Limits { duration, ..Limits::unlimited() };
        let execution = Execution::new(json!({"n": 1})).with_limits(limits);
        let header =
            JournalHeader::new(hash.clone(), &execution, asl_value::Timestamp::EPOCH, Seed::new([7; 32]));
        let mut recorded = RecordedExecution::new(header);
        let cancel = CancelToken::new();
        if duration.is_none() {
            cancel.cancel();
        }
        let (observer, journal) = (Arc::new(stopping(u64::MAX, u64::MAX)), MemoryJournal::new());
        let execution = Execution::new(json!({})).with_cancel(cancel).with_observer(observer.clone());
        let resumed = engine.resume(&program, &hash, execution, recorded.clone(), &journal).await.unwrap();
        assert_eq!(resumed.outcome.status(), status);
        // It did again what its host may have seen.
        assert!(resumed.events > 100, "{}", resumed.events);
        journal.records().into_iter().for_each(|record| recorded.push(record).unwrap());
        let again = Arc::new(stopping(u64::MAX, u64::MAX));
        let execution = Execution::new(json!({})).with_observer(again.clone());
        let replayed = engine.replay(&program, &hash, execution, &recorded).await;
        let Ok(Replayed::Ended(replayed)) = replayed else { panic!("{replayed:?}") };
        assert_eq!(seen(&replayed, &again), seen(&resumed, &observer));
    }
}

/// A turn that begins after the deadline stops at its first check, in the process that records it and in those after it.
#[tokio::test(start_paused = true)]
async fn a_turn_after_the_deadline_stops_at_the_same_place_when_it_is_done_again() {
    let definition = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 2, "Next": "A"},
        "A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Wait", "Seconds": 60, "End": true}}}"#;
    let loaded = load(&Source::json(definition)).unwrap();
    let (program, hash) = (loaded.program, DefinitionHash::of(&loaded.machine));
    let start = asl_value::Timestamp::from_epoch_millis(1_767_225_600_000);
    let after = |seconds| start.plus(Duration::from_secs(seconds));
    let run = async |recorded: RecordedExecution, seconds| {
        let engine = engine(Registry::new()).clock(Clock::real().starting_at(after(seconds))).build();
        let (journal, observer) = (MemoryJournal::new(), Arc::new(stopping(u64::MAX, u64::MAX)));
        let execution = Execution::new(json!({})).with_observer(observer.clone());
        let report = engine.resume(&program, &hash, execution, recorded.clone(), &journal).await.unwrap();
        let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
        (recorded.to_lines() + &lines, seen(&report, &observer))
    };
    // The deadline in seconds, when the process begins in which it has passed, how many events there are.
    for (deadline, seconds, events) in [(0, 0, 2), (3, 10, 4)] {
        let execution = Execution::new(json!({"n": 1})).with_deadline(after(deadline));
        let engine = engine(Registry::new()).clock(Clock::real().starting_at(start)).build();
        let (journal, observer) = (MemoryJournal::new(), Arc::new(stopping(u64::MAX, u64::MAX)));
        let first = if seconds == 0 {
            let first = execution.with_observer(observer.clone());
            let report = engine.run_journalled(&program, &hash, first, &journal).await.unwrap();
            let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
            (lines, seen(&report, &observer))
        } else {
            let header = JournalHeader::new(hash.clone(), &execution, start, Seed::new([7; 32]));
            run(RecordedExecution::new(header), seconds).await
        };
        let recorded = RecordedExecution::parse(&first.0).unwrap();
        let is_midway =
            |learned: &Learned| matches!(learned, Learned::Stopped(stopped) if stopped.after.is_some());
        assert!(recorded.turns.last().is_some_and(|turn| is_midway(&turn.news[0].learned)), "{}", first.0);
        assert_eq!(recorded.end.as_ref().map(|end| end.events), Some(events), "{}", first.0);
        for turns in 0..=recorded.turns.len() {
            let mut prefix = recorded.clone();
            prefix.turns.truncate(turns);
            prefix.end = None;
            let again = run(prefix, seconds).await;
            assert_eq!(again, first, "after {turns} turns");
        }
    }
}

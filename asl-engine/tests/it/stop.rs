//! Executions that are ended from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use asl_engine::{
    CancelToken, Clock, Event, EventKind, Execution, Failure, HistoryRecorder, Limits, Observer, Outcome,
    Registry, task_fn,
};
use asl_value::{Timestamp, Value, json};

use crate::{engine, program};

/// Loops without ever waiting.
const LOOP: &str = r#"{"StartAt": "A", "States": {
    "A": {"Type": "Choice", "Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "C"}], "Default": "B"},
    "B": {"Type": "Pass", "Next": "A"},
    "C": {"Type": "Succeed"}}}"#;

const WAIT: &str = r#"{"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 3600, "End": true}}}"#;

fn unlimited(input: Value) -> Execution {
    Execution::new(input).with_limits(Limits::unlimited())
}

#[tokio::test]
async fn a_loop_without_a_task_ends_at_its_deadline() {
    let begun = std::time::Instant::now();
    for clock in [Clock::real(), Clock::virtual_time()] {
        let now: Timestamp = std::time::SystemTime::now().into();
        let execution = unlimited(json!({})).with_deadline(now.plus(Duration::from_millis(50)));
        let report = engine(Registry::new()).clock(clock).build().run(&program(LOOP), execution).await;
        let failure = report.outcome.failure().unwrap();
        assert!(matches!(report.outcome, Outcome::TimedOut(_)));
        let cause = failure.cause.as_deref().unwrap();
        assert!(cause.starts_with("the deadline of the execution passed in state `"), "{cause}");
        assert!(report.transitions > 0);
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "the deadline was not looked at");
}

/// Nothing in the state takes long, but all of it together would take minutes.
#[tokio::test]
async fn a_state_of_many_paths_ends_at_its_deadline() {
    let fields: Vec<String> =
        (0..4_000).map(|n| format!(r#""f{n}.$": "$..[?(@.a == 1 || @.b == 2)]""#)).collect();
    let fields = fields.join(", ");
    let definition = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Pass", "Parameters": {{{fields}}}, "End": true}}}}}}"#
    );
    let items: Value = (0..100_000).map(|n| json!({"n": (n)})).collect();
    let begun = std::time::Instant::now();
    let now: Timestamp = std::time::SystemTime::now().into();
    let execution = unlimited(items).with_deadline(now.plus(Duration::from_millis(50)));
    let report = engine(Registry::new()).build().run(&program(&definition), execution).await;
    assert!(matches!(report.outcome, Outcome::TimedOut(_)), "{:?}", report.outcome);
    assert!(begun.elapsed() < Duration::from_secs(20), "the deadline was not looked at");
}

/// Nobody stops it, and nothing in it takes long. Each item of a Map may take as much.
#[tokio::test]
async fn a_state_computes_only_so_much() {
    let fields: Vec<String> = (0..800).map(|n| format!(r#""f{n}.$": "States.ArrayLength($.l)""#)).collect();
    let list: Value = (0..30_000).map(Value::from).collect();
    let (many, few) = (fields.join(", "), fields[..300].join(", "));
    let rule = r#"{"Variable": "$.t", "StringMatches": "*y", "Next": "Z"}"#;
    let rules = vec![rule; 4_000].join(", ");
    let map = |selector: &str| {
        format!(
            r#""Type": "Map", "ItemsPath": "$.i", "ItemSelector": {{{selector}}}, "ResultPath": null,
            "ItemProcessor": {{"StartAt": "P", "States": {{"P": {{"Type": "Pass", "Result": 1, "End": true}}}}}}"#
        )
    };
    let pass = |place: &str, fields: &str| format!(r#""Type": "Pass", "{place}": {{{fields}}}"#);
    for (state, is_allowed) in [
        (pass("Parameters", &many), false),
        (pass("Assign", &many), false),
        (pass("Parameters", &few), true),
        (format!(r#""Type": "Choice", "Choices": [{rules}], "Default": "Z""#), false),
        (map(&many), false),
        (map(&few), true),
    ] {
        let end = if state.contains("Choice") { "" } else { r#", "Next": "Z""# };
        let definition =
            format!(r#"{{"StartAt": "A", "States": {{"A": {{{state}{end}}}, "Z": {{"Type": "Succeed"}}}}}}"#);
        let input = json!({"l": (list.clone()), "i": [1, 2, 3], "t": "x".repeat(250_000)});
        let report = engine(Registry::new()).build().run(&program(&definition), unlimited(input)).await;
        let failure = report.outcome.failure();
        assert_eq!(failure.is_none(), is_allowed, "{failure:?}");
        if let Some(failure) = failure {
            let cause = failure.cause.as_deref().unwrap();
            assert_eq!(failure.error.as_deref(), Some("States.Runtime"));
            assert!(cause.ends_with("of the state take more than 30000000 steps."), "{cause}");
        }
    }
}

/// A transition takes virtual time, so that the five minutes of an EXPRESS execution pass.
#[tokio::test]
async fn a_loop_without_a_task_ends_in_virtual_time() {
    let engine = engine(Registry::new()).clock(Clock::virtual_time()).build();
    let execution = Execution::new(json!({})).with_limits(Limits::express());
    let report = engine.run(&program(LOOP), execution).await;
    assert!(matches!(report.outcome, Outcome::TimedOut(_)), "{:?}", report.outcome);
    // Real time passes, too.
    assert!((1..=301_000).contains(&report.transitions), "{}", report.transitions);
}

#[tokio::test]
async fn a_deadline_in_the_past_ends_it_before_anything_is_done() {
    let past = Timestamp::EPOCH;
    let report =
        engine(Registry::new()).build().run(&program(WAIT), unlimited(json!({})).with_deadline(past)).await;
    assert!(matches!(report.outcome, Outcome::TimedOut(_)));
    assert_eq!((report.transitions, report.state), (0, None));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_execution_is_aborted_wherever_it_is() {
    let history = Arc::new(HistoryRecorder::new());
    let token = CancelToken::new();
    let (engine, program) = (engine(Registry::new()).clock(Clock::real()).build(), program(WAIT));
    let execution = unlimited(json!({})).with_cancel(token.clone()).with_observer(history.clone());
    let run = engine.run(&program, execution);
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(10)).await;
        token.cancel_with(Failure::new("Stopped", "by hand"));
        token.cancel_with(Failure::from_parts(Some("Later".into()), None));
    };
    let (report, ()) = tokio::join!(run, cancel);
    assert_eq!(report.outcome, Outcome::Aborted(Failure::new("Stopped", "by hand")));
    assert_eq!(report.state.as_deref(), Some("W"));
    // Recorded: what was running leaves no event, and the end follows nothing.
    let events = history.events();
    let names: Vec<(&str, u64)> = events.iter().map(|event| (event.kind.name(), event.previous_id)).collect();
    assert_eq!(names, [("ExecutionStarted", 0), ("WaitStateEntered", 0), ("ExecutionAborted", 0)]);
}

#[tokio::test]
async fn a_loop_without_a_task_can_be_cancelled() {
    let token = CancelToken::new();
    token.cancel();
    let (engine, program) = (engine(Registry::new()).build(), program(LOOP));
    let report = engine.run(&program, unlimited(json!({})).with_cancel(token)).await;
    assert_eq!(report.outcome, Outcome::Aborted(Failure::from_parts(None, None)));
}

/// The second of an evaluation is not waited for, and its failure is not the state's, which would catch it.
#[cfg(feature = "jsonata")]
#[tokio::test]
async fn an_evaluation_ends_with_its_execution() {
    let definition = r#"{"QueryLanguage": "JSONata", "StartAt": "A", "States": {
        "A": {"Type": "Parallel", "Branches": [{"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}],
              "Output": "{% ($f := function($n){ $f($n + 1) }; $f(0)) %}",
              "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "C"}], "End": true},
        "C": {"Type": "Pass", "End": true}}}"#;
    let program = program(definition);
    let now: Timestamp = std::time::SystemTime::now().into();
    let execution = unlimited(json!({})).with_deadline(now.plus(Duration::from_millis(50)));
    let report = engine(Registry::new()).build().run(&program, execution).await;
    assert!(matches!(report.outcome, Outcome::TimedOut(_)), "{:?}", report.outcome);
    assert_eq!(report.state.as_deref(), Some("A"));

    let token = CancelToken::new();
    let execution = unlimited(json!({})).with_cancel(token.clone());
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        token.cancel_with(Failure::from_parts(None, Some("stopped".into())));
    });
    let report = engine(Registry::new()).build().run(&program, execution).await;
    assert_eq!(report.outcome, Outcome::Aborted(Failure::from_parts(None, Some("stopped".into()))));
    canceller.join().unwrap();
}

/// Each value is within the limits of an evaluation; all together would be gigabytes.
#[cfg(feature = "jsonata")]
#[tokio::test]
async fn a_template_ends_when_it_is_too_large() {
    let values: asl_value::Object =
        (0..1_000).map(|n| (format!("v{n}"), json!("{% $pad('', 600000, 'x') %}"))).collect();
    let state = json!({"Type": "Pass", "Output": Value::Object(values), "End": true});
    let definition = json!({"QueryLanguage": "JSONata", "StartAt": "A", "States": {"A": state}});
    let execution = Execution::new(json!({})).with_limits(Limits::standard());
    let report = engine(Registry::new()).build().run(&program(&definition.to_json()), execution).await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
}

#[tokio::test(start_paused = true)]
async fn one_token_cancels_many_executions() {
    let token = CancelToken::new();
    let (engine, program) = (engine(Registry::new()).clock(Clock::real()).build(), program(WAIT));
    let runs = (0..50).map(|_| engine.run(&program, unlimited(json!({})).with_cancel(token.clone())));
    let cancel = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        token.cancel();
    };
    let (reports, ()) = tokio::join!(futures_util::future::join_all(runs), cancel);
    assert!(reports.iter().all(|report| matches!(report.outcome, Outcome::Aborted(_))));
}

#[tokio::test(start_paused = true)]
async fn dropping_an_execution_drops_its_tasks() {
    struct OnDrop(Arc<AtomicUsize>);
    impl Drop for OnDrop {
        fn drop(&mut self) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
    let dropped = Arc::new(AtomicUsize::new(0));
    let guard = Arc::clone(&dropped);
    let tasks = Registry::new().function(
        "never",
        task_fn(move |_: Value| {
            let guard = OnDrop(Arc::clone(&guard));
            async move {
                std::future::pending::<()>().await;
                drop(guard);
                Ok::<_, Failure>(Value::Null)
            }
        }),
    );
    let definition = r#"{"StartAt": "M", "States": {"M": {"Type": "Map", "End": true, "ItemProcessor": {"StartAt": "T",
        "States": {"T": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:never", "End": true}}}}}}"#;
    let (engine, program) = (engine(tasks).clock(Clock::real()).build(), program(definition));
    let run = engine.run(&program, unlimited(json!([1, 2, 3])));
    assert!(tokio::time::timeout(Duration::from_secs(5), run).await.is_err());
    assert_eq!(dropped.load(Ordering::Relaxed), 3);
}

#[tokio::test]
async fn an_input_over_the_limit_is_refused() {
    let input = json!({"text": "x".repeat(300_000)});
    let report = engine(Registry::new()).build().run(&program(WAIT), Execution::new(input)).await;
    let failure = report.outcome.failure().unwrap();
    assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
    assert_eq!(report.transitions, 0);
}

/// Cancels the execution when its first iteration starts, and counts the iterations that start.
#[derive(Default)]
struct CancelsAtFirst {
    token: CancelToken,
    started: AtomicUsize,
}

impl Observer for CancelsAtFirst {
    fn on_event(&self, event: Event) {
        if matches!(event.kind, EventKind::MapIterationStarted { .. }) {
            self.token.cancel();
            self.started.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// Selectors may take long, and a state may start forty iterations at once.
#[tokio::test]
async fn a_map_starts_no_iterations_after_the_end() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Map", "ItemSelector": {"x.$": "$"}, "End": true,
        "ItemProcessor": {"StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}}}"#;
    let observer = Arc::new(CancelsAtFirst::default());
    let items: Value = (0..40).map(Value::from).collect();
    let execution = unlimited(items).with_cancel(observer.token.clone()).with_observer(observer.clone());
    let report = engine(Registry::new()).build().run(&program(definition), execution).await;
    assert!(matches!(report.outcome, Outcome::Aborted(_)), "{:?}", report.outcome);
    let started = observer.started.load(Ordering::Relaxed);
    assert!((1..=8).contains(&started), "{started}");
}

/// An observer whose limit is five events.
struct Impatient(HistoryRecorder, CancelToken);

impl Observer for Impatient {
    fn on_event(&self, event: Event) {
        if event.id == 5 {
            self.1.fail(Failure::new("States.DataLimitExceeded", "enough"));
        }
        self.0.on_event(event);
    }
}

#[tokio::test]
async fn a_host_fails_an_execution_and_nothing_catches_it() {
    let definition = format!(
        r#"{{"StartAt": "P", "States": {{"P": {{"Type": "Parallel", "Branches": [{LOOP}], "End": true,
            "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "D"}}]}}, "D": {{"Type": "Succeed"}}}}}}"#
    );
    let cancel = CancelToken::new();
    let observer = Arc::new(Impatient(HistoryRecorder::new(), cancel.clone()));
    let execution = unlimited(json!({})).with_cancel(cancel).with_observer(observer.clone());
    let report = engine(Registry::new()).build().run(&program(&definition), execution).await;
    assert_eq!(report.outcome, Outcome::Failed(Failure::new("States.DataLimitExceeded", "enough")));
    let events = observer.0.events();
    let last = events.last().unwrap();
    assert_eq!((last.kind.name(), last.previous_id), ("ExecutionFailed", last.id - 1));
}

/// Children of children compute without ever waiting: none of them outlives the execution.
#[tokio::test]
async fn children_end_with_their_parent() {
    let map = |inner: String| {
        format!(
            r#"{{"Type": "Map", "ItemsPath": "$.items", "End": true, "ItemSelector": {{"items.$": "$.items"}},
            "ItemProcessor": {{"ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}}, {inner}}}}}"#
        )
    };
    let inner = r#""StartAt": "D", "States": {"D": {"Type": "Pass", "End": true}}"#.to_owned();
    let definition = ["C", "B", "A"]
        .iter()
        .fold(inner, |inner, name| format!(r#""StartAt": "{name}", "States": {{"{name}": {}}}"#, map(inner)));
    let program = program(&format!("{{{definition}}}"));
    let items: Value = (0..200).map(Value::from).collect();
    let token = CancelToken::new();
    let execution = unlimited(json!({"items": items})).with_cancel(token.clone());
    let canceller = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(50));
        token.cancel();
    });
    // Eight million executions, or as many as fit into a moment.
    let report = engine(Registry::new()).build().run(&program, execution).await;
    assert!(matches!(report.outcome, Outcome::Aborted(_)), "{:?}", report.outcome);
    canceller.join().unwrap();
}

/// The selector of a batch computes on a large string until the time is over.
#[tokio::test]
async fn an_interrupted_selector_is_not_a_failure() {
    let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Map", "ItemsPath": "$.items", "End": true,
        "ItemSelector": {"x.$": "States.ArrayLength(States.StringSplit($.text, 'x'))"},
        "ItemBatcher": {"MaxItemsPerBatch": 10},
        "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "B", "States": {"B": {"Type": "Pass", "End": true}}}}}}"#;
    let items: Value = (0..20_000).map(Value::from).collect();
    let input = json!({"items": items, "text": "yx".repeat(50_000)});
    let now: Timestamp = std::time::SystemTime::now().into();
    let execution = unlimited(input).with_deadline(now.plus(Duration::from_millis(100)));
    let report = engine(Registry::new()).build().run(&program(definition), execution).await;
    assert!(matches!(report.outcome, Outcome::TimedOut(_)), "{:?}", report.outcome);
}

//! Executions of a machine: their quotas, how they continue as new, and the clocks of callbacks.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_durable::{
    ContinueEvent, Continues, DurableAnswer, DurableApi, DurableEnd, DurableEvent, DurableLog, DurableRun,
    Emulated, Emulator, ErrorObject, Faults, Functions, OperationDetails,
};
use asl_engine::{
    CancelToken, ChildEnd, Clock, DefinitionHash, Engine, Event, Execution, Failure, Limits, Observer,
    Registry, Task, TaskHandler, load, task_fn,
};
use asl_model::Source;
use asl_value::{Value, json};
use futures_util::FutureExt;

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// A machine on the service.
struct Machine {
    service: Arc<Emulator>,
    source: Source,
    tasks: Registry,
    continue_at: Option<u64>,
    events: Arc<Events>,
}

/// The numbers of the events that were reported, in order.
#[derive(Default)]
struct Events(Mutex<Vec<u64>>);

impl Observer for Events {
    fn on_event(&self, event: Event) {
        self.0.lock().unwrap().push(event.id);
    }
}

impl Machine {
    async fn run(self, input: &str) -> (Emulated, Vec<u64>, usize) {
        let machine = Arc::new(self);
        let (service, again) = (Arc::clone(&machine.service), Arc::clone(&machine));
        let invoke = move |event: Value| {
            let machine = Arc::clone(&again);
            async move { machine.invoke(event).await }.boxed()
        };
        service.register_durable("own", invoke.clone());
        let ended = service.run("run", input.into(), invoke).await;
        let events = machine.events.0.lock().unwrap().clone();
        (ended, events, service.executions().len())
    }

    async fn invoke(&self, event: Value) -> Result<Value, Failed> {
        let event = DurableEvent::read(&event).ok_or("not a durable event")??;
        let api: Arc<dyn DurableApi> = self.service.clone();
        let log = Arc::new(DurableLog::open(api, event).await?);
        let input = Value::parse(&log.input().unwrap_or_default())?;
        let loaded = load(&self.source)?;
        let clock = Clock::real().starting_at(self.service.now());
        let engine = Engine::builder().tasks(self.tasks.clone()).clock(clock).build();
        let service = Arc::clone(&self.service);
        let event = ContinueEvent::read(&input).transpose()?;
        let run = DurableRun {
            engine: &engine,
            program: &loaded.program,
            definition: &DefinitionHash::of(&loaded.machine),
            functions: Functions::default().with_own("own"),
            continues: self.continue_at.map(|at| Continues { at, host: Value::Null }),
            from: event.as_ref(),
            observer: self.events.clone(),
            cancel: CancelToken::new(),
            now: Arc::new(move || service.now()),
            until: None,
        };
        let execution = Execution::new(input).with_limits(Limits::standard());
        let ended = run.run(execution, log).await?;
        let end = match ended {
            DurableEnd::Ended(report) => ChildEnd::of(&report),
            DurableEnd::Continued(end) => *end,
            _ => return Ok(DurableAnswer::Pending.to_value()),
        };
        let answer = match (event, end.outcome.failure(), end.outcome.output()) {
            (Some(_), ..) => DurableAnswer::Succeeded(end.to_value().to_json().into()),
            (None, None, output) => DurableAnswer::Succeeded(output.unwrap().to_json().into()),
            (None, Some(failure), _) => {
                let text = |text: &Option<asl_value::Text>| text.clone().unwrap_or_default();
                DurableAnswer::Failed(ErrorObject::new(text(&failure.error), text(&failure.cause)))
            }
        };
        Ok(answer.to_value())
    }
}

/// Calls a task as often as its input says, one after the other, and then succeeds.
const LOOP: &str = r#"{"StartAt": "Once", "States": {
    "Once": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:less", "Next": "Done?"},
    "Done?": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThanEquals": 0, "Next": "Done"}], "Default": "Once"},
    "Done": {"Type": "Succeed"}
}}"#;

fn machine(definition: &str, tasks: Registry, continue_at: Option<u64>) -> Machine {
    let source = Source::json(definition.to_owned());
    let (service, events) = (Arc::new(Emulator::default()), Arc::default());
    Machine { service, source, tasks, continue_at, events }
}

fn less(calls: &Arc<AtomicU64>) -> Registry {
    let calls = Arc::clone(calls);
    let less = move |input: Value| {
        calls.fetch_add(1, Ordering::Relaxed);
        async move { Ok::<_, Failure>(json!({"n": (input["n"].as_i64().unwrap_or_default() - 1)})) }
    };
    Registry::new().function("less", task_fn(less))
}

#[tokio::test(start_paused = true)]
async fn without_the_setting_an_execution_fails_before_the_quota() {
    let calls = Arc::default();
    let (ended, ..) = machine(LOOP, less(&calls), None).run(r#"{"n": 4000}"#).await;
    let error = ended.error.unwrap();
    assert_eq!((ended.status.as_str(), error.error_type.as_deref()), ("FAILED", Some("States.Runtime")));
    let message = error.message.unwrap();
    assert!(message.starts_with("a durable execution may have 3000 operations"), "{message}");
    assert!(ended.operations.len() < 3_000, "{}", ended.operations.len());
}

#[tokio::test(start_paused = true)]
async fn with_it_an_execution_goes_on_and_its_history_has_no_break() {
    let calls = Arc::<AtomicU64>::default();
    let (ended, events, executions) = machine(LOOP, less(&calls), Some(1_000)).run(r#"{"n": 3200}"#).await;
    assert_eq!((ended.status.as_str(), ended.result.as_deref()), ("SUCCEEDED", Some(r#"{"n":0}"#)));
    assert_eq!((calls.load(Ordering::Relaxed), executions), (3_200, 4));
    // Each once.
    let expected: Vec<u64> = (1..=events.len() as u64).collect();
    assert!(
        events == expected,
        "{:?}",
        events.iter().zip(&expected).find(|(found, expected)| found != expected)
    );
    let last = ended.operations.last().unwrap();
    assert!(matches!(last.details, OperationDetails::ChainedInvoke { .. }), "{last:?}");
    assert!(ended.sent_bytes < 4_000_000, "{}", ended.sent_bytes);
}

/// Sends its token to somebody who answers after a time, and shows until then that he is alive.
struct Slow {
    service: Arc<Emulator>,
    beats: u64,
}

#[async_trait::async_trait]
impl TaskHandler for Slow {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let (service, beats) = (Arc::clone(&self.service), self.beats);
        let token = task.token.as_ref().unwrap().to_string();
        tokio::spawn(async move {
            for _ in 0..beats {
                tokio::time::sleep(Duration::from_secs(3)).await;
                let _ = service.beat_callback(&token);
            }
            tokio::time::sleep(Duration::from_secs(3)).await;
            let _ = service.succeed_callback(&token, r#""answered""#.into());
        });
        task.submitted(json!({}));
        std::future::pending().await
    }
}

/// A callback, and at the same time a task that takes a minute, so that the invocation does not end.
const BESIDE: &str = r#"{"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"T.$": "$$.Task.Token"}, "HeartbeatSeconds": 5, "TimeoutSeconds": 100, "End": true}}},
    {"StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true}}}
]}}}"#;

async fn beside(beats: u64, continue_at: Option<u64>) -> (Emulated, Vec<u64>, usize) {
    let mut beside = machine(BESIDE, Registry::new(), continue_at);
    let work = task_fn(|_: Value| async {
        tokio::time::sleep(Duration::from_secs(60)).await;
        Ok::<_, Failure>(json!("worked"))
    });
    let slow = Slow { service: Arc::clone(&beside.service), beats };
    beside.tasks = Registry::new().function("work", work).service("sqs", "sendMessage", slow);
    beside.run("{}").await
}

/// The service keeps the clocks of a callback: heartbeats go to it, and not to the function.
#[tokio::test(start_paused = true)]
async fn heartbeats_count_while_other_work_goes_on() {
    let (ended, ..) = beside(10, None).await;
    assert_eq!(
        (ended.status.as_str(), ended.result.as_deref()),
        ("SUCCEEDED", Some(r#"["answered","worked"]"#))
    );
}

#[tokio::test(start_paused = true)]
async fn missed_heartbeats_and_timeouts_have_their_names() {
    let caught = r#", "Catch": [{"ErrorEquals": ["States.HeartbeatTimeout"], "Next": "Missed"}], "End": true}, "Missed": {"Type": "Fail", "Error": "Missed"}"#;
    let missed = BESIDE.replacen(r#", "End": true}}}"#, &format!("{caught}}}}}"), 1);
    let late = BESIDE.replace(r#""HeartbeatSeconds": 5, "TimeoutSeconds": 100"#, r#""TimeoutSeconds": 30"#);
    for (definition, expect) in [(missed, "Missed"), (late, "States.Timeout")] {
        let work = task_fn(|_: Value| async { Ok::<_, Failure>(json!(1)) });
        let tasks = Registry::new().function("work", work).service("sqs", "sendMessage", Silent);
        let (ended, ..) = machine(&definition, tasks, None).run("{}").await;
        let error = ended.error.and_then(|error| error.error_type);
        assert_eq!((ended.status.as_str(), error.as_deref()), ("FAILED", Some(expect)));
    }
}

/// Sends its token to nobody.
struct Silent;

#[async_trait::async_trait]
impl TaskHandler for Silent {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        task.submitted(json!({}));
        std::future::pending().await
    }
}

/// A snapshot that fits into a payload, but as an update not into a checkpoint, leaves the execution as it is.
#[tokio::test(start_paused = true)]
async fn a_snapshot_that_is_too_large_is_not_handed_over() {
    let waits = r#"{"StartAt": "First", "States": {"First": {"Type": "Wait", "Seconds": 2, "Next": "Second"},
        "Second": {"Type": "Wait", "Seconds": 2, "Next": "Third"}, "Third": {"Type": "Wait", "Seconds": 2, "End": true}}}"#;
    // Its quotes are escaped twice: in the payload, and in the update.
    let input = Value::from("\"".repeat(120_000)).to_json();
    let (ended, _, executions) = machine(waits, Registry::new(), Some(3)).run(&input).await;
    assert_eq!((ended.status.as_str(), executions), ("SUCCEEDED", 1), "{:?}", ended.error);
}

/// The answer to the checkpoint that begins the next execution may say that it has failed: nothing wakes this one then.
#[tokio::test(start_paused = true)]
async fn a_next_execution_that_is_refused_at_once_ends_this_one() {
    // With a callback that is open, there is a mailbox, too.
    for definition in [LOOP, BESIDE_WAITS] {
        let mut machine = machine(definition, less(&Arc::default()), Some(3));
        machine.tasks = machine.tasks.service("sqs", "sendMessage", Silent);
        let faults = Faults { refused_functions: vec!["own".to_owned()], ..Faults::default() };
        machine.service = Arc::new(Emulator::default().with_faults(faults));
        let (ended, _, executions) = machine.run(r#"{"n": 9}"#).await;
        let error = ended.error.unwrap();
        let found =
            (ended.status.as_str(), error.error_type.as_deref(), error.message.as_deref(), executions);
        let expect = ("FAILED", Some("AccessDeniedException"), Some("the function `own` is refused"), 1);
        assert_eq!(found, expect);
    }
}

/// A callback, and at the same time waits, during which the execution continues as new.
const BESIDE_WAITS: &str = r#"{"StartAt": "Both", "States": {"Both": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "Ask", "States": {"Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"T.$": "$$.Task.Token"}, "End": true}}},
    {"StartAt": "First", "States": {"First": {"Type": "Wait", "Seconds": 2, "Next": "Second"},
      "Second": {"Type": "Wait", "Seconds": 2, "Next": "Third"}, "Third": {"Type": "Wait", "Seconds": 2, "End": true}}}
]}}}"#;

/// The earlier execution's callback has the clocks, so the next one need not be woken at each of them.
#[tokio::test(start_paused = true)]
async fn a_callback_that_stays_behind_keeps_its_clocks() {
    let clocks = r#"{"T.$": "$$.Task.Token"}, "HeartbeatSeconds": 5, "TimeoutSeconds": 200"#;
    let definition = BESIDE_WAITS.replace(r#"{"T.$": "$$.Task.Token"}"#, clocks);
    for (beats, expect) in [(20, ("SUCCEEDED", None)), (0, ("FAILED", Some("States.Timeout")))] {
        let mut machine = machine(&definition, Registry::new(), Some(3));
        let service = Arc::clone(&machine.service);
        machine.tasks = match beats {
            0 => Registry::new().service("sqs", "sendMessage", Silent),
            beats => {
                Registry::new().service("sqs", "sendMessage", Slow { service: Arc::clone(&service), beats })
            }
        };
        let (ended, _, executions) = machine.run("{}").await;
        let error = ended.error.and_then(|error| error.error_type);
        assert_eq!((ended.status.as_str(), error.as_deref()), expect);
        assert!(executions >= 2, "{executions}");
        let all = service.executions().into_iter().flat_map(|name| service.operations(&name));
        let woken = all.filter(|operation| {
            let is_wait = matches!(operation.details, OperationDetails::Wait { .. });
            is_wait && operation.name.as_ref().is_some_and(|name| *name == "Ask")
        });
        assert_eq!(woken.count(), 0);
    }
}

/// An open callback stays with the execution that began it, whose sender notices nothing.
#[tokio::test(start_paused = true)]
async fn an_open_callback_is_answered_in_the_next_execution() {
    let mut machine = machine(BESIDE_WAITS, Registry::new(), Some(3));
    let slow = Slow { service: Arc::clone(&machine.service), beats: 10 };
    machine.tasks = Registry::new().service("sqs", "sendMessage", slow);
    let (ended, events, executions) = machine.run("{}").await;
    assert_eq!(
        (ended.status.as_str(), ended.result.as_deref()),
        ("SUCCEEDED", Some(r#"["answered",{}]"#)),
        "{ended:#?}"
    );
    assert!(executions > 2, "{executions}");
    assert_eq!(events, (1..=events.len() as u64).collect::<Vec<_>>());
}

//! Tasks that call services: each call is made once, however often one goes back.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_debug::{Beginning, Calls, Launch, Launched, Launcher, Listing, Live, LiveStorage};
use asl_engine::{
    DefinitionHash, Failure, ObjectPage, ObjectStore, Registry, Task, TaskHandler, TaskRefusal, load,
};
use asl_model::{Excerpt, ExecutionType, Resource, Source};
use asl_value::{Object, Text, Value, json};
use async_trait::async_trait;
use serde_json::json as message;

use crate::support::{Client, check_all};

/// A service in real time: it waits as long as its arguments say, and notes its calls.
#[derive(Clone, Default)]
struct Service {
    calls: Arc<Mutex<Vec<String>>>,
    cut_off: Arc<AtomicUsize>,
    reads: Arc<AtomicUsize>,
}

struct CutOff<'a>(&'a AtomicUsize, bool);

impl Drop for CutOff<'_> {
    fn drop(&mut self) {
        if !self.1 {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

#[async_trait]
impl TaskHandler for Service {
    fn check(&self, _: &str, _: &Resource, _: &mut Value) -> Result<(), TaskRefusal> {
        Ok(())
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let number = {
            let mut calls = self.calls.lock().unwrap();
            calls.push(format!("{} {}", task.state, task.arguments.to_json()));
            calls.len()
        };
        let mut cut_off = CutOff(&self.cut_off, false);
        let millis = task.arguments["wait"].as_i64().unwrap_or_default().unsigned_abs();
        tokio::time::sleep(Duration::from_millis(millis)).await;
        cut_off.1 = true;
        match task.arguments["fail"].as_str() {
            Some(error) if number == 1 => Err(Failure::new(error, "the first call fails")),
            _ => Ok(json!({"call": number})),
        }
    }
}

#[async_trait]
impl ObjectStore for Service {
    async fn get(&self, _: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(b"[1, 2]".to_vec())
    }
    async fn put(&self, _: &Object, _: String) -> Result<(), Failure> {
        Ok(())
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

/// Launches a machine whose tasks call the service.
struct LiveExample(&'static str, Service);

impl Launcher for LiveExample {
    fn launch(&mut self, launch: &Launch) -> Result<Launched, String> {
        let source = Source::json(self.0);
        let loaded = load(&source).map_err(|error| error.to_string())?;
        let listing = Listing::new("main", &loaded.machine, &Excerpt::of(source), launch.program.clone());
        let live = Live {
            execution: Beginning {
                machine: "main".into(),
                program: loaded.program,
                definition: DefinitionHash::of(&loaded.machine),
                kind: ExecutionType::Standard,
                input: launch.input.clone().unwrap_or_else(|| json!({})),
                seed: 1,
                start: None,
            },
            region: "us-east-1".into(),
            account: "123456789012".into(),
            calls: Some(Calls::new(Arc::new(self.1.clone())).map_err(|error| error.to_string())?),
            tasks: Box::new(|live| Registry::new().fallback(Relayed(live.unwrap()))),
            storage: Some(LiveStorage::Service(Arc::new(self.1.clone()))),
        };
        Ok(Launched { debuggee: Arc::new(live), listings: vec![listing], notes: Vec::new() })
    }
}

struct Relayed(Arc<dyn TaskHandler>);

#[async_trait]
impl TaskHandler for Relayed {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        self.0.call(task).await
    }
}

/// Drives a session, and returns the calls that the service has got.
#[track_caller]
fn check(definition: &'static str, input: &str, script: &[(&str, &str)]) -> (Vec<String>, Service) {
    let service = Service::default();
    let options = message!({"stopOnEntry": true, "stopAtEnd": true});
    let mut client = Client::launched(LiveExample(definition, service.clone()), input, options);
    check_all(&mut client, script);
    let calls = service.calls.lock().unwrap().clone();
    (calls, service)
}

const CHAIN: &str = r#"{"StartAt": "One", "States": {
  "One": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultPath": "$.one",
    "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60}], "Next": "Two"},
  "Two": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultPath": "$.two", "Next": "Done"},
  "Done": {"Type": "Succeed"}}}"#;

#[test]
fn calls_are_made_once() {
    let (calls, _) = check(
        CHAIN,
        r#"{"fail": "Busy"}"#,
        &[
            ("start", "entry main One (Task, entry)@2"),
            ("next", "step main Two (Task, entry)@4"),
            ("print $.one.call", "2"),
            ("next", "step main Done (Succeed, entry)@5"),
            ("print $.two.call", "3"),
            ("stepBack", "step main Two (Task, entry)@4"),
            ("stepBack", "step main One (Task, entry)@2"),
            ("next", "step main Two (Task, entry)@4"),
            ("print $.one.call", "2"),
            ("reverseContinue", "entry main One (Task, entry)@2"),
            ("continue", "end main Done (Succeed, exit)@5"),
            ("print $.two.call", "3"),
            ("goto 4", "goto main Two (Task, entry)@4"),
            ("next", "step main Done (Succeed, entry)@5"),
            ("print $.two.call", "3"),
        ],
    );
    assert_eq!(calls.len(), 3, "one, its retry and two: {calls:?}");
}

#[test]
fn a_change_makes_new_calls_for_new_arguments_only() {
    let (calls, _) = check(
        CHAIN,
        "{}",
        &[
            ("start", "entry main One (Task, entry)@2"),
            ("next", "step main Two (Task, entry)@4"),
            ("next", "step main Done (Succeed, entry)@5"),
            ("stepBack", "step main Two (Task, entry)@4"),
            ("set input.other = 1", "1"),
            ("next", "step main Done (Succeed, entry)@5"),
            ("print $.two.call", "3"),
            ("stepBack", "step main Two (Task, entry)@4"),
            ("stepBack", "step main One (Task, entry)@2"),
            ("continue", "end main Done (Succeed, exit)@5"),
            ("print $.two.call", "3"),
            // A restart makes all calls again.
            ("restart", "entry main One (Task, entry)@2"),
            ("next", "step main Two (Task, entry)@4"),
            ("print $.one.call", "4"),
        ],
    );
    assert_eq!(calls.len(), 4, "{calls:?}");
}

const FAN: &str = r#"{"StartAt": "Fan", "States": {
  "Fan": {"Type": "Parallel", "End": true, "Branches": [
    {"StartAt": "Slow", "States": {
      "Slow": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Parameters": {"wait": 600}, "Next": "A"},
      "A": {"Type": "Pass", "End": true}}},
    {"StartAt": "Fast", "States": {
      "Fast": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Parameters": {"wait": 20}, "Next": "B"},
      "B": {"Type": "Pass", "Next": "C"},
      "C": {"Type": "Pass", "End": true}}}]}}}"#;

/// One goes back while a call is in flight: it is not cut off, and not made again. The order of answers stays.
#[test]
fn calls_in_flight_survive_a_way_back() {
    let (calls, service) = check(
        FAN,
        "{}",
        &[
            (r#"states [{"name": "B"}, {"name": "A"}]"#, "8 state `B`; 5 state `A`"),
            ("start", "entry main Fan (Parallel, entry)@2"),
            ("continue", "function breakpoint Fan[1] B (Pass, entry)@8"),
            ("stepBack", "step Fan[1] Fast (Task, entry)@7"),
            ("stepBack", "step main Fan (Parallel, entry)@2"),
            ("continue", "function breakpoint Fan[1] B (Pass, entry)@8"),
            ("next", "step Fan[1] C (Pass, entry)@9"),
            ("continue", "function breakpoint Fan[0] A (Pass, entry)@5"),
            ("stepBack", "step Fan[0] Slow (Task, entry)@4"),
            ("continue", "function breakpoint Fan[1] B (Pass, entry)@8"),
            ("continue", "function breakpoint Fan[0] A (Pass, entry)@5"),
            ("continue", "end main Fan (Parallel, exit)@2"),
        ],
    );
    assert_eq!(calls.len(), 2, "{calls:?}");
    assert_eq!(service.cut_off.load(Ordering::Relaxed), 0);
}

const TIMED: &str = r#"{"StartAt": "Wait", "States": {
  "Wait": {"Type": "Wait", "Seconds": 86400, "Next": "Slow"},
  "Slow": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "TimeoutSeconds": 1,
    "Parameters": {"wait": 60000}, "Catch": [{"ErrorEquals": ["States.Timeout"], "Next": "Late"}], "End": true},
  "Late": {"Type": "Pass", "End": true}}}"#;

/// Waits are skipped. A call is cut off when its state times out, once.
#[test]
fn a_call_that_takes_too_long_is_cut_off() {
    let (calls, service) = check(
        TIMED,
        "{}",
        &[
            (r#"states [{"name": "Late"}]"#, "5 state `Late`"),
            ("start", "entry main Wait (Wait, entry)@2"),
            ("continue", "function breakpoint main Late (Pass, entry)@5"),
            ("stepBack", "step main Slow (Task, entry)@3"),
            ("continue", "function breakpoint main Late (Pass, entry)@5"),
        ],
    );
    assert_eq!((calls.len(), service.cut_off.load(Ordering::Relaxed)), (1, 1));
}

const READS: &str = r#"{"StartAt": "Each", "States": {
  "Each": {"Type": "Map", "Label": "each", "End": true,
    "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"},
      "Parameters": {"Bucket": "b", "Key": "k"}},
    "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
      "StartAt": "One", "States": {
        "One": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "Next": "Two"},
        "Two": {"Type": "Pass", "End": true}}}}}}"#;

#[test]
fn objects_are_read_once() {
    let (calls, service) = check(
        READS,
        "{}",
        &[
            ("start", "entry main Each (Map, entry)@2"),
            ("continue", "end main Each (Map, exit)@2"),
            ("reverseContinue", "entry main Each (Map, entry)@2"),
            ("continue", "end main Each (Map, exit)@2"),
        ],
    );
    assert_eq!((calls.len(), service.reads.load(Ordering::Relaxed)), (2, 1), "{calls:?}");
}

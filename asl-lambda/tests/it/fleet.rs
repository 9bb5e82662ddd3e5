//! Children of distributed Maps in other invocations, which crash, are throttled, get lost and take their time.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use asl_engine::{Engine, Entropy, Failure, Registry, SeededEntropy, Task, TaskHandler};
use asl_lambda::{Adapter, Config, Invocation, InvocationError, WorkerApi, WorkerError, handle};
use asl_value::{Value, json};
use async_trait::async_trait;

use crate::machine::program;

/// A distributed Map over `$.items` with one task; the fields of the Map are given.
fn each(fields: &Value) -> Value {
    let map = json!({
        "Type": "Map", "ItemsPath": "$.items", "Label": "each", "End": true,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"},
            "StartAt": "Work", "States": {"Work": {
                "Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work", "End": true
            }}
        }
    });
    let mut map = map.as_object().unwrap().clone();
    for (name, value) in fields.as_object().unwrap().iter() {
        map.insert(name.clone(), value.clone());
    }
    json!({"StartAt": "Each", "States": {"Each": (Value::Object(map))}})
}

/// What workers have done.
#[derive(Default)]
struct Seen {
    running: AtomicUsize,
    most: AtomicUsize,
    begun: AtomicUsize,
    calls: AtomicUsize,
}

/// The task of the children: `n` becomes `2n`, unless it is a multiple of `failing`. `kb` makes the output larger, `ms` slower.
#[derive(Clone)]
struct Work(Arc<Seen>);

struct Running<'a>(&'a Seen);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl TaskHandler for Work {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        self.0.begun.fetch_add(1, Ordering::SeqCst);
        let now = self.0.running.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most.fetch_max(now, Ordering::SeqCst);
        let _running = Running(&self.0);
        let number = |name: &str| task.arguments.get(name).and_then(Value::as_i64);
        let n = number("n").unwrap();
        tokio::time::sleep(Duration::from_millis(number("ms").unwrap_or(1 + n % 7) as u64)).await;
        if number("failing").is_some_and(|failing| n % failing == 0) {
            return Err(Failure::new("Odd", format!("{n}")));
        }
        Ok(match number("kb") {
            Some(kb) => json!("x".repeat(kb as usize * 1024)),
            None => json!(2 * n),
        })
    }
}

/// How often of 100 something goes wrong.
#[derive(Clone, Copy, Default)]
struct Faults {
    killed: u64,
    throttled: u64,
    unavailable: u64,
    /// The worker runs on, but its answer does not arrive.
    lost: u64,
    slow: u64,
}

const FAULTS: Faults = Faults { killed: 8, throttled: 15, unavailable: 5, lost: 3, slow: 20 };

/// Lambda: each invocation of a worker runs in a task of its own.
struct Cloud {
    worker: Adapter,
    faults: Faults,
    entropy: SeededEntropy,
    seen: Arc<Seen>,
    /// An item that kills its worker.
    poison: Option<i64>,
    time: Option<Duration>,
    answers: Mutex<Vec<usize>>,
}

#[async_trait]
impl WorkerApi for Cloud {
    async fn invoke(&self, function: &str, payload: &str, _: Option<&str>) -> Result<String, WorkerError> {
        assert_eq!(function, "worker");
        assert!(payload.len() <= 6_291_556);
        let call = self.seen.calls.fetch_add(1, Ordering::SeqCst);
        let mut dice = (self.entropy.unit() * 100.0) as u64;
        let mut hits = |percent: u64| {
            let hit = dice < percent;
            dice = if hit { u64::MAX } else { dice - percent.min(dice) };
            hit
        };
        if hits(self.faults.throttled) {
            return Err(WorkerError::Throttled("TooManyRequestsException: Rate Exceeded.".to_owned()));
        }
        if hits(self.faults.unavailable) {
            return Err(WorkerError::Unavailable("ServiceException".to_owned()));
        }
        let (worker, event) = (self.worker.clone(), Value::parse(payload).unwrap());
        let kills = event["children"]
            .as_array()
            .unwrap()
            .iter()
            .any(|child| self.poison.is_some() && child["input"]["n"].as_i64() == self.poison);
        let mut invocation = Invocation::new(format!("call-{call}"));
        if let Some(time) = self.time {
            invocation = invocation.with_deadline((SystemTime::now() + time).into());
        }
        let running = tokio::spawn(async move { handle(&worker, event, invocation).await });
        if hits(self.faults.killed) || kills {
            tokio::time::sleep(Duration::from_millis((self.entropy.unit() * 20.0) as u64)).await;
            running.abort();
            let _ = running.await;
            return Err(WorkerError::Crashed(Failure::new("Runtime.ExitError", "exit status 137")));
        }
        if hits(self.faults.lost) {
            return Err(WorkerError::Lost("the connection was closed".to_owned()));
        }
        let answer = running.await.unwrap().unwrap().to_json();
        if hits(self.faults.slow) {
            tokio::time::sleep(Duration::from_millis((self.entropy.unit() * 500.0) as u64)).await;
        }
        self.answers.lock().unwrap().push(answer.len());
        Ok(answer)
    }
}

struct Case {
    fields: Value,
    faults: Faults,
    poison: Option<i64>,
    time: Option<Duration>,
    vars: Vec<(&'static str, &'static str)>,
}

impl Default for Case {
    fn default() -> Case {
        Case { fields: json!({}), faults: FAULTS, poison: None, time: None, vars: Vec::new() }
    }
}

struct Ran {
    answer: Result<Value, InvocationError>,
    cloud: Arc<Cloud>,
}

fn adapter(case: &Case, seen: &Arc<Seen>, more: &[(&str, &str)]) -> Adapter {
    let vars = [("ASL_EXPRESS_PATTERNS", "all"), ("ASL_LIMITS", "unlimited")];
    let vars = vars.iter().chain(more).chain(&case.vars);
    let vars = vars.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let engine = Engine::builder().tasks(Registry::new().function("work", Work(Arc::clone(seen)))).build();
    Adapter::new(program(&each(&case.fields)), engine, Config::from_vars(vars).unwrap()).unwrap()
}

async fn run(case: Case, items: Vec<Value>) -> Ran {
    let seen = Arc::<Seen>::default();
    let cloud = Arc::new(Cloud {
        worker: adapter(&case, &seen, &[("ASL_MAP_WORKER", "true")]),
        faults: case.faults,
        entropy: SeededEntropy::new(20),
        seen: Arc::clone(&seen),
        poison: case.poison,
        time: case.time,
        answers: Mutex::default(),
    });
    let parent = adapter(&case, &seen, &[("ASL_MAP_FUNCTION", "worker")]).with_workers(cloud.clone());
    let answer = handle(&parent, json!({"items": items}), Invocation::new("parent")).await;
    Ran { answer, cloud }
}

fn numbers(count: i64) -> Vec<Value> {
    (0..count).map(|n| json!({"n": n})).collect()
}

fn doubled(count: i64) -> Value {
    (0..count).map(|n| json!(2 * n)).collect()
}

#[tokio::test(start_paused = true)]
async fn each_item_has_its_result_once_whatever_happens_to_workers() {
    let fields = json!({"MaxConcurrency": 300});
    let ran = run(Case { fields, ..Case::default() }, numbers(2_000)).await;
    assert_eq!(ran.answer, Ok(doubled(2_000)));
    let seen = &ran.cloud.seen;
    assert!(seen.most.load(Ordering::SeqCst) <= 300, "{:?} at a time", seen.most);
    let begun = seen.begun.load(Ordering::SeqCst);
    assert!(begun > 2_000, "workers were killed, but none ran again: {begun}");
}

/// Some children fail. As many as are tolerated do not fail the Map, one more does.
#[tokio::test(start_paused = true)]
async fn the_tolerated_failures_are_those_of_children_and_not_of_workers() {
    let items = || (0..1_000).map(|n| json!({"n": n, "failing": 50})).collect::<Vec<_>>();
    for (tolerated, succeeds) in [(20, true), (19, false)] {
        let fields = json!({"ToleratedFailureCount": tolerated, "MaxConcurrency": 200});
        let ran = run(Case { fields, ..Case::default() }, items()).await;
        match ran.answer {
            Ok(Value::Array(results)) if succeeds => {
                let failed: HashSet<String> = results
                    .iter()
                    .filter(|result| result["Status"] == json!("FAILED"))
                    .map(|result| result["Cause"].as_str().unwrap().to_owned())
                    .collect();
                assert_eq!(failed, (0..20).map(|n| (n * 50).to_string()).collect());
                assert_eq!(results.len(), 1_000);
            }
            Err(error) if !succeeds => {
                assert_eq!(error.error_type(), "States.ExceedToleratedFailureThreshold");
            }
            other => panic!("{tolerated} tolerated: {other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_child_that_kills_its_workers_fails_alone() {
    let faults = Faults::default();
    let fields = json!({"ToleratedFailureCount": 1});
    let ran = run(Case { fields, faults, poison: Some(77), ..Case::default() }, numbers(400)).await;
    let results = ran.answer.unwrap();
    for (n, result) in results.as_array().unwrap().iter().enumerate() {
        match n {
            77 => {
                assert_eq!(
                    (&result["Error"], &result["Cause"]),
                    (&json!("Runtime.ExitError"), &json!("exit status 137"))
                );
            }
            _ => assert_eq!(*result, json!(2 * n)),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_function_that_never_answers_is_given_up() {
    let faults = Faults { killed: 100, ..Faults::default() };
    let ran = run(Case { faults, ..Case::default() }, numbers(400)).await;
    let error = ran.answer.unwrap_err();
    assert_eq!(error.error_type(), "States.ExceedToleratedFailureThreshold");
    let calls = ran.cloud.seen.calls.load(Ordering::SeqCst);
    assert!(calls < 400, "{calls} invocations");
}

/// The outputs of all children together would not fit into an answer.
#[tokio::test(start_paused = true)]
async fn large_outputs_are_spread_over_answers() {
    let items: Vec<Value> = (0..60).map(|n| json!({"n": n, "kb": 400})).collect();
    let vars = vec![("ASL_MAP_WORKERS", "1")];
    let ran = run(Case { vars, faults: Faults::default(), ..Case::default() }, items).await;
    let results = ran.answer;
    // 24 MB do not fit into the answer of the parent either.
    assert_eq!(results.unwrap_err().error_type(), "States.DataLimitExceeded");
    let answers = ran.cloud.answers.lock().unwrap();
    assert!(answers.len() >= 4 && answers.iter().all(|bytes| *bytes <= 6_291_556), "{answers:?}");
}

/// A worker whose answer is full begins no further child: it would have to leave out the end, and the child would run again.
#[tokio::test(start_paused = true)]
async fn no_child_runs_for_an_answer_that_is_full() {
    let items: Vec<Value> = (0..60).map(|n| json!({"n": n, "kb": 200})).collect();
    let vars = vec![("ASL_MAP_WORKERS", "1")];
    let ran = run(Case { vars, faults: Faults::default(), ..Case::default() }, items).await;
    assert!(ran.cloud.answers.lock().unwrap().len() >= 2, "12 MB in one answer");
    assert_eq!(ran.cloud.seen.begun.load(Ordering::SeqCst), 60);
}

/// Large inputs do not fit into one event.
#[tokio::test(start_paused = true)]
async fn large_inputs_are_spread_over_events() {
    let items = (0..60).map(|n| json!({"n": n, "text": "x".repeat(300 << 10)})).collect();
    let vars = vec![("ASL_MAP_WORKERS", "1")];
    let ran = run(Case { vars, faults: Faults::default(), ..Case::default() }, items).await;
    assert_eq!(ran.answer, Ok(doubled(60)));
}

/// A worker answers before its time is over. What it has not finished has a worker of its own.
#[tokio::test]
async fn a_slow_child_does_not_take_the_others_with_it() {
    let slow = |n: i64| if n == 5 { 700 } else { 1 };
    let items = (0..20).map(|n| json!({"n": n, "ms": slow(n)})).collect();
    let vars = vec![("ASL_MAP_WORKERS", "1"), ("ASL_DEADLINE_MARGIN_MS", "0")];
    let (time, faults) = (Some(Duration::from_millis(300)), Faults::default());
    let fields = json!({"ToleratedFailureCount": 1});
    let ran = run(Case { fields, vars, time, faults, ..Case::default() }, items).await;
    let results = ran.answer.unwrap();
    for (n, result) in results.as_array().unwrap().iter().enumerate() {
        match n {
            5 => assert_eq!(result["Status"], json!("TIMED_OUT")),
            _ => assert_eq!(*result, json!(2 * n)),
        }
    }
    assert_eq!(ran.cloud.seen.begun.load(Ordering::SeqCst), 21, "no other child ran twice");
}

struct Refusing(WorkerError, AtomicUsize);

#[async_trait]
impl WorkerApi for Refusing {
    async fn invoke(&self, _: &str, _: &str, _: Option<&str>) -> Result<String, WorkerError> {
        self.1.fetch_add(1, Ordering::SeqCst);
        Err(self.0.clone())
    }
}

/// The error of a Map whose workers refuse.
async fn refused(error: WorkerError) -> (String, usize) {
    let case = Case { fields: json!({"ToleratedFailurePercentage": 100}), ..Case::default() };
    let api = Arc::new(Refusing(error, AtomicUsize::new(0)));
    let parent = adapter(&case, &Arc::default(), &[("ASL_MAP_FUNCTION", "worker")]).with_workers(api.clone());
    let answer = handle(&parent, json!({"items": numbers(3)}), Invocation::new("parent")).await;
    let results = answer.unwrap();
    (results[0]["Error"].as_str().unwrap().to_owned(), api.1.load(Ordering::SeqCst))
}

#[tokio::test(start_paused = true)]
async fn a_child_fails_with_the_error_of_lambda() {
    let denied =
        Failure::new("Lambda.AccessDeniedException", "not authorized to perform lambda:InvokeFunction");
    assert_eq!(refused(WorkerError::Refused(denied)).await, ("Lambda.AccessDeniedException".to_owned(), 3));
    let throttled = WorkerError::Throttled("Rate Exceeded.".to_owned());
    assert_eq!(refused(throttled).await, ("Lambda.TooManyRequestsException".to_owned(), 36));
}

/// Throttled for ten minutes, which is longer than twelve delays, and then no more.
struct ThrottledAtFirst(Cloud, tokio::time::Instant);

#[async_trait]
impl WorkerApi for ThrottledAtFirst {
    async fn invoke(
        &self,
        function: &str,
        payload: &str,
        trace: Option<&str>,
    ) -> Result<String, WorkerError> {
        if self.1.elapsed() < Duration::from_secs(600) {
            self.0.seen.calls.fetch_add(1, Ordering::SeqCst);
            return Err(WorkerError::Throttled("Rate Exceeded.".to_owned()));
        }
        self.0.invoke(function, payload, trace).await
    }
}

#[tokio::test(start_paused = true)]
async fn throttling_fails_no_child_while_the_invocation_has_time() {
    let (case, seen) = (Case::default(), Arc::<Seen>::default());
    let cloud = Cloud {
        worker: adapter(&case, &seen, &[("ASL_MAP_WORKER", "true")]),
        faults: Faults::default(),
        entropy: SeededEntropy::new(20),
        seen: Arc::clone(&seen),
        poison: None,
        time: None,
        answers: Mutex::default(),
    };
    let api = Arc::new(ThrottledAtFirst(cloud, tokio::time::Instant::now()));
    let parent = adapter(&case, &seen, &[("ASL_MAP_FUNCTION", "worker")]).with_workers(api);
    let deadline = SystemTime::now() + Duration::from_secs(900);
    let invocation = Invocation::new("parent").with_deadline(deadline.into());
    let answer = handle(&parent, json!({"items": numbers(3)}), invocation).await;
    assert_eq!(answer, Ok(doubled(3)));
    let calls = seen.calls.load(Ordering::SeqCst);
    assert!(calls > 3 * 12, "{calls} calls");
}

/// A worker with several machines runs the Maps of another function's main machine, too.
#[tokio::test]
async fn a_worker_with_several_machines_knows_the_main_one_by_its_map() {
    let (case, seen) = (Case::default(), Arc::<Seen>::default());
    let vars = [("ASL_EXPRESS_PATTERNS", "all"), ("ASL_MAP_WORKER", "true")];
    let vars = vars.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let pass = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}});
    let engine = Engine::builder().tasks(Registry::new().function("work", Work(seen))).build();
    let others = [("other".to_owned(), program(&pass))];
    let config = Config::from_vars(vars).unwrap();
    let worker = Adapter::with_others(program(&each(&case.fields)), others, engine, config).unwrap();
    let answer = |machine: &str, map: &str| {
        let event = json!({
            "asl-map-batch": map, "roleArn": "", "children": [{
                "executionArn": (format!("arn:aws:states:us-east-1:123456789012:express:{machine}/each:a:b")),
                "input": {"n": 21}
            }]
        });
        let worker = worker.clone();
        async move { handle(&worker, event, Invocation::new("r")).await.unwrap() }
    };
    assert_eq!(answer("orders", "Each").await["asl-map-batch"][0]["output"], json!(42));
    for (machine, map) in [("orders", "Other"), ("other", "Each")] {
        let cause = format!("this function has no distributed Map `{map}`");
        assert_eq!(answer(machine, map).await["cause"], json!(cause), "{machine}");
    }
}

/// Only a function that is meant to run children reads them from an event.
#[tokio::test]
async fn only_a_worker_reads_batches() {
    let event = json!({
        "asl-map-batch": "Each", "roleArn": "", "items": [], "children": [{
            "executionArn": "arn:aws:states:us-east-1:123456789012:express:local/each:a:b", "input": {"n": 21}
        }]
    });
    let (case, seen) = (Case::default(), Arc::default());
    let answer = |vars: &[(&str, &str)]| {
        let adapter = adapter(&case, &seen, vars);
        let event = event.clone();
        async move { handle(&adapter, event, Invocation::new("r")).await.unwrap() }
    };
    assert_eq!(answer(&[]).await, json!([]), "an execution whose items are none");
    for vars in [("ASL_MAP_WORKER", "true"), ("ASL_MAP_FUNCTION", "self")] {
        let answer = answer(&[vars]).await;
        assert_eq!(answer["asl-map-batch"][0]["output"], json!(42), "{vars:?}");
    }
    let unknown = {
        let mut event = event.as_object().unwrap().clone();
        event.insert("asl-map-batch", json!("Other"));
        let event = Value::Object(event);
        let adapter = adapter(&case, &seen, &[("ASL_MAP_WORKER", "true")]);
        handle(&adapter, event, Invocation::new("r")).await.unwrap()
    };
    assert_eq!(
        unknown,
        json!({"asl-map-batch": null, "error": "States.Runtime", "cause": "this function has no distributed Map `Other`"})
    );
}

//! Executions that run out of time, and go on in another invocation.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use asl_engine::{
    Clock, DefinitionHash, Engine, Entropy, Event, Failure, MapRun, ObjectPage, ObjectPart, ObjectStore,
    Observer, Registry, SeededEntropy, Task, TaskHandler, load,
};
use asl_lambda::{Adapter, Config, Invocation, InvocationError, WorkerApi, WorkerError, handle};
use asl_model::Source;
use asl_value::{Object, Text, Timestamp, Value, json};
use async_trait::async_trait;
use tokio::time::Instant;

/// How many items there are, and how many seconds an invocation has.
const ITEMS: i64 = 180;
const SECONDS: u64 = 60;

/// Items whose number is a multiple of this fail.
const FAILING: i64 = 60;

/// A task; a distributed Map over its output beside another task; a task. The fields of the Map are given.
fn machine(kind: &str, fields: &Value) -> Value {
    let task = |function: &str| format!("arn:aws:lambda:us-east-1:123456789012:function:{function}");
    let map = json!({
        "Type": "Map", "Label": "each", "MaxConcurrency": 6, "ToleratedFailureCount": (ITEMS / FAILING), "End": true,
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": kind},
            "StartAt": "Work", "States": {"Work": {"Type": "Task", "Resource": (task("work")), "End": true}}
        }
    });
    let mut map = map.as_object().unwrap().clone();
    for (name, value) in fields.as_object().unwrap().iter() {
        map.insert(name.clone(), value.clone());
    }
    json!({"StartAt": "First", "States": {
        "First": {"Type": "Task", "Resource": (task("work")), "Next": "Both"},
        "Both": {"Type": "Parallel", "Next": "Last", "Branches": [
            {"StartAt": "Each", "States": {"Each": (Value::Object(map))}},
            {"StartAt": "Side", "States": {"Side": {"Type": "Task", "Resource": (task("work")), "End": true}}}
        ]},
        "Last": {"Type": "Task", "Resource": (task("work")), "End": true}
    }})
}

/// The tasks, which count how often each has ended.
#[derive(Clone, Default)]
struct Calls(Arc<Mutex<HashMap<String, usize>>>);

#[async_trait]
impl TaskHandler for Calls {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        let n = match task.state {
            "Work" => task.arguments.as_i64().unwrap(),
            _ => 1,
        };
        tokio::time::sleep(Duration::from_millis(2_000 + 900 * (n as u64 % 7))).await;
        let name = if task.state == "Work" { n.to_string() } else { task.state.to_owned() };
        *self.0.lock().unwrap().entry(name).or_default() += 1;
        match task.state {
            "First" => Ok((0..ITEMS).map(|n| json!(n)).collect()),
            "Work" if n % FAILING == 0 => Err(Failure::new("Odd", format!("{n}"))),
            "Work" => Ok(json!(2 * n)),
            "Side" => Ok(json!("side")),
            _ => Ok(task.arguments),
        }
    }
}

/// Objects with an ETag, in one bucket.
#[derive(Clone, Default)]
struct Objects(Arc<Mutex<BTreeMap<String, Vec<u8>>>>);

impl Objects {
    fn bytes(&self, arguments: &Object) -> Result<Vec<u8>, Failure> {
        assert_eq!(arguments.get("Bucket"), Some(&json!("data")));
        let kept = self.0.lock().unwrap().get(arguments.get("Key").unwrap().as_str().unwrap()).cloned();
        kept.ok_or_else(|| Failure::new("NoSuchKey", "The specified key does not exist."))
    }

    fn change(&self, change: impl Fn(&str, &mut Vec<u8>)) {
        self.0.lock().unwrap().iter_mut().for_each(|(key, bytes)| change(key, bytes));
    }
}

#[async_trait]
impl ObjectStore for Objects {
    async fn get(&self, arguments: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        self.bytes(arguments)
    }
    async fn read(
        &self,
        arguments: &Object,
        range: std::ops::Range<u64>,
        _: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        let bytes = self.bytes(arguments)?;
        let tag = bytes.iter().fold(7u64, |sum, byte| sum.wrapping_mul(31) + u64::from(*byte));
        let total_bytes = bytes.len() as u64;
        let part = bytes[range.start.min(total_bytes) as usize..range.end.min(total_bytes) as usize].to_vec();
        Ok(ObjectPart::new(part, total_bytes, Some(tag.to_string().into())))
    }
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        assert_eq!(arguments.get("Bucket"), Some(&json!("data")));
        let key = arguments.get("Key").unwrap().as_str().unwrap();
        match key.starts_with("denied") {
            true => Err(Failure::new("S3.AccessDenied", "Access Denied")),
            false => {
                self.0.lock().unwrap().insert(key.to_owned(), body.into_bytes());
                Ok(())
            }
        }
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

/// Workers that are invocations of another function. Of 100, some are killed.
struct Workers {
    world: Arc<Shared>,
    killed: u64,
    entropy: SeededEntropy,
    kills: AtomicUsize,
}

#[async_trait]
impl WorkerApi for Workers {
    async fn invoke(&self, _: &str, payload: &str, _: Option<&str>) -> Result<String, WorkerError> {
        let event = Value::parse(payload).unwrap();
        let invocation = Invocation::new("worker").with_deadline(self.world.timeout());
        let worker = self.world.adapter(&[("ASL_MAP_WORKER", "true")]);
        let running = tokio::spawn(async move { handle(&worker, event, invocation).await });
        if (self.entropy.unit() * 100.0) as u64 >= self.killed {
            return Ok(running.await.unwrap().unwrap().to_json());
        }
        self.kills.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(Duration::from_millis((self.entropy.unit() * 6_000.0) as u64)).await;
        running.abort();
        let _ = running.await;
        Err(WorkerError::Crashed(Failure::new("Runtime.ExitError", "exit status 137")))
    }
}

/// The Map Run of each invocation.
#[derive(Clone, Default)]
struct MapRuns(Arc<Mutex<Vec<Arc<MapRun>>>>);

impl Observer for MapRuns {
    fn on_event(&self, _: Event) {}
    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        self.0.lock().unwrap().push(Arc::clone(map_run));
    }
}

/// A way in which a Map runs.
#[derive(Clone)]
struct Way {
    kind: &'static str,
    fields: Value,
    /// How many of 100 workers are killed; `None` for children in the invocation itself.
    killed: Option<u64>,
    vars: Vec<(&'static str, &'static str)>,
}

impl Default for Way {
    fn default() -> Way {
        Way { kind: "EXPRESS", fields: json!({}), killed: None, vars: Vec::new() }
    }
}

/// What all invocations share.
struct Shared {
    way: Way,
    definition: Value,
    calls: Calls,
    objects: Objects,
    /// The time when the test began, by both clocks.
    begun: (Timestamp, Instant),
}

impl Shared {
    /// The time of the test passes, that of the computer does not.
    fn now(&self) -> Timestamp {
        self.begun.0.plus(self.begun.1.elapsed())
    }

    /// When an invocation ends that begins now.
    fn timeout(&self) -> Timestamp {
        self.now().plus(Duration::from_secs(SECONDS))
    }

    /// The function as it is now.
    fn adapter(&self, more: &[(&str, &str)]) -> Adapter {
        let vars = [
            ("ASL_EXPRESS_PATTERNS", "all"),
            ("ASL_LIMITS", "unlimited"),
            ("ASL_MAP_CHECKPOINTS", "s3://data/kept/"),
        ];
        let vars = vars.iter().chain(more).chain(&self.way.vars);
        let vars = vars.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let tasks = Registry::new().function("work", self.calls.clone());
        let clock = Clock::real().starting_at(self.now());
        let engine = Engine::builder().tasks(tasks).storage(self.objects.clone()).clock(clock).build();
        let loaded = load(&Source::json(self.definition.to_json())).unwrap();
        let hash = DefinitionHash::of(&loaded.machine);
        let config = Config::from_vars(vars).unwrap();
        Adapter::new(loaded.program, engine, config).unwrap().with_checkpoints(hash)
    }
}

struct World {
    shared: Arc<Shared>,
    map_runs: MapRuns,
    workers: Option<Arc<Workers>>,
    invocations: AtomicUsize,
}

impl World {
    fn new(way: &Way) -> World {
        World::of(way, machine(way.kind, &way.fields))
    }

    fn of(way: &Way, definition: Value) -> World {
        let objects = Objects::default();
        let items: String = (0..ITEMS).map(|n| format!("{n}\n")).collect();
        objects.0.lock().unwrap().insert("items.jsonl".to_owned(), items.into_bytes());
        let begun = (SystemTime::now().into(), Instant::now());
        let shared =
            Arc::new(Shared { way: way.clone(), definition, calls: Calls::default(), objects, begun });
        let workers = way.killed.map(|killed| {
            let (world, entropy) = (Arc::clone(&shared), SeededEntropy::new(20));
            Arc::new(Workers { world, killed, entropy, kills: AtomicUsize::new(0) })
        });
        World { shared, workers, map_runs: MapRuns::default(), invocations: AtomicUsize::new(0) }
    }

    fn adapter(&self) -> Adapter {
        match &self.workers {
            None => self.shared.adapter(&[]),
            Some(workers) => {
                let parent = self.shared.adapter(&[("ASL_MAP_FUNCTION", "worker"), ("ASL_MAP_BATCH", "5")]);
                parent.with_workers(workers.clone())
            }
        }
    }

    async fn invoke(&self, event: Value) -> Result<Value, InvocationError> {
        let number = self.invocations.fetch_add(1, Ordering::SeqCst) + 1;
        let invocation = Invocation::new(format!("run-{number}"))
            .with_deadline(self.shared.timeout())
            .with_observer(Arc::new(self.map_runs.clone()));
        let began = Instant::now();
        let answer = handle(&self.adapter(), event, invocation).await;
        let took = began.elapsed();
        assert!(took < Duration::from_secs(SECONDS), "Lambda would have killed it: {took:?}");
        answer
    }

    /// Invokes until an invocation is not kept.
    async fn to_end(&self, mut asked: Value) -> Result<Value, InvocationError> {
        for _ in 0..30 {
            match self.invoke(asked).await {
                Err(error) if error.error_type() == "States.Timeout" => asked = event(&error),
                ended => return ended,
            }
        }
        panic!("it makes no progress: {:?}", self.shared.calls.0.lock().unwrap());
    }

    fn ended(&self, task: &str) -> usize {
        self.shared.calls.0.lock().unwrap().get(task).copied().unwrap_or_default()
    }

    fn kept(&self) -> Vec<String> {
        let objects = self.shared.objects.0.lock().unwrap();
        objects.keys().filter(|key| key.starts_with("kept/")).cloned().collect()
    }
}

/// The event that a cause names.
fn event(error: &InvocationError) -> Value {
    let message = error.error_message();
    let begins = message.find('{').unwrap_or_else(|| panic!("no event in {message}"));
    Value::parse(&message[begins..=message.rfind('}').unwrap()]).unwrap()
}

/// The error or the output of each child.
fn results(children: &[Value]) -> Vec<Value> {
    children
        .iter()
        .map(|child| match child.get("Status") {
            Some(_) => child.get("Cause").unwrap_or_else(|| panic!("{child}")).clone(),
            None => child.clone(),
        })
        .collect()
}

fn expected() -> Vec<Value> {
    (0..ITEMS).map(|n| if n % FAILING == 0 { json!(n.to_string()) } else { json!(2 * n) }).collect()
}

async fn check(way: &Way) -> World {
    let world = World::new(way);
    let answer = world.to_end(json!({})).await.unwrap();
    assert_eq!(answer[1], json!("side"));
    match way.fields.get("ResultWriter") {
        None => assert_eq!(results(answer[0].as_array().unwrap()), expected()),
        Some(_) => check_files(&world, &answer[0]),
    }
    let invocations = world.invocations.load(Ordering::SeqCst);
    assert!(invocations > 2, "it ran out of time {} times", invocations - 1);
    assert_eq!(world.kept().len(), invocations - 1, "each is kept once");
    for task in ["First", "Side", "Last"] {
        assert_eq!(world.ended(task), 1, "{task} ran again");
    }
    for n in 0..ITEMS {
        let ended = world.ended(&n.to_string());
        // A worker that is killed takes with it what has ended there.
        let is_right = if way.killed.is_some_and(|killed| killed > 0) { ended >= 1 } else { ended == 1 };
        assert!(is_right, "item {n} was worked on {ended} times");
    }
    check_counts(&world);
    world
}

/// What files have.
fn check_files(world: &World, output: &Value) {
    let read = |key: &str| Value::parse_slice(&world.shared.objects.0.lock().unwrap()[key]).unwrap();
    let manifest = read(output["ResultWriterDetails"]["Key"].as_str().unwrap());
    let mut found = Vec::new();
    for status in ["SUCCEEDED", "FAILED"] {
        for file in manifest["ResultFiles"][status].as_array().unwrap().iter() {
            let children = read(file["Key"].as_str().unwrap());
            let text = |child: &Value, name: &str| child[name].as_str().map(str::to_owned);
            found.extend(children.as_array().unwrap().iter().map(|child| {
                let input: i64 = text(child, "Input").unwrap().parse().unwrap();
                (input, text(child, "Output").or(text(child, "Cause")).unwrap())
            }));
        }
    }
    found.sort();
    let expected = (0..ITEMS).map(|n| (n, if n % FAILING == 0 { n } else { 2 * n }.to_string()));
    assert_eq!(found, expected.collect::<Vec<_>>());
}

/// What DescribeMapRun would show: all invocations have the same Map Run, whose counts go on.
fn check_counts(world: &World) {
    let map_runs = world.map_runs.0.lock().unwrap();
    let mut succeeded = 0;
    for (number, map_run) in map_runs.iter().enumerate() {
        assert_eq!((map_run.arn(), map_run.redrive_count()), (map_runs[0].arn(), number as u32));
        let items = map_run.items();
        assert!(items.succeeded >= succeeded, "fewer have succeeded: {items:?}");
        succeeded = items.succeeded;
        assert_eq!(items.running + items.pending_redrive, 0, "{items:?}");
    }
    let (last, items) = (map_runs.last().unwrap(), map_runs.last().unwrap().items());
    let failing = (ITEMS / FAILING) as u64;
    let ended = last.ended().map(|(status, _)| status.name());
    assert_eq!(ended, Some("SUCCEEDED"), "{items:?} {}", map_runs.len());
    assert_eq!(
        (items.succeeded, items.failed, items.total()),
        (ITEMS as u64 - failing, failing, ITEMS as u64)
    );
    assert_eq!(last.executions().total(), ITEMS as u64);
}

fn reader() -> Value {
    json!({
        "Resource": "arn:aws:states:::s3:getObject",
        "ReaderConfig": {"InputType": "JSONL"}, "Parameters": {"Bucket": "data", "Key": "items.jsonl"}
    })
}

#[tokio::test(start_paused = true)]
async fn each_item_has_its_result_once_over_several_invocations() {
    let writer = json!({
        "Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": "data", "Prefix": "results"}
    });
    let written = json!({"ItemReader": (reader()), "ResultWriter": writer});
    let ways = [json!({}), json!({"ItemReader": (reader())}), written];
    for (number, fields) in ways.iter().enumerate() {
        for killed in [None, Some(0), Some(15)] {
            // Those of a STANDARD Map go on where they were if they run in the invocation itself.
            let kinds: &[&str] = if number == 0 { &["STANDARD", "EXPRESS"] } else { &["EXPRESS"] };
            for kind in kinds {
                let way = Way { kind, fields: fields.clone(), killed, ..Way::default() };
                let world = check(&way).await;
                let kills = world.workers.as_ref().map_or(0, |workers| workers.kills.load(Ordering::SeqCst));
                assert_eq!(kills > 0, killed == Some(15), "{kills} workers were killed");
            }
        }
    }
}

/// Failures count over all invocations: one more than is tolerated fails the Map, whenever it happens.
#[tokio::test(start_paused = true)]
async fn failures_of_all_invocations_are_tolerated_together() {
    for killed in [None, Some(0)] {
        let fields = json!({"ToleratedFailureCount": (ITEMS / FAILING - 1)});
        let world = World::new(&Way { fields, killed, ..Way::default() });
        let error = world.to_end(json!({})).await.unwrap_err();
        assert_eq!(error.error_type(), "States.ExceedToleratedFailureThreshold");
        assert!(world.invocations.load(Ordering::SeqCst) > 1);
        assert_eq!(world.ended("0"), 1, "what had failed was tried again");
    }
}

#[tokio::test(start_paused = true)]
async fn items_that_have_changed_are_not_mixed() {
    let world = World::new(&Way { fields: json!({"ItemReader": (reader())}), ..Way::default() });
    let more = |key: &str, bytes: &mut Vec<u8>| {
        if key == "items.jsonl" {
            bytes.extend(
                (ITEMS..1_500).map(|n| format!("{}\n", n * FAILING + 1)).collect::<String>().into_bytes(),
            );
        }
    };
    world.shared.objects.change(more);
    let first = world.invoke(json!({})).await.unwrap_err();
    world.shared.objects.change(more);
    // What had been read is in what is kept. The rest is read from what is there.
    let error = world.to_end(event(&first)).await.unwrap_err();
    assert_eq!(error.error_type(), "States.ItemReaderFailed");
    assert!(error.error_message().contains("has changed since the Map Run began"), "{error}");
}

/// The answer may be a description instead of an error. It has the event as a member.
#[tokio::test(start_paused = true)]
async fn a_report_has_the_event_that_goes_on() {
    let world = World::new(&Way { vars: vec![("ASL_ON_FAILURE", "report")], ..Way::default() });
    let (mut asked, mut rounds) = (json!({}), 0);
    let answer = loop {
        let answer = world.invoke(asked).await.unwrap();
        match answer.get("continue") {
            Some(next) => asked = next.clone(),
            None => break answer,
        }
        assert_eq!((&answer["status"], &answer["error"]), (&json!("TIMED_OUT"), &json!("States.Timeout")));
        rounds += 1;
    };
    assert!(rounds > 1);
    assert_eq!(results(answer[0].as_array().unwrap()), expected());
}

/// The sender of a request may be anybody. The log of the function has the event, its answer does not.
#[tokio::test(start_paused = true)]
async fn a_request_is_not_told_where_it_is_kept() {
    let request = json!({
        "version": "2.0", "rawPath": "/", "headers": {}, "isBase64Encoded": false,
        "requestContext": {"http": {"method": "POST", "path": "/"}, "domainName": "x.lambda-url.us-east-1.on.aws"}
    });
    for (response, status) in [("output", 504), ("envelope", 200)] {
        let world = World::new(&Way { vars: vec![("ASL_RESPONSE", response)], ..Way::default() });
        let lines = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&lines);
        let invocation = Invocation::new("r")
            .with_deadline(world.shared.timeout())
            .with_log(Arc::new(move |line| log.lock().unwrap().push(line.to_json())));
        let answer = handle(&world.adapter(), request.clone(), invocation).await.unwrap();
        assert_eq!(answer["statusCode"], json!(status), "{answer}");
        let body = Value::parse(answer["body"].as_str().unwrap()).unwrap();
        assert_eq!(body["error"], json!("States.Timeout"), "{answer}");
        assert!(!answer.to_json().contains("s3://"), "{answer}");
        let line = lines.lock().unwrap().iter().find(|line| line.contains("ExecutionKept")).cloned().unwrap();
        assert!(line.contains(r#""continue":{"asl-continue-map":"s3://data/kept/"#), "{line}");
        assert_eq!(world.kept().len(), 1);
    }
}

/// A timeout of the definition is the end.
#[tokio::test(start_paused = true)]
async fn only_the_timeout_of_the_function_is_no_end() {
    let mut definition = machine("EXPRESS", &json!({})).as_object().unwrap().clone();
    definition.insert("TimeoutSeconds", json!(9));
    let world = World::of(&Way::default(), Value::Object(definition));
    let error = world.invoke(json!({})).await.unwrap_err();
    assert_eq!(error.error_type(), "States.Timeout");
    assert!(!error.error_message().contains("asl-continue-map"), "{error}");
    assert!(world.kept().is_empty());
}

#[tokio::test(start_paused = true)]
async fn only_what_the_function_has_kept_is_continued() {
    let world = World::new(&Way::default());
    let next = event(&world.invoke(json!({})).await.unwrap_err());
    let place = next["asl-continue-map"].as_str().unwrap().to_owned();
    let key = place.strip_prefix("s3://data/").unwrap().to_owned();
    assert_eq!(world.kept(), [key.as_str()]);
    let refusal = async |shared: &Shared, place: &str, function: &str| {
        let arn = format!("arn:aws:lambda:{function}");
        let invocation = Invocation::new("r").with_deadline(shared.timeout()).with_function_arn(arn);
        let event = json!({"asl-continue-map": place});
        let error = handle(&shared.adapter(&[]), event, invocation).await.unwrap_err();
        error.to_string().replace(place, "PLACE")
    };
    let here = &*world.shared;
    const HERE: &str = "us-east-1:123456789012:function:local";
    for (place, problem) in [
        (
            "s3://other/kept/r-1.json",
            "States.Runtime: `PLACE` is not what this function has kept in s3://data/kept",
        ),
        (
            "s3://data/kept/a/r-1.json",
            "States.Runtime: `PLACE` is not what this function has kept in s3://data/kept",
        ),
        (
            "s3://data/items.jsonl",
            "States.Runtime: `PLACE` is not what this function has kept in s3://data/kept",
        ),
        ("s3://data/kept/r-1.json", "NoSuchKey: `PLACE`: The specified key does not exist."),
    ] {
        assert_eq!(refusal(here, place, HERE).await, problem, "{place}");
    }
    for function in ["eu-west-1:123456789012:function:local", "us-east-1:123456789012:function:other"] {
        let refused = refusal(here, &place, function).await;
        assert!(
            refused.contains("`PLACE` belongs to `arn:aws:states:us-east-1:123456789012:stateMachine:local`"),
            "{refused}"
        );
    }
    let shared = |way: Way, fields: &Value| {
        let (calls, objects, begun) = (here.calls.clone(), here.objects.clone(), here.begun);
        Shared { way, definition: machine("EXPRESS", fields), calls, objects, begun }
    };
    let other = shared(Way::default(), &json!({"MaxConcurrency": 21}));
    assert_eq!(
        refusal(&other, &place, HERE).await,
        "States.Runtime: `PLACE` belongs to another version of the definition"
    );
    let vars = vec![("ASL_LIMITS", "express"), ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "0")];
    let small = shared(Way { vars, ..Way::default() }, &json!({}));
    assert_eq!(refusal(&small, &place, HERE).await, "States.Runtime: `PLACE` has more than 0 bytes");
    world.shared.objects.change(|_, bytes| bytes.push(b' '));
    assert_eq!(
        refusal(here, &place, HERE).await,
        "States.Runtime: `PLACE` was changed after the function had kept it"
    );
    // A function that keeps nothing has no such event.
    let none = crate::machine::adapter(&crate::machine::echo(), &[]);
    assert_eq!(handle(&none, next.clone(), Invocation::new("r")).await, Ok(next));
}

/// The execution ends as it would, and the log has the reason.
#[tokio::test(start_paused = true)]
async fn what_cannot_be_kept_is_lost() {
    let way = Way { vars: vec![("ASL_MAP_CHECKPOINTS", "s3://data/denied")], ..Way::default() };
    let world = World::new(&way);
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let invocation = Invocation::new("r")
        .with_deadline(world.shared.timeout())
        .with_log(Arc::new(move |line| log.lock().unwrap().push(line.to_json())));
    let error = handle(&world.adapter(), json!({}), invocation).await.unwrap_err();
    assert_eq!(error.error_type(), "States.Timeout");
    assert!(!error.error_message().contains("asl-continue-map"), "{error}");
    let lines = lines.lock().unwrap();
    assert!(lines.iter().any(|line| line.contains("S3.AccessDenied")), "{lines:?}");
}

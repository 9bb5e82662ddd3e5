//! Durable executions, on the emulator of asl-durable.

use std::sync::{Arc, Mutex};

use asl_durable::{
    CallbackApi, CallbackSays, DurableApi, DurableError, DurableErrorKind, Emulated, Emulator, Fault, Faults,
};
use asl_engine::{DefinitionHash, Engine, Failure, Registry, Task, TaskHandler, load, task_fn};
use asl_lambda::{Adapter, Config, Invocation, handle};
use asl_model::Source;
use asl_value::{Value, json};
use futures_util::FutureExt;

const ORDER: &str = r#"{"StartAt": "Pause", "States": {
    "Pause": {"Type": "Wait", "Seconds": 86400, "Next": "Approve"},
    "Approve": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
      "Parameters": {"Link.$": "States.Format('https://approve?token={}', $$.Task.Token)"}, "TimeoutSeconds": 604800, "End": true}
}}"#;

/// Sends the link to somebody who answers an hour later.
struct Sent(Arc<Emulator>);

#[async_trait::async_trait]
impl TaskHandler for Sent {
    async fn call(&self, task: Task<'_>) -> Result<Value, asl_engine::Failure> {
        let (service, link) = (Arc::clone(&self.0), task.arguments["Link"].as_str().unwrap().to_owned());
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_secs(3_600)).await;
            let id = link.rsplit_once("token=").unwrap().1;
            service.succeed_callback(id, r#"{"approved":true}"#.into()).unwrap();
        });
        task.submitted(json!({"MessageId": "m-1"}));
        std::future::pending().await
    }
}

/// A function for the order on this service.
fn function(service: &Arc<Emulator>, vars: &[(&str, &str)]) -> Adapter {
    let source = Source::json(ORDER.replace("86400", "0"));
    let loaded = load(&source).unwrap();
    let definition = DefinitionHash::of(&loaded.machine);
    let tasks = Registry::new().service("sqs", "sendMessage", Sent(Arc::clone(service)));
    let vars = vars.iter().chain(&[("ASL_EXPRESS_PATTERNS", "all"), ("ASL_CALLBACK_PATH", "/approve")]);
    let vars = vars.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let engine = Engine::builder().tasks(tasks).build();
    let adapter = Adapter::new(loaded.program, engine, Config::from_vars(vars).unwrap()).unwrap();
    adapter.with_durable(service.clone(), definition).with_callbacks(service.clone())
}

/// The service begins at the time of the function, whose clock is real. A wait that has ended is over for both.
fn service() -> Arc<Emulator> {
    Arc::new(Emulator::starting_at(std::time::SystemTime::now().into()))
}

/// Runs the function until its execution has ended, and shows the lines of its log.
async fn to_end(service: &Emulator, adapter: Adapter, input: &str) -> (Emulated, Vec<Value>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let ended = service.run("order-7", input.into(), move |event| {
        let (adapter, sink) = (adapter.clone(), Arc::clone(&sink));
        let log = move |line: &Value| sink.lock().unwrap().push(line.clone());
        let invocation = Invocation::new("request-1").with_log(Arc::new(log));
        async move { Ok(handle(&adapter, event, invocation).await?) }.boxed()
    });
    let ended = ended.await;
    let lines = lines.lock().unwrap().clone();
    (ended, lines)
}

#[tokio::test(start_paused = true)]
async fn an_approval_without_time() {
    let service = service();
    let (ended, _) = to_end(&service, function(&service, &[]), r#"{"n":7}"#).await;
    assert_eq!((ended.status.as_str(), ended.result.as_deref()), ("SUCCEEDED", Some(r#"{"approved":true}"#)));
    let kinds: Vec<&str> = ended.operations.iter().map(|operation| operation.details.kind().name()).collect();
    assert_eq!(kinds, ["EXECUTION", "STEP", "CALLBACK", "STEP"], "{ended:#?}");
    assert_eq!(ended.invocations, 2);
}

/// Without `ASL_DURABLE_CONTINUE_AT`, and without distributed Maps, what an execution sends to itself is an input like any
/// other.
#[tokio::test(start_paused = true)]
async fn events_that_somebody_has_made_up() {
    let next = r#"{"asl-continue": 1, "snapshot": {}, "host": {}}"#;
    let arn = "arn:aws:states:us-east-1:123456789012:execution:machine/Each:1";
    let child = json!({"asl-map-child": "Each", "executionArn": arn, "roleArn": "", "input": {}}).to_json();
    for (input, vars, expect) in [
        (next, vec![], "SUCCEEDED"),
        (next, vec![("ASL_DURABLE_CONTINUE_AT", "2700")], "FAILED"),
        (child.as_str(), vec![], "SUCCEEDED"),
    ] {
        let service = service();
        let (ended, _) = to_end(&service, function(&service, &vars), input).await;
        assert_eq!(ended.status, expect, "{input}: {ended:#?}");
    }
}

/// The second invocation does again what the first one did, and reports none of it.
#[tokio::test(start_paused = true)]
async fn events_and_metrics_once() {
    let service = service();
    let vars = [("ASL_LOG_LEVEL", "ALL"), ("ASL_METRICS_NAMESPACE", "Orders")];
    let (ended, lines) = to_end(&service, function(&service, &vars), r#"{"n":7}"#).await;
    assert_eq!((ended.status.as_str(), ended.invocations), ("SUCCEEDED", 2));
    let records: Vec<&str> = lines.iter().filter_map(|line| line.get("type")?.as_str()).collect();
    let expect = [
        "ExecutionStarted",
        "WaitStateEntered",
        "WaitStateExited",
        "TaskStateEntered",
        "TaskScheduled",
        "TaskStarted",
        "TaskSubmitted",
        "TaskSucceeded",
        "TaskStateExited",
        "ExecutionSucceeded",
    ];
    assert_eq!(records, expect);
    let ids: Vec<String> =
        lines.iter().filter_map(|line| line.get("id").map(|id| id.as_str().unwrap().to_owned())).collect();
    assert_eq!(ids, (1..=10).map(|id| id.to_string()).collect::<Vec<_>>());
    let sum = |name: &str| {
        let values = lines.iter().filter_map(|line| line.get(name));
        values
            .map(|value| value.as_i64().unwrap_or_else(|| value.as_array().unwrap().len() as i64))
            .sum::<i64>()
    };
    for once in [
        "ExecutionsStarted",
        "ExecutionsSucceeded",
        "ExecutionTime",
        "ServiceIntegrationsScheduled",
        "ServiceIntegrationsStarted",
        "ServiceIntegrationsSucceeded",
        "ServiceIntegrationTime",
    ] {
        assert_eq!(sum(once), 1, "{once}: {lines:#?}");
    }
    assert_eq!(sum("ExecutionsFailed") + sum("ServiceIntegrationsFailed"), 0);
}

/// An execution that waits for its callback, and the id of that.
async fn waiting(service: &Arc<Emulator>) -> String {
    let event = service.start("order-7", "{}".into());
    let answer = handle(&function(service, &[]), event, Invocation::new("request-1")).await.unwrap();
    assert_eq!(answer["Status"], json!("PENDING"));
    let operations = service.operations("order-7");
    operations
        .iter()
        .find_map(|operation| match &operation.details {
            asl_durable::OperationDetails::Callback { callback_id, .. } => Some(callback_id.to_string()),
            _ => None,
        })
        .unwrap()
}

fn click(query: Value) -> Value {
    request("POST", query)
}

fn request(method: &str, query: Value) -> Value {
    json!({"version": "2.0", "rawPath": "/approve", "queryStringParameters": query,
        "requestContext": {"stage": "$default", "http": {"method": method}}})
}

/// Answers a callback with this event. Returns the answer of the function and the end of the callback.
async fn answered(event: impl Fn(&str) -> Value) -> (Value, String) {
    let service = service();
    let id = waiting(&service).await;
    answered_at(&service, event(&id)).await
}

async fn answered_at(service: &Arc<Emulator>, event: Value) -> (Value, String) {
    let answer = handle(&function(service, &[]), event, Invocation::new("click")).await;
    let answer = answer.unwrap_or_else(|error| json!({"errorType": (error.error_type())}));
    let callback = service.operations("order-7").into_iter().nth(2).unwrap();
    let (result, error) = callback.details.end();
    let end = result
        .map(ToString::to_string)
        .or(error.and_then(|error| error.error_type.clone()).map(|e| e.to_string()));
    (answer, format!("{} {}", callback.status.name(), end.unwrap_or_default()))
}

#[tokio::test(start_paused = true)]
async fn callbacks_in_every_form() {
    let sent = |action: &str, body: Value| {
        let target = format!("AWSStepFunctions.{action}");
        json!({"version": "2.0", "rawPath": "/", "headers": {"x-amz-target": target}, "body": (body.to_json()),
            "requestContext": {"http": {"method": "POST"}}})
    };
    let (answer, end) = answered(|id| click(json!({"token": id, "output": r#"{"ok":1}"#}))).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(200), r#"SUCCEEDED {"ok":1}"#));
    let (answer, end) = answered(|id| click(json!({"token": id, "error": "Declined"}))).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(200), "FAILED Declined"));
    let (answer, end) = answered(|id| sent("SendTaskSuccess", json!({"taskToken": id, "output": "1"}))).await;
    assert_eq!(
        (&answer["statusCode"], &answer["body"], end.as_str()),
        (&json!(200), &json!("{}"), "SUCCEEDED 1")
    );
    let (_, end) = answered(|id| sent("SendTaskFailure", json!({"taskToken": id, "error": "No"}))).await;
    assert_eq!(end, "FAILED No");
    let (answer, end) = answered(|id| sent("SendTaskHeartbeat", json!({"taskToken": id}))).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(200), "STARTED "));
    let (answer, end) = answered(|id| json!({"SendTaskSuccess": {"taskToken": id, "output": "2"}})).await;
    assert_eq!((answer, end.as_str()), (json!({}), "SUCCEEDED 2"));
}

/// A program that checks mails follows the link before the person does.
#[tokio::test(start_paused = true)]
async fn a_link_answers_nothing_before_its_button_does() {
    let service = service();
    let id = waiting(&service).await;
    let query = json!({"token": (id.as_str()), "output": r#"{"ok":1}"#});
    for method in ["GET", "HEAD", "GET"] {
        let (page, end) = answered_at(&service, request(method, query.clone())).await;
        assert_eq!((&page["statusCode"], end.as_str()), (&json!(200), "STARTED "), "{method}");
        let policy = json!("default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
        assert_eq!(page["headers"]["content-security-policy"], policy);
    }
    let (answer, end) = answered_at(&service, request("POST", query.clone())).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(200), r#"SUCCEEDED {"ok":1}"#));
    let (answer, _) = answered_at(&service, request("POST", query)).await;
    assert_eq!(answer["statusCode"], json!(410));
}

/// A service that refuses all answers to callbacks.
struct Refusing(DurableErrorKind);

#[async_trait::async_trait]
impl CallbackApi for Refusing {
    async fn answer(&self, _: &str, _: CallbackSays) -> Result<(), DurableError> {
        Err(DurableError::new(self.0, "AccessDeniedException: not authorized"))
    }
}

/// A function that may not answer callbacks does not say that they were answered.
#[tokio::test(start_paused = true)]
async fn what_is_refused_is_not_gone() {
    for (kind, status, error_type, is_logged) in [
        (DurableErrorKind::Closed, 410, "TaskTimedOut", false),
        (DurableErrorKind::Invalid, 400, "InvalidToken", false),
        (DurableErrorKind::Unavailable, 503, "ServiceUnavailable", true),
        (DurableErrorKind::Refused, 500, "InternalFailure", true),
    ] {
        let function = function(&service(), &[]).with_callbacks(Arc::new(Refusing(kind)));
        let lines = Arc::new(Mutex::new(Vec::new()));
        let sink = Arc::clone(&lines);
        let log = move |line: &Value| sink.lock().unwrap().push(line.clone());
        let invocation = Invocation::new("click").with_log(Arc::new(log));
        let answer = handle(&function, click(json!({"token": "a"})), invocation.clone()).await.unwrap();
        assert_eq!(answer["statusCode"], json!(status), "{kind:?}");
        assert!(!answer["body"].as_str().unwrap().contains("AccessDenied") || status == 400, "{answer}");
        let event = json!({"SendTaskSuccess": {"taskToken": "a", "output": "2"}});
        let error = handle(&function, event, invocation).await.unwrap_err();
        assert_eq!(error.error_type(), error_type);
        let lines = lines.lock().unwrap().clone();
        let reason = lines.iter().any(|line| line.to_json().contains("AccessDeniedException"));
        assert_eq!(reason, is_logged, "{lines:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn callbacks_that_nobody_waits_for() {
    let (answer, end) = answered(|_| click(json!({"token": "bm9uZQ=="}))).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(410), "STARTED "));
    let (answer, _) =
        answered(|_| json!({"SendTaskSuccess": {"taskToken": "bm9uZQ==", "output": "2"}})).await;
    assert_eq!(answer, json!({"errorType": "TaskTimedOut"}));
    // Other requests start the workflow.
    let (answer, _) = answered(|_| json!({"SendTaskSuccess": 1, "n": 2})).await;
    assert_ne!(answer, json!({"errorType": "InvalidToken"}));
}

/// Every event of a durable function arrives in a durable execution.
#[tokio::test(start_paused = true)]
async fn a_link_that_a_durable_execution_answers() {
    let service = service();
    let id = waiting(&service).await;
    let event = service.start("click", click(json!({"token": id})).to_json().into());
    let answer = handle(&function(&service, &[]), event, Invocation::new("request-2")).await.unwrap();
    assert_eq!(answer["Status"], json!("SUCCEEDED"));
    let response = Value::parse(answer["Result"].as_str().unwrap()).unwrap();
    assert_eq!(response["statusCode"], json!(200));
    assert_eq!(service.operations("order-7")[2].status.name(), "SUCCEEDED");
}

/// The machine of a function of two, whose name is that of the function; the other one is `billing`.
fn main_machine(task: &str) -> String {
    format!(r#"{{"StartAt": "Start", "States": {{"Start": {task}}}}}"#)
}

pub(crate) fn start(pattern: &str, machine: &str, more: &str) -> String {
    main_machine(&format!(
        r#"{{"Type": "Task", "Resource": "arn:aws:states:::states:startExecution{pattern}", "Parameters": {{
          "StateMachineArn": "arn:aws:states:us-east-1:123456789012:stateMachine:{machine}", "Input": {{"n.$": "$.n"}}
        }}{more}, "End": true}}"#
    ))
}

/// Another machine, which fails from 100 on.
pub(crate) const BILLING: &str = r#"{"StartAt": "Big", "States": {
    "Big": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericGreaterThan": 99, "Next": "TooMuch"}], "Default": "Bill"},
    "Bill": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:bill", "End": true},
    "TooMuch": {"Type": "Fail", "Error": "TooMuch", "Cause": "call the bank"}
}}"#;

/// The name of the function, of its own version.
const OWN: &str = "arn:aws:lambda:us-east-1:123456789012:function:machine:1";

/// Runs a machine in a function whose other machine is `BILLING`. Another function, `elsewhere`, has `BILLING` only.
async fn beside(main: &str, input: &str, faults: Faults) -> (Emulated, Arc<Emulator>) {
    beside_with(main, input, faults, &[], BILLING).await
}

/// Runs a machine in a function whose other machine is `billing`, with these settings.
pub(crate) async fn beside_with(
    main: &str,
    input: &str,
    faults: Faults,
    vars: &[(&str, &str)],
    billing: &str,
) -> (Emulated, Arc<Emulator>) {
    let service = Arc::new(Emulator::starting_at(std::time::SystemTime::now().into()).with_faults(faults));
    let source = |text: &str| Source::json(text.to_owned());
    let hash = |text: &str| DefinitionHash::of(&asl_model::parse(&source(text)).machine.unwrap());
    let program = |text: &str| load(&source(text)).unwrap().program;
    let engine = || {
        let bill =
            task_fn(|order: Value| async move { Ok::<_, Failure>(json!({"billed": (order["n"].clone())})) });
        let step_functions = task_fn(|_: Value| async move { Ok::<_, Failure>(json!("by Step Functions")) });
        let tasks =
            Registry::new().function("bill", bill).service("states", "startExecution", step_functions);
        Engine::builder().tasks(tasks).build()
    };
    let always = [("ASL_EXPRESS_PATTERNS", "all"), ("ASL_DURABLE_FUNCTIONS", r#"{"far": "elsewhere"}"#)];
    let vars = vars.iter().chain(&always).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let config = Config::from_vars(vars).unwrap();
    let api: Arc<dyn DurableApi> = service.clone();
    let others = [("billing".to_owned(), program(billing))];
    let own = Adapter::with_others(program(main), others, engine(), config.clone()).unwrap();
    let own = own.with_durable(Arc::clone(&api), hash(main));
    let own = own.with_durable_others([("billing".to_owned(), hash(billing))]);
    let elsewhere = Adapter::new(program(billing), engine(), config).unwrap();
    let elsewhere = elsewhere.with_durable(api, hash(billing));
    let invoke = |adapter: Adapter, function: &'static str| {
        move |event: Value| {
            let adapter = adapter.clone();
            let invocation = Invocation::new("request-1").with_function_arn(function);
            async move { Ok(handle(&adapter, event, invocation).await?) }.boxed()
        }
    };
    service.register_durable(OWN, invoke(own.clone(), OWN));
    service.register_durable(
        "elsewhere",
        invoke(elsewhere, "arn:aws:lambda:us-east-1:123456789012:function:elsewhere"),
    );
    let ended = service.run("order-7", input.into(), invoke(own, OWN)).await;
    (ended, service)
}

/// `expect`: the status, and a part of the result or of the error; then how many invocations and executions there are.
#[track_caller]
pub(crate) fn shows(
    name: &str,
    (ended, service): &(Emulated, Arc<Emulator>),
    expect: (&str, &str, usize, usize),
) {
    let (result, error) = (ended.result.clone().unwrap_or_default(), format!("{:?}", ended.error));
    let shown = if ended.status == "SUCCEEDED" { result.to_string() } else { error };
    let kinds = ended.operations.iter().map(|operation| operation.details.kind().name());
    let chained = kinds.filter(|kind| *kind == "CHAINED_INVOKE").count();
    let found = (ended.status.as_str(), chained, service.executions().len());
    assert_eq!(found, (expect.0, expect.2, expect.3), "{name}: {ended:#?}");
    assert!(shown.contains(expect.1), "{name}: {shown}");
}

#[tokio::test]
async fn executions_of_other_machines() {
    tokio::time::pause();
    let plain = Faults::default;
    let ended = beside(&start(".sync:2", "billing", ""), r#"{"n": 7}"#, plain()).await;
    shows("sync:2", &ended, ("SUCCEEDED", r#""Output":{"billed":7}"#, 1, 2));
    shows("the input", &ended, ("SUCCEEDED", r#""Input":{"n":7}"#, 1, 2));
    let ended = beside(&start(".sync", "billing", ""), r#"{"n": 7}"#, plain()).await;
    shows("sync", &ended, ("SUCCEEDED", r#""Output":"{\"billed\":7}""#, 1, 2));
    let ended = beside(&start(".sync:2", "far", ""), r#"{"n": 7}"#, plain()).await;
    shows("another function", &ended, ("SUCCEEDED", r#":stateMachine:far","Status":"SUCCEEDED""#, 1, 2));
    let ended = beside(&start(".sync:2", "billing", ""), r#"{"n": 700}"#, plain()).await;
    shows("a failure", &ended, ("FAILED", "States.TaskFailed", 1, 2));
    for part in [r#"\"Error\":\"TooMuch\""#, r#"\"Cause\":\"call the bank\""#, r#"\"Status\":\"FAILED\""#] {
        shows("a failure", &ended, ("FAILED", part, 1, 2));
    }
    let ended = beside(&start("", "billing", ""), r#"{"n": 7}"#, plain()).await;
    shows(
        "started",
        &ended,
        ("SUCCEEDED", r#""ExecutionArn":"arn:aws:states:us-east-1:123456789012:execution:billing:"#, 0, 2),
    );
    let ended = beside(&start("", "unknown", ""), r#"{"n": 7}"#, plain()).await;
    shows("Step Functions", &ended, ("SUCCEEDED", "by Step Functions", 0, 1));
    for checkpoint in 1..=4 {
        let faults = plain().at(checkpoint, Fault::KilledAfterwards);
        let ended = beside(&start(".sync:2", "billing", ""), r#"{"n": 7}"#, faults).await;
        assert_eq!((ended.0.status.as_str(), ended.1.executions().len()), ("SUCCEEDED", 2), "{ended:#?}");
    }
}

#[tokio::test]
async fn children_of_a_distributed_map() {
    tokio::time::pause();
    let map = |more: &str| {
        main_machine(&format!(
            r#"{{"Type": "Map", "Label": "Each", "ItemsPath": "$.n", "End": true, "MaxConcurrency": 2{more}, "ItemProcessor": {{
              "ProcessorConfig": {{"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}}, "StartAt": "Check", "States": {{
                "Check": {{"Type": "Choice", "Choices": [{{"Variable": "$", "NumericGreaterThan": 99, "Next": "TooMuch"}}], "Default": "Ok"}},
                "Ok": {{"Type": "Pass", "Parameters": {{"n.$": "$", "of.$": "$$.StateMachine.Name"}}, "End": true}},
                "TooMuch": {{"Type": "Fail", "Error": "TooMuch"}}
            }}}}}}"#
        ))
    };
    let ended = beside(&map(""), r#"{"n": [1, 2, 3]}"#, Faults::default()).await;
    let output = r#"[{"n":1,"of":"machine/Each"},{"n":2,"of":"machine/Each"},{"n":3,"of":"machine/Each"}]"#;
    assert_eq!(ended.0.result.as_deref(), Some(output), "{ended:#?}");
    shows("three", &ended, ("SUCCEEDED", output, 3, 4));
    // Whatever is lost at whichever checkpoint, each child is invoked once and has its result once.
    for at in 1..=12 {
        for fault in [Fault::KilledAfterwards, Fault::Unavailable, Fault::AnswerLost, Fault::StaleToken] {
            let faults = Faults { at: [(at, fault)].into(), ..Faults::default() };
            let ended = beside(&map(""), r#"{"n": [1, 2, 3]}"#, faults).await;
            shows(&format!("{fault:?} at {at}"), &ended, ("SUCCEEDED", output, 3, 4));
        }
    }
    let tolerant = map(r#", "ToleratedFailureCount": 1"#);
    let ended = beside(&tolerant, r#"{"n": [1, 200, 3]}"#, Faults::default()).await;
    assert_eq!(ended.0.status, "SUCCEEDED", "{ended:#?}");
    let ended = beside(&map(""), r#"{"n": [1, 200, 3]}"#, Faults::default()).await;
    let error = ended.0.error.as_ref().and_then(|error| error.error_type.as_deref());
    assert_eq!(error, Some("States.ExceedToleratedFailureThreshold"), "{ended:#?}");
}

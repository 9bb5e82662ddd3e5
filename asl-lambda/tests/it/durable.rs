//! Durable executions, on the emulator of asl-durable.

use std::sync::{Arc, Mutex};

use asl_durable::{Emulated, Emulator};
use asl_engine::{DefinitionHash, Engine, Registry, Task, TaskHandler, load};
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
    json!({"version": "2.0", "rawPath": "/approve", "queryStringParameters": query,
        "requestContext": {"stage": "$default", "http": {"method": "GET"}}})
}

/// Answers a callback with this event. Returns the answer of the function and the end of the callback.
async fn answered(event: impl Fn(&str) -> Value) -> (Value, String) {
    let service = service();
    let id = waiting(&service).await;
    let answer = handle(&function(&service, &[]), event(&id), Invocation::new("click")).await;
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
    let request = |action: &str, body: Value| {
        let target = format!("AWSStepFunctions.{action}");
        json!({"version": "2.0", "rawPath": "/", "headers": {"x-amz-target": target}, "body": (body.to_json()),
            "requestContext": {"http": {"method": "POST"}}})
    };
    let (answer, end) = answered(|id| click(json!({"token": id, "output": r#"{"ok":1}"#}))).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(200), r#"SUCCEEDED {"ok":1}"#));
    let (answer, end) = answered(|id| click(json!({"token": id, "error": "Declined"}))).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(200), "FAILED Declined"));
    let (answer, end) =
        answered(|id| request("SendTaskSuccess", json!({"taskToken": id, "output": "1"}))).await;
    assert_eq!(
        (&answer["statusCode"], &answer["body"], end.as_str()),
        (&json!(200), &json!("{}"), "SUCCEEDED 1")
    );
    let (_, end) = answered(|id| request("SendTaskFailure", json!({"taskToken": id, "error": "No"}))).await;
    assert_eq!(end, "FAILED No");
    let (answer, end) = answered(|id| request("SendTaskHeartbeat", json!({"taskToken": id}))).await;
    assert_eq!((&answer["statusCode"], end.as_str()), (&json!(200), "STARTED "));
    let (answer, end) = answered(|id| json!({"SendTaskSuccess": {"taskToken": id, "output": "2"}})).await;
    assert_eq!((answer, end.as_str()), (json!({}), "SUCCEEDED 2"));
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

#[test]
fn a_path_that_is_none() {
    let error = Config::from_vars([("ASL_CALLBACK_PATH".to_owned(), "approve".to_owned())]).unwrap_err();
    let expect = "ASL_CALLBACK_PATH: expected a path that begins with `/`, found `approve`";
    assert_eq!(error.problems(), [expect]);
}

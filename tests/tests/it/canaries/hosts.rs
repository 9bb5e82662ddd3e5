//! What runs executions, and all that each of them shows.

use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_aws::{Aws, Config, Polling};
use asl_engine::{Engine, Execution, Failure, HistoryRecorder, Identity, Registry, Task, TaskHandler, load};
use asl_lambda::{Adapter, Invocation, handle};
use asl_local::{Config as ServerConfig, DataDir, LogSink, Retention, Server, SharedKey};
use asl_model::{MachineArn, Source};
use asl_value::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::cloud::{Cloud, Trouble};
use super::sources::{CANARY, Home, SOURCES};
use super::watch::Seen;

type Ran<'r> = Pin<Box<dyn Future<Output = ()> + 'r>>;

/// Runs a machine with a task of these fields, and adds all that can be seen.
pub(crate) struct Host {
    pub(crate) name: &'static str,
    pub(crate) run: for<'r> fn(&'r Config, &'r str, &'r Home, &'r mut Seen) -> Ran<'r>,
}

pub(crate) const HOSTS: &[Host] = &[
    Host { name: "the engine", run: |config, state, home, seen| Box::pin(engine(config, state, home, seen)) },
    Host {
        name: "a function",
        run: |config, state, home, seen| Box::pin(function(config, state, home, seen)),
    },
    Host { name: "a server", run: |config, state, home, seen| Box::pin(server(config, state, home, seen)) },
];

fn definition(state: &str, home: &Home) -> String {
    let (state, seconds) = (home.filled(state), home.seconds);
    // The error output goes on as data.
    format!(
        r#"{{"StartAt": "T", "States": {{
            "T": {{"Type": "Task", {state}, "TimeoutSeconds": {seconds}, "Next": "Panic",
                "Catch": [{{"ErrorEquals": ["States.ALL"], "Next": "Failed"}}]}},
            "Panic": {{"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:111122223333:function:panic", "End": true,
                "Catch": [{{"ErrorEquals": ["States.ALL"], "ResultPath": null, "Next": "Done"}}]}},
            "Done": {{"Type": "Succeed"}},
            "Failed": {{"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "$.Cause"}}
        }}}}"#
    )
}

fn aws(config: &Config) -> Aws {
    Aws::new(config.clone()).with_polling(Polling::new(Duration::from_millis(1), Duration::from_millis(10)))
}

/// A handler of the host's own that fails, beside the handler with the secrets.
struct Panics(Aws);

#[async_trait::async_trait]
impl TaskHandler for Panics {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match task.resource.to_string().contains(":function:panic") {
            true => Err(Failure::new("Panic", format!("{:?}", self.0))),
            false => self.0.call(task).await,
        }
    }
}

async fn engine(config: &Config, state: &str, home: &Home, seen: &mut Seen) {
    let program = load(&Source::json(definition(state, home))).unwrap().program;
    let aws = aws(config);
    let engine = Engine::builder().tasks(Registry::new().fallback(Panics(aws.clone()))).build();
    let recorder = Arc::new(HistoryRecorder::new());
    let execution = Execution::new(json!({"n": 1}))
        .with_identity(Identity::new(MachineArn::new("eu-west-1", "111122223333", "main").execution("run")))
        .with_observer(recorder.clone());
    let report = engine.run(&program, execution).await;
    seen.add("status", report.outcome.status().to_string());
    seen.add("report", format!("{report:?} {report:#?}"));
    seen.add("history", recorder.to_json().to_json());
    seen.add("debug output", format!("{aws:?} {aws:#?} {:?} {engine:?}", aws.caller()));
    if let Some(failure) = report.outcome.failure() {
        seen.add("failure", format!("{failure:?}"));
    }
}

async fn function(config: &Config, state: &str, home: &Home, seen: &mut Seen) {
    for data in ["true", "false"] {
        let program = load(&Source::json(definition(state, home))).unwrap().program;
        let engine = Engine::builder().tasks(Registry::new().fallback(Panics(aws(config)))).build();
        let variables =
            [("ASL_LOG_LEVEL", "ALL"), ("ASL_LOG_EXECUTION_DATA", data), ("ASL_METRICS_NAMESPACE", "shop")];
        let settings =
            asl_lambda::Config::from_vars(variables.map(|(name, value)| (name.to_owned(), value.to_owned())));
        let adapter = Adapter::new(program, engine, settings.unwrap()).unwrap();
        let lines = Arc::new(Mutex::new(String::new()));
        let sink = Arc::clone(&lines);
        let invocation = Invocation::new("r-1")
            .with_function_arn("arn:aws:lambda:eu-west-1:111122223333:function:f")
            .with_log(Arc::new(move |line: &Value| sink.lock().unwrap().push_str(&line.to_json())));
        seen.add("debug output", format!("{adapter:?} {invocation:?}"));
        let event = json!({"version": "2.0", "routeKey": "POST /", "rawPath": "/", "rawQueryString": "", "headers": {},
            "requestContext": {"http": {"method": "POST", "path": "/"}}, "body": "{}", "isBase64Encoded": false});
        for event in [event, json!({})] {
            let answer = handle(&adapter, event, invocation.clone()).await;
            seen.add("answer", format!("{answer:?}"));
        }
        let lines = std::mem::take(&mut *lines.lock().unwrap());
        assert!(lines.contains("TaskStateEntered"), "{lines}");
        seen.add("log and metrics", lines);
    }
}

#[derive(Default)]
struct Records(Mutex<String>);

#[async_trait::async_trait]
impl LogSink for Records {
    fn record(&self, group: &str, record: Value) {
        let mut records = self.0.lock().unwrap();
        records.push_str(group);
        records.push_str(&record.to_json());
    }

    async fn has_group(&self, _: &str) -> bool {
        true
    }
}

/// The shared key of the server.
fn key() -> String {
    format!("{CANARY}-shared-key")
}

/// A response without its head.
async fn request(address: &str, head: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "{head}\r\nhost: {address}\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    // A stream of events does not end while the execution runs.
    let _ = tokio::time::timeout(Duration::from_secs(20), stream.read_to_string(&mut answer)).await;
    answer
}

async fn call(address: &str, action: &str, body: &Value) -> (Value, String) {
    let head = format!("POST / HTTP/1.1\r\nx-amz-target: AWSStepFunctions.{action}\r\nx-api-key: {}", key());
    let answer = request(address, &head, &body.to_json()).await;
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (Value::parse(body).unwrap_or_default(), answer)
}

struct Serving {
    address: String,
    records: Arc<Records>,
    folder: std::path::PathBuf,
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

async fn serving(config: &Config, home: &Home) -> (Serving, String) {
    let records = Arc::new(Records::default());
    let server = ServerConfig {
        services: Some(Arc::new(Panics(aws(config).with_tokens()))),
        logs: vec![records.clone() as Arc<dyn LogSink>],
        key: Some(SharedKey::new(key()).unwrap()),
        page: true,
        express_history: true,
        ..ServerConfig::default()
    };
    let shown = format!("{server:?} {server:#?}");
    static MADE: AtomicUsize = AtomicUsize::new(0);
    let folder = home.folder().join(format!("data-{}", MADE.fetch_add(1, Ordering::Relaxed)));
    std::fs::create_dir_all(home.folder()).unwrap();
    let data = DataDir::open(&folder, Retention::default()).unwrap();
    let server = Server::bind_with_data("127.0.0.1:0", server, data).await.unwrap();
    let shown = format!("{shown} {server:?}");
    let address = server.address().to_string();
    let (stop, stopped) = tokio::sync::oneshot::channel();
    let served = tokio::spawn(server.serve(async {
        let _ = stopped.await;
    }));
    (Serving { address, records, folder, stop: Some(stop), served }, shown)
}

/// All bytes of a data folder, after its server has ended.
async fn stored(mut serving: Serving) -> (String, String) {
    drop(serving.stop.take());
    serving.served.await.unwrap().unwrap();
    let mut bytes = Vec::new();
    for file in std::fs::read_dir(&serving.folder).unwrap() {
        bytes.extend(std::fs::read(file.unwrap().path()).unwrap());
    }
    assert!(bytes.len() > 4096);
    (String::from_utf8_lossy(&bytes).into_owned(), serving.records.0.lock().unwrap().clone())
}

fn create(name: &str, definition: &str, kind: &str, data: bool) -> Value {
    let group = "arn:aws:logs:us-east-1:123456789012:log-group:/aws/vendedlogs/states/here:*";
    json!({
        "name": name, "type": kind, "definition": definition, "roleArn": "arn:aws:iam::123456789012:role/r",
        "loggingConfiguration": {"level": "ALL", "includeExecutionData": data,
            "destinations": [{"cloudWatchLogsLogGroup": {"logGroupArn": group}}]}
    })
}

async fn server(config: &Config, state: &str, home: &Home, seen: &mut Seen) {
    let (serving, shown) = serving(config, home).await;
    seen.add("debug output", shown);
    let address = serving.address.as_str();
    let mut see = async |action: &str, body: Value| {
        let (body, answer) = call(address, action, &body).await;
        seen.add(action, answer);
        body
    };
    let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let mut statuses = Vec::new();
    let mut paths = vec!["/".to_owned(), "/ui/app.css".to_owned()];
    for (name, kind, data) in [("a", "STANDARD", true), ("b", "EXPRESS", false)] {
        let machine = see("CreateStateMachine", create(name, &definition(state, home), kind, data)).await;
        assert!(machine.get("stateMachineArn").is_some(), "{machine}");
        let machine = text(&machine, "stateMachineArn");
        let started = see("StartExecution", json!({"stateMachineArn": (machine.as_str())})).await;
        let execution = text(&started, "executionArn");
        let of_it = json!({"executionArn": (execution.as_str())});
        let status = loop {
            let described = see("DescribeExecution", of_it.clone()).await;
            match text(&described, "status").as_str() {
                "RUNNING" => tokio::time::sleep(Duration::from_millis(50)).await,
                status => break status.to_owned(),
            }
        };
        statuses.push(status);
        for data in [true, false] {
            let page = json!({"executionArn": (execution.as_str()), "includeExecutionData": data});
            see("GetExecutionHistory", page).await;
        }
        see("ListExecutions", json!({"stateMachineArn": (machine.as_str())})).await;
        let arn = execution.replace(':', "%3A");
        paths.extend(
            ["execution?arn=", "events?arn=", "coverage?arn="].map(|path| format!("/ui/{path}{arn}")),
        );
        paths.extend([2, 3].map(|event| format!("/ui/stages?arn={arn}&event={event}")));
        paths.push(format!("/ui/coverage?arn={}", machine.replace(':', "%3A")));
    }
    see(
        "TestState",
        json!({"definition": (format!("{{\"Type\": \"Task\", {}, \"TimeoutSeconds\": {}, \"End\": true}}", home.filled(state), home.seconds)),
        "roleArn": "arn:aws:iam::123456789012:role/r", "inspectionLevel": "TRACE", "revealSecrets": true}),
    )
    .await;
    for path in paths {
        let head = format!("GET {path} HTTP/1.1\r\naccept: text/html\r\nx-api-key: {}", key());
        let page = request(address, &head, "").await;
        assert!(!page.contains("MissingAuthenticationToken"), "{page}");
        seen.add(path, page);
    }
    // Proofs that fail are not repeated to whoever tried.
    for proof in [
        format!("x-api-key: {}x", key()),
        format!("authorization: Bearer {}x", key()),
        format!("cookie: asl={}", key()),
    ] {
        let head = format!("POST / HTTP/1.1\r\nx-amz-target: AWSStepFunctions.ListStateMachines\r\n{proof}");
        seen.add("refusal", request(address, &head, "{}").await);
    }
    seen.add("refusal", request(address, "POST /ui/login HTTP/1.1", &format!("key={}x", key())).await);
    for status in statuses {
        seen.add("status", status);
    }
    let (bytes, records) = stored(serving).await;
    assert!(records.contains("TaskStateEntered"), "{records}");
    seen.add("data folder", bytes);
    seen.add("log records", records);
}

/// Tokens and keys that a server has given out: of tasks, and of a browser. Good and bad ones are used.
pub(crate) async fn tokens() -> Vec<String> {
    let cloud = Cloud::start(Trouble::None, "").await;
    let source = &SOURCES[0];
    let home = Home::new(source, &cloud.url, 60);
    let config = Config::from_variables(home.variables()).unwrap();
    let (serving, _) = serving(&config, &home).await;
    let address = serving.address.as_str();
    let state = r#""Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
        "Parameters": {"QueueUrl": "<url>/queue", "MessageBody": {"token.$": "$$.Task.Token"}}"#;
    let activity = call(address, "CreateActivity", &json!({"name": "a"})).await.0;
    let activity = activity["activityArn"].as_str().unwrap().to_owned();
    let mut secrets = Vec::new();
    for (name, state) in [("sqs", state.to_owned()), ("activity", format!(r#""Resource": "{activity}""#))] {
        let definition = definition(&state, &home);
        let machine =
            call(address, "CreateStateMachine", &create(name, &definition, "STANDARD", true)).await.0;
        call(address, "StartExecution", &json!({"stateMachineArn": machine["stateMachineArn"].clone()}))
            .await;
        let token = match name {
            "sqs" => sent_token(&cloud).await,
            _ => {
                let task =
                    call(address, "GetActivityTask", &json!({"activityArn": (activity.as_str())})).await.0;
                task["taskToken"].as_str().unwrap().to_owned()
            }
        };
        let token = token.as_str();
        for (action, token) in [
            ("SendTaskHeartbeat", token.to_owned()),
            ("SendTaskHeartbeat", format!("{token}x")),
            ("SendTaskSuccess", format!("{token}{token}{}", "x".repeat(2000))),
            ("SendTaskSuccess", format!("{token}é\u{0}")),
            ("SendTaskSuccess", token.to_owned()),
            ("SendTaskFailure", token.to_owned()),
        ] {
            call(address, action, &json!({"taskToken": token, "output": "{}"})).await;
        }
        call(address, "SendTaskSuccess", &json!({"taskToken": token, "output": "{"})).await;
        secrets.push(token.to_owned());
    }
    let welcome = request(address, "POST /ui/login HTTP/1.1", &format!("key={}", key())).await;
    let cookie = welcome.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap().to_owned();
    let pair = cookie.split(';').next().unwrap();
    request(address, &format!("GET /ui/changes?x HTTP/1.0\r\ncookie: {pair}"), "").await;
    secrets.push(pair.split_once('=').unwrap().1.to_owned());
    drop(serving);
    secrets
}

/// The token in the message that a queue got.
async fn sent_token(cloud: &Cloud) -> String {
    for _ in 0..500 {
        let requests = cloud.requests();
        let sent = requests.iter().find_map(|request| request.split_once(r#"\"token\":\""#));
        if let Some((_, rest)) = sent {
            return rest.split('\\').next().unwrap_or_default().to_owned();
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("no message: {:?}", cloud.requests());
}

//! The page: its document, what its script reads, and who may ask.

use std::time::Duration;

use asl_local::{Config, Quotas};
use asl_value::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::client::{Client, one_state, pass, text, wait};

async fn client() -> Client {
    Client::of(Config { page: true, ..Config::default() }).await
}

/// The status and the body of a response.
async fn get(client: &Client, path: &str) -> (String, String) {
    split(&client.text(&format!("GET {path} HTTP/1.0"), "").await)
}

fn split(answer: &str) -> (String, String) {
    let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
    (head.split(' ').nth(1).expect("a status").to_owned(), body.to_owned())
}

async fn json_of(client: &Client, path: &str) -> Value {
    let (status, body) = get(client, path).await;
    assert_eq!(status, "200", "{path}: {body}");
    Value::parse(&body).expect("JSON")
}

/// The data of all messages of a name.
fn messages(stream: &str, name: &str) -> Vec<Value> {
    let data = |message: &str| {
        let (_, data) = message.split_once(&format!("event: {name}\ndata: "))?;
        Some(Value::parse(data).expect("JSON"))
    };
    stream.split("\n\n").filter_map(data).collect()
}

const ROUTES: &[&str] = &[
    "GET /",
    "GET /ui/app.js",
    "GET /ui/app.css",
    "POST /ui/graph",
    "GET /ui/execution?arn=a",
    "GET /ui/executions?stateMachineArn=a",
    "GET /ui/events?arn=a",
    "GET /ui/event?arn=a&id=1",
    "GET /ui/stages?arn=a&event=2",
    "GET /ui/coverage?arn=a",
    "GET /ui/changes",
];

#[tokio::test]
async fn a_browser_gets_the_page_and_a_program_the_health() {
    let client = client().await;
    let page = client.text("GET / HTTP/1.0\r\naccept: text/html", "").await;
    assert!(page.contains("<script src=\"/ui/app.js\" defer></script>"), "{page}");
    let policy = "content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                  connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n";
    for header in [policy, "x-content-type-options: nosniff\r\n", "referrer-policy: no-referrer\r\n"] {
        assert!(page.contains(header), "{header} is not in {page}");
    }
    assert_eq!(get(&client, "/").await, ("200".into(), r#"{"status":"ok"}"#.into()));
    for path in ["/ui/app.js", "/ui/app.css"] {
        assert_eq!(get(&client, path).await.0, "200", "{path}");
    }
}

#[tokio::test]
async fn without_the_page_nothing_of_it_is_served() {
    let client = Client::new().await;
    for route in ROUTES {
        let answer = client.text(&format!("{route} HTTP/1.0\r\naccept: text/html"), "").await;
        let (status, body) = split(&answer);
        let expected = if *route == "GET /" {
            "200"
        } else if route.starts_with("POST") {
            "400"
        } else {
            "404"
        };
        assert_eq!(status, expected, "{route}: {body}");
        assert!(!body.contains("<html"), "{route}");
    }
}

#[tokio::test]
async fn pages_of_other_sites_get_nothing() {
    let client = client().await;
    for route in ROUTES {
        for header in [
            "host: evil.example",
            "host: 127.0.0.1.evil.example",
            "origin: http://evil.example",
            "origin: http://localhost:1",
            "origin: null",
            "sec-fetch-site: cross-site\r\nsec-fetch-mode: no-cors",
        ] {
            if *route == "GET /" && header.starts_with("sec-fetch") {
                // A link on another page may lead here.
                continue;
            }
            let head = format!("{route} HTTP/1.0\r\naccept: text/html\r\n{header}");
            let (status, body) = split(&client.text(&head, "{}").await);
            assert_eq!(status, "403", "{route} {header}: {body}");
        }
    }
}

#[tokio::test]
async fn an_execution_is_shown_with_its_events() {
    let client = client().await;
    let machine = client.machine("STANDARD", pass()).await;
    let input = json!({"long": "ä".repeat(2048)}).to_json();
    let arn = client.start(&machine, &input).await;
    client.ended(&arn).await;
    let head = json_of(&client, &format!("/ui/execution?arn={arn}")).await;
    assert_eq!(head["execution"]["status"], json!("SUCCEEDED"));
    assert_eq!(head["execution"]["input"], json!(input.as_str()));
    assert_eq!(head["machine"]["arn"], json!(machine.as_str()));
    assert_eq!(head["machine"]["definition"], json!(pass().to_json()));
    assert_eq!(head["eventCount"], json!(4));
    let states = head["layout"]["nodes"].as_array().expect("nodes").iter();
    assert_eq!(states.filter(|node| node["name"] == json!("S")).count(), 1);

    let (status, stream) = get(&client, &format!("/ui/events?arn={arn}")).await;
    assert_eq!(status, "200");
    let chunks = messages(&stream, "events");
    let [chunk] = chunks.as_slice() else { panic!("{stream}") };
    let events = chunk["events"].as_array().expect("events");
    let types: Vec<&str> = events.iter().filter_map(|event| event["type"].as_str()).collect();
    assert_eq!(types, ["ExecutionStarted", "PassStateEntered", "PassStateExited", "ExecutionSucceeded"]);
    let entered = &events[1];
    assert_eq!(entered["stateEnteredEventDetails"]["input"], Value::Null);
    assert_eq!(entered["large"], json!({"/stateEnteredEventDetails/input": 2059}));
    assert_eq!(messages(&stream, "end")[0]["status"], json!("SUCCEEDED"));

    let whole = json_of(&client, &format!("/ui/event?arn={arn}&id=2")).await;
    assert_eq!(whole["stateEnteredEventDetails"]["input"], json!(input.as_str()));
    let seen =
        client.text(&format!("GET /ui/events?arn={arn}&after=1 HTTP/1.0\r\nlast-event-id: 3"), "").await;
    assert_eq!(messages(&seen, "events")[0]["events"].as_array().map(|events| events.len()), Some(1));
    for path in [&format!("/ui/event?arn={arn}&id=5"), "/ui/execution?arn=a", "/ui/events?arn=a"] {
        let (status, body) = get(&client, path).await;
        assert_eq!(status, "404", "{path}");
        assert!(Value::parse(&body).expect("JSON")["message"].as_str().is_some(), "{path}");
    }
}

/// The parts of a machine that were reached, as `label: hits`.
async fn reached(client: &Client, machine: &str) -> Vec<String> {
    let answer = json_of(client, &format!("/ui/coverage?arn={machine}")).await;
    assert!(answer["layout"]["nodes"].as_array().is_some(), "{answer}");
    let items = answer["coverage"]["items"].as_array().expect("items").iter();
    let line = |item: &Value| format!("{}: {}", item["label"].as_str().expect("a label"), item["hits"]);
    items.filter(|item| item["hits"] != json!(0)).map(line).collect()
}

#[tokio::test]
async fn what_executions_reach_is_counted_for_each_definition() {
    let client = client().await;
    let definition = |than: u64| {
        json!({"StartAt": "Size", "States": {
            "Size": {"Type": "Choice", "Default": "Small",
                "Choices": [{"Variable": "$.n", "NumericGreaterThan": than, "Next": "Each"}]},
            "Each": {"Type": "Map", "ItemsPath": "$.list", "End": true, "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "One", "States": {"One": {"Type": "Pass", "End": true}}}},
            "Small": {"Type": "Pass", "End": true}}})
    };
    let machine = client.machine("STANDARD", definition(9)).await;
    assert_eq!(reached(&client, &machine).await, [""; 0]);
    for n in [1, 2, 10] {
        let arn = client.start(&machine, &json!({"n": n, "list": [1, 2]}).to_json()).await;
        client.ended(&arn).await;
    }
    let expected = [
        "Size: 3",
        "Size → Small by default: 2",
        "rule 0 of Size matches: 1",
        "rule 0 of Size does not match: 2",
        "Size → Each by rule 0: 1",
        "Each: 1",
        "the iterations of Each: 2",
        "One: 2",
        "Small: 2",
    ];
    let mut found = reached(&client, &machine).await;
    found.sort();
    let mut expected = expected.map(str::to_owned).to_vec();
    expected.sort();
    assert_eq!(found, expected);
    let update = async |changes: Value| {
        let mut request = json!({"stateMachineArn": machine.as_str()});
        let (Value::Object(members), Value::Object(changes)) = (&mut request, changes) else { panic!() };
        members.extend(changes);
        client.ok("UpdateStateMachine", request).await;
    };
    // Another role leaves the counts as they are, another definition begins with none.
    update(json!({"roleArn": "arn:aws:iam::123456789012:role/other"})).await;
    assert_eq!(reached(&client, &machine).await.len(), expected.len());
    update(json!({"definition": definition(5).to_json()})).await;
    assert_eq!(reached(&client, &machine).await, [""; 0]);
    let (status, body) =
        get(&client, "/ui/coverage?arn=arn:aws:states:us-east-1:123456789012:stateMachine:no").await;
    assert_eq!(status, "400", "{body}");
}

#[tokio::test]
async fn what_a_state_made_of_its_data_is_kept_within_the_quotas() {
    let definition = one_state(json!({"Type": "Pass", "InputPath": "$.a", "End": true}));
    let run = async |quotas: Quotas, count: usize| {
        let client = Client::of(Config { page: true, quotas, ..Config::default() }).await;
        let machine = client.machine("STANDARD", definition.clone()).await;
        let mut found = Vec::new();
        let mut arns = Vec::new();
        for _ in 0..count {
            let arn = client.start(&machine, &json!({"a": "x".repeat(1000)}).to_json()).await;
            client.ended(&arn).await;
            arns.push(arn);
        }
        for arn in arns {
            found.push(get(&client, &format!("/ui/stages?arn={arn}&event=2")).await);
        }
        found
    };
    let [(status, body)] = &run(Quotas::default(), 1).await[..] else { panic!("one execution") };
    let stages = Value::parse(body).expect("JSON");
    assert_eq!((status.as_str(), &stages["stages"][0]["afterInputPath"]), ("200", &json!("x".repeat(1000))));
    let nothing = run(Quotas { stage_bytes: 0, ..Quotas::default() }, 1).await;
    assert_eq!(nothing[0].0, "404");
    assert!(nothing[0].1.contains("nothing is kept of what the states"), "{}", nothing[0].1);
    // Each execution takes some 2.8 KB.
    let last = run(Quotas { kept_stage_bytes: 9000, ..Quotas::default() }, 4).await;
    let statuses: Vec<&str> = last.iter().map(|(status, _)| status.as_str()).collect();
    assert_eq!(statuses, ["404", "200", "200", "200"]);
    assert!(last[0].1.contains("nothing is kept of event 2"), "{}", last[0].1);
}

#[tokio::test]
async fn events_of_a_running_execution_arrive_as_they_happen() {
    let client = client().await;
    let arn = client.start(&client.machine("STANDARD", wait()).await, "{}").await;
    let reader = {
        let (client, path) = (client.clone(), format!("/ui/events?arn={arn}"));
        tokio::spawn(async move { get(&client, &path).await.1 })
    };
    tokio::time::sleep(Duration::from_millis(100)).await;
    client.ok("StopExecution", json!({"executionArn": arn.as_str(), "error": "Enough"})).await;
    let stream = timeout(Duration::from_secs(10), reader).await.expect("an end").expect("read");
    let types: Vec<String> = messages(&stream, "events")
        .iter()
        .flat_map(|chunk| chunk["events"].as_array().expect("events").clone())
        .map(|event| text(&event, "type"))
        .collect();
    assert_eq!(types, ["ExecutionStarted", "WaitStateEntered", "ExecutionAborted"]);
    assert_eq!(messages(&stream, "end")[0]["status"], json!("ABORTED"));
}

#[tokio::test]
async fn the_page_shows_express_executions() {
    let client = client().await;
    let machine = client.machine("EXPRESS", pass()).await;
    let arn = client.start(&machine, "{}").await;
    let stream = get(&client, &format!("/ui/events?arn={arn}")).await.1;
    assert_eq!(messages(&stream, "end").len(), 1, "{stream}");
    let listed = json_of(&client, &format!("/ui/executions?stateMachineArn={machine}&maxResults=10")).await;
    assert_eq!(listed["executions"][0]["executionArn"], json!(arn.as_str()));
    let message = "This operation is not supported by this type of state machine";
    let request = json!({"stateMachineArn": machine.as_str()});
    client.refused("ListExecutions", request, "StateMachineTypeNotSupported", message).await;
}

#[tokio::test]
async fn the_page_lists_the_executions_of_all_machines() {
    let client = client().await;
    let mut started = Vec::new();
    for kind in ["EXPRESS", "STANDARD"] {
        let machine = client.machine(kind, pass()).await;
        started.push(client.start(&machine, "{}").await);
    }
    let waiting = client.start(&client.machine("STANDARD", wait()).await, "{}").await;
    let arns = async |path: &str| {
        let listed = json_of(&client, path).await;
        let listed = listed["executions"].as_array().expect("executions").clone();
        listed.iter().map(|execution| text(execution, "executionArn")).collect::<Vec<_>>()
    };
    assert_eq!(arns("/ui/executions?statusFilter=RUNNING").await, [waiting.as_str()]);
    let all = arns("/ui/executions").await;
    assert_eq!((all.len(), all.first()), (3, Some(&waiting)));
    assert!(started.iter().all(|arn| all.contains(arn)), "{all:?}");
}

#[tokio::test]
async fn a_definition_is_drawn_while_it_is_written() {
    let client = client().await;
    let graph = async |definition: &str| {
        let body = json!({"definition": definition}).to_json();
        let (status, body) = split(&client.text("POST /ui/graph HTTP/1.0", &body).await);
        assert_eq!(status, "200", "{body}");
        Value::parse(&body).expect("JSON")
    };
    let drawn = graph(&pass().to_json()).await;
    assert_eq!(drawn["diagnostics"], json!([]));
    assert!(drawn["layout"]["width"].as_f64().is_some(), "{drawn}");
    let misspelt = "{\"StartAt\": \"A\",\n \"States\": {\"A\": {\"Type\": \"Pass\", \"Ends\": true}}}";
    let problems = graph(misspelt).await;
    let mut problems = problems["diagnostics"].as_array().expect("diagnostics").iter();
    let found =
        problems.find(|found| found["help"] == json!("did you mean `End`?")).expect("the misspelt field");
    assert_eq!(found["severity"], json!("error"));
    assert_eq!(found["from"], json!({"line": 2, "column": 35}), "{found}");
    assert_eq!(found["to"], json!({"line": 2, "column": 41}));
    let broken = graph("{\"StartAt\": ").await;
    assert_eq!(broken["layout"], Value::Null);
    assert_eq!(broken["diagnostics"].as_array().map(|found| found.len()), Some(1));
}

#[tokio::test]
async fn lists_hear_of_changes() {
    let client = client().await;
    let mut stream = client.connect().await;
    stream.write_all(b"GET /ui/changes HTTP/1.0\r\nhost: localhost\r\n\r\n").await.expect("written");
    let mut seen = String::new();
    let mut read_until = async |wanted: &str| {
        let read = async {
            while !seen.contains(wanted) {
                let mut bytes = [0; 4096];
                let read = stream.read(&mut bytes).await.expect("read");
                assert!(read > 0, "the stream ended: {seen}");
                seen.push_str(std::str::from_utf8(&bytes[..read]).expect("text"));
            }
        };
        timeout(Duration::from_secs(10), read).await.unwrap_or_else(|_| panic!("{wanted} does not come"));
    };
    read_until(": open").await;
    let machine =
        client.machine("STANDARD", one_state(json!({"Type": "Wait", "Seconds": 600, "End": true}))).await;
    read_until(&format!("event: machine\ndata: {{\"stateMachineArn\":\"{machine}\"}}")).await;
    let arn = client.start(&machine, "{}").await;
    read_until("\"status\":\"RUNNING\"").await;
    client.ok("StopExecution", json!({"executionArn": arn.as_str()})).await;
    read_until("\"status\":\"ABORTED\"").await;
}

#[tokio::test]
async fn streams_end_with_the_server_and_are_limited() {
    let quotas = Quotas { event_streams: 1, ..Quotas::default() };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let config = Config { page: true, quotas, ..Config::default() };
    let (client, server) = Client::until(config, async { drop(stopped.await) }).await;
    let mut first = client.connect().await;
    first.write_all(b"GET /ui/changes HTTP/1.0\r\nhost: localhost\r\n\r\n").await.expect("written");
    let mut head = [0; 512];
    assert!(first.read(&mut head).await.expect("read") > 0);
    let (status, body) = get(&client, "/ui/changes").await;
    assert_eq!((status.as_str(), body.contains("1 pages are open already")), ("429", true), "{body}");
    drop(stop);
    let rest = timeout(Duration::from_secs(4), first.read_to_end(&mut Vec::new())).await;
    rest.expect("the stream ends").expect("read");
    timeout(Duration::from_secs(4), server).await.expect("the server ends").expect("joined").expect("served");
}

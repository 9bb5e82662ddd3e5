//! `asl run --report` and `asl report`

use asl_value::Value;

use crate::support::{asl, file, scratch};

/// The data in a report.
#[track_caller]
fn data(html: &str) -> Value {
    let (_, data) = html.split_once(r#"<script type="application/json" id="asl-report">"#).expect("a report");
    Value::parse(data.split_once("</script>").expect("an end").0).expect("JSON")
}

#[test]
fn a_run_is_reported_with_what_its_states_made_of_their_data() {
    let path = scratch("report_run.html");
    let args =
        ["run", "orders.asl.json", "--mocks", "orders.mocks.json#Lost", "--input", r#"{"items":[1,2]}"#];
    let ran = asl(&[&args[..], &["--report", path.to_str().unwrap()]].concat(), "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    let html = std::fs::read_to_string(&path).unwrap();
    let data = data(&html);
    assert_eq!(data["head"]["execution"]["status"].as_str(), Some("FAILED"));
    assert_eq!(data["head"]["execution"]["input"].as_str(), Some(r#"{"items":[1,2]}"#));
    assert!(data["head"]["layout"]["nodes"].as_array().is_some_and(|nodes| nodes.len() > 3));
    let events = data["events"].as_array().expect("events");
    let entered = |event: &&Value| event["type"].as_str() == Some("TaskStateEntered");
    let task = events.iter().find(entered).and_then(|event| event["id"].as_i64()).expect("a task");
    let attempts = data["stages"][task.to_string().as_str()].as_array().expect("attempts");
    assert!(attempts[0]["afterParameters"].as_object().is_some(), "{attempts:?}");
    assert!(html.contains("script-src 'sha256-"), "it has a policy");
}

#[test]
fn executions_of_a_log_are_reported() {
    let record = |arn: &str, id: u64, kind: &str, details: &str| {
        format!(
            r#"{{"id":"{id}","type":"{kind}","details":{details},"previous_event_id":"{}","event_timestamp":"{id}000","execution_arn":"arn:aws:states:us-east-1:123456789012:express:orders:{arn}","redrive_count":"0"}}"#,
            id - 1
        )
    };
    let log = [
        "START RequestId: 8476a536 Version: $LATEST".to_owned(),
        record("a:1", 1, "ExecutionStarted", r#"{"input":"{}"}"#),
        format!("2026-01-01T00:00:00Z stream {}", record("b:2", 1, "ExecutionStarted", r#"{"input":"[]"}"#)),
        record("a:1", 2, "FailStateEntered", r#"{"name":"<script>"}"#),
        record("a:1", 3, "ExecutionFailed", r#"{"error":"Lost"}"#),
    ]
    .join("\n");
    let path = file("report.log", &log);
    let definition = r#"{"StartAt":"<script>","States":{"<script>":{"Type":"Fail","Error":"Lost"}}}"#;
    let definition = file("report.asl.json", definition);
    let ran = asl(&["report", &path, "--definition", &definition], "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let both = data(&ran.stdout);
    assert_eq!(both["head"]["execution"]["error"].as_str(), Some("Lost"));
    assert_eq!(both["head"]["machine"]["name"].as_str(), Some("orders"));
    assert_eq!(both["head"]["machine"]["type"].as_str(), Some("EXPRESS"));
    assert_eq!(both["more"][0]["head"]["execution"]["status"].as_str(), Some("RUNNING"));
    let output = scratch("report_one.html");
    let args = ["report", "-", "--execution", "b", "--output", output.to_str().unwrap()];
    let ran = asl(&args, &log);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), ""), "{ran:?}");
    let one = data(&std::fs::read_to_string(&output).unwrap());
    assert_eq!((one["head"]["execution"]["name"].as_str(), one["more"].is_null()), (Some("b"), true));
    for (args, message) in [
        (&["report", "-", "--execution", "c"][..], "`-` has no execution `c`"),
        (&["report", "hello.asl.json"], "`hello.asl.json` has no log records of executions"),
        (&["report", "missing.log"], "cannot read missing.log: "),
    ] {
        let ran = asl(args, &log);
        assert_eq!(ran.code, Some(64), "{ran:?}");
        assert!(ran.stderr.contains(message), "{ran:?}");
    }
}

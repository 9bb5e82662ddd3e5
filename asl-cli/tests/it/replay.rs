//! `asl replay`

use asl_engine::{Clock, DefinitionHash, Engine, Execution, MemoryJournal, Registry, load, task_fn};
use asl_model::Source;
use asl_value::{Value, json};

use crate::support::{asl, file, scratch};

/// The records of executions of `orders.asl.json`: one as the aws-cli prints it, with a description, and one of `asl run`.
const RECORDS: &str = "../tests/it/data/records";

#[track_caller]
fn check(args: &[&str], code: i32, stdout: &[&str], stderr: &str) {
    let ran = asl(&[&["replay"], args].concat(), "");
    assert_eq!(ran.code, Some(code), "{ran:?}");
    assert_eq!(ran.stdout.lines().collect::<Vec<_>>(), stdout, "{ran:?}");
    assert!(ran.stderr.contains(stderr) && (!stderr.is_empty() || ran.stderr.is_empty()), "{ran:?}");
}

/// The definition of the records with a change.
fn changed(name: &str, from: &str, to: &str) -> String {
    let definition = std::fs::read_to_string("examples/orders.asl.json").expect("the example");
    assert!(definition.contains(from), "{from}");
    file(name, definition.replace(from, to))
}

#[test]
fn a_folder_of_records_is_a_regression_test() {
    check(
        &[RECORDS, "--definition", "orders.asl.json"],
        0,
        &[
            "../tests/it/data/records/busy.json: the same (SUCCEEDED)",
            "../tests/it/data/records/declined.json: the same (SUCCEEDED)",
            "2 records: 2 the same, 0 not",
        ],
        "",
    );
    let unpaid = changed("replay_unpaid.asl.json", r#""paid": false"#, r#""paid": 0"#);
    check(
        &[RECORDS, "--definition", &unpaid],
        1,
        &[
            "../tests/it/data/records/busy.json: the same (SUCCEEDED)",
            "../tests/it/data/records/declined.json: differs: in state `Invoice`, the output differs at `/paid`: \
             recorded false, now 0",
            "2 records: 1 the same, 1 not",
        ],
        "",
    );
    let impatient = changed("replay_impatient.asl.json", r#""MaxAttempts": 2"#, r#""MaxAttempts": 1"#);
    check(
        &[RECORDS, "--definition", &impatient],
        1,
        &[
            "../tests/it/data/records/busy.json: differs: in state `Price`, the next step differs: recorded calls \
             `arn:aws:lambda:us-east-1:123456789012:function:price`, now fails with `Busy`",
            "../tests/it/data/records/declined.json: the same (SUCCEEDED)",
            "2 records: 1 the same, 1 not",
        ],
        "",
    );
}

#[test]
fn a_single_record_is_shown_as_a_run() {
    let busy = format!("{RECORDS}/busy.json");
    let ran = asl(&["replay", &busy, "--definition", "orders.asl.json"], "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.stdout.contains("\"shelves\""), "{ran:?}");
    for line in [" 1m00.000s    retry 1", " 2m00.000s  Fulfil (Parallel)", "replay: the same (SUCCEEDED)"] {
        assert!(ran.stderr.lines().any(|found| found == line), "{line} in {}", ran.stderr);
    }
    let failing = changed("replay_failing.asl.json", r#""MaxAttempts": 2"#, r#""MaxAttempts": 0"#);
    let ran = asl(&["replay", &busy, "--definition", &failing], "");
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(1), ""), "{ran:?}");
    assert!(
        ran.stderr.contains("  error: Busy\n  cause: try later\nreplay: differs: in state `Price`"),
        "{ran:?}"
    );
}

#[test]
fn json_has_an_object_for_each_record() {
    let args = ["replay", RECORDS, "--definition", "orders.asl.json", "--format", "json"];
    let ran = asl(&args, "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    let lines: Vec<Value> = ran.stdout.lines().map(|line| Value::parse(line).expect("JSON")).collect();
    assert_eq!(lines.len(), 2);
    for line in lines {
        assert_eq!((&line["result"], &line["chance"]), (&json!("SAME"), &json!(0)), "{line}");
        assert_eq!(line["recorded"], line["now"], "{line}");
    }
    let unpaid = changed("replay_json.asl.json", r#""paid": false"#, r#""paid": 0"#);
    let declined = format!("{RECORDS}/declined.json");
    let differs = asl(&["replay", &declined, "--definition", &unpaid, "--format", "json"], "").json();
    assert_eq!(differs["result"], json!("DIFFERS"));
    assert_eq!(
        differs["differences"][0],
        json!({"kind": "OUTPUT", "state": "Invoice", "event": 33, "at": "/paid", "recorded": false, "now": 0, "chance": false})
    );
}

#[test]
fn what_cannot_be_replayed() {
    check(&["missing.json", "--definition", "orders.asl.json"], 64, &[], "cannot read `missing.json`");
    check(&[RECORDS, "--definition", "missing.asl.json"], 2, &[], "missing.asl.json");
    std::fs::create_dir_all(scratch("replay_none")).unwrap();
    let none = scratch("replay_none");
    check(
        &[none.to_str().unwrap(), "--definition", "orders.asl.json"],
        64,
        &[],
        "there is no record (*.json, *.jsonl)",
    );
    let folder = scratch("replay_mixed");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy("tests/it/data/records/declined.json", folder.join("a.json")).unwrap();
    let started = r#"{"timestamp": 1, "type": "ExecutionStarted", "id": 1, "previousEventId": 0,
        "executionStartedEventDetails": {"input": "{}"}}"#;
    let redriven = r#"{"timestamp": 2, "type": "ExecutionRedriven", "id": 2, "previousEventId": 1,
        "executionRedrivenEventDetails": {"redriveCount": 1}}"#;
    std::fs::write(folder.join("b.json"), r#"{"events": [], "nextToken": "t"}"#).unwrap();
    std::fs::write(folder.join("c.json"), format!("[{started},{redriven}]")).unwrap();
    std::fs::write(folder.join("d.jsonl"), "{\"asl-journal\": 9}\n").unwrap();
    let folder = folder.to_str().unwrap();
    let path = |name: &str| format!("{folder}/{name}");
    check(
        &[folder, "--definition", "orders.asl.json"],
        64,
        &[
            &format!("{}: the same (SUCCEEDED)", path("a.json")),
            &format!(
                "{0}: cannot be replayed: `{0}` is not a record: the history has further pages (`nextToken`): export all \
                 of them, without `--max-items` and `--no-paginate`",
                path("b.json")
            ),
            &format!(
                "{}: cannot be replayed: the execution was redriven at event 2, which a replay does not repeat",
                path("c.json")
            ),
            &format!(
                "{0}: cannot be replayed: `{0}` is not a record: line 1: expected a journal of version 1, found version 9",
                path("d.jsonl")
            ),
            "4 records: 1 the same, 3 not",
        ],
        "",
    );
}

/// The journal of an execution that waits and calls a task.
fn journal(definition: &str) -> String {
    let loaded = load(&Source::json(definition)).expect("a valid definition");
    let double = task_fn(|n: Value| async move { Ok::<_, asl_engine::Failure>(json!([(n.clone()), n])) });
    let engine =
        Engine::builder().tasks(Registry::new().function("f", double)).clock(Clock::virtual_time()).build();
    let journal = MemoryJournal::new();
    let hash = DefinitionHash::of(&loaded.machine);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let run = engine.run_journalled(&loaded.program, &hash, Execution::new(json!(1)), &journal);
    assert!(runtime.block_on(run).unwrap().outcome.output().is_some());
    journal.records().iter().map(|record| record.to_json() + "\n").collect()
}

#[test]
fn a_journal_is_replayed() {
    let task = r#""Task": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}"#;
    let definition = format!(
        r#"{{"StartAt": "Wait", "States": {{"Wait": {{"Type": "Wait", "Seconds": 60, "Next": "Task"}}, {task}}}}}"#
    );
    let journal = file("replay_journal.jsonl", journal(&definition));
    let same = file("replay_journal.asl.json", &definition);
    let ran = asl(&["replay", &journal, "--definition", &same, "--format", "json"], "");
    let json = ran.json();
    assert_eq!((ran.code, &json["result"], &json["output"]), (Some(0), &json!("SAME"), &json!([1, 1])));
    let other = file("replay_other.asl.json", format!(r#"{{"StartAt": "Task", "States": {{{task}}}}}"#));
    let ran = asl(&["replay", &journal, "--definition", &other], "");
    assert_eq!(ran.code, Some(1), "{ran:?}");
    for part in [
        "replay: the journal was recorded with another definition",
        "replay: differs: at turn 1: expected news of a task (`1`) in state `Task`, found `rang`",
    ] {
        assert!(ran.stderr.contains(part), "{part} in {}", ran.stderr);
    }
}

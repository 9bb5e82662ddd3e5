//! Damaged journals: they are refused or replayed, and nothing panics.

use asl_engine::{
    Clock, DefinitionHash, Engine, Entropy, Execution, Failure, MemoryJournal, RecordedExecution, Registry,
    SeededEntropy, load, task_fn,
};
use asl_model::Source;
use asl_value::{Timestamp, Value, json};

const DEFINITION: &str = r#"{"StartAt": "P", "States": {
    "P": {"Type": "Parallel", "Next": "M", "ResultPath": "$.p", "Branches": [
        {"StartAt": "T", "States": {"T": {"Type": "Task", "Next": "W", "TimeoutSeconds": 100,
            "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Parameters": {"t.$": "$$.Task.Token"},
            "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "W"}]}, "W": {"Type": "Wait", "Seconds": 5, "End": true}}},
        {"StartAt": "V", "States": {"V": {"Type": "Wait", "Seconds": 3, "End": true}}}]},
    "M": {"Type": "Map", "ItemsPath": "$.items", "End": true, "ToleratedFailurePercentage": 50, "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "EXPRESS"}, "StartAt": "F", "States": {
            "F": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "End": true}}}}}}"#;

const PIECES: [&str; 12] = [
    "\"",
    "{",
    "}",
    ",",
    "0",
    "-1",
    "99999999999999999999",
    "\n",
    "null",
    "\u{e9}",
    "\"rang\":true",
    "2.1/1",
];

/// Lines are left out, repeated and exchanged, bytes are removed, inserted and changed.
fn damaged(text: &str, random: &SeededEntropy) -> String {
    let below = |most: usize| (random.next_u64() % most as u64) as usize;
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    match below(4) {
        0 => drop(lines.remove(below(lines.len()))),
        1 => lines.insert(below(lines.len()), lines[below(lines.len())]),
        2 => lines.swap(below(text.lines().count()), below(text.lines().count())),
        _ => {}
    }
    let mut bytes = lines.concat().into_bytes();
    for _ in 0..below(4) {
        let at = below(bytes.len());
        match below(3) {
            0 => drop(bytes.drain(at..(at + below(20)).min(bytes.len()))),
            1 => drop(bytes.splice(at..at, PIECES[below(PIECES.len())].bytes())),
            _ => bytes[at] = below(128) as u8,
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test(start_paused = true)]
async fn damaged_journals_are_refused_or_replayed() {
    let loaded = load(&Source::json(DEFINITION)).unwrap();
    let hash = DefinitionHash::of(&loaded.machine);
    let echo = || task_fn(|arguments: Value| async move { Ok::<_, Failure>(arguments) });
    let tasks = Registry::new().service("sqs", "sendMessage", echo()).function("f", echo());
    let clock = Clock::virtual_time().starting_at(Timestamp::EPOCH);
    let engine = Engine::builder().tasks(tasks).clock(clock).entropy(SeededEntropy::new(1)).build();
    let journal = MemoryJournal::new();
    let execution = Execution::new(json!({"items": [1, 2, 3]}));
    engine.run_journalled(&loaded.program, &hash, execution, &journal).await.unwrap();
    let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();

    let random = SeededEntropy::new(7);
    let (mut refused, mut unfit, mut replayed) = (0, 0, 0);
    for _ in 0..3_000 {
        let text = damaged(&lines, &random);
        let Ok(mut recorded) = RecordedExecution::parse(&text) else {
            refused += 1;
            continue;
        };
        assert_eq!(RecordedExecution::parse(&recorded.to_lines()).unwrap(), recorded, "{text}");
        recorded.header.definition = hash.clone();
        match engine.replay(&loaded.program, &hash, Execution::new(Value::Null), &recorded).await {
            Ok(_) => replayed += 1,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                unfit += 1;
            }
        }
    }
    assert!(refused > 500 && unfit > 20 && replayed > 100, "{refused} {unfit} {replayed}");
}

//! Many cases: results in order, and alike with any number of threads.

use std::fmt::Write;
use std::time::Instant;

use asl_test::{Options, TestFile, run_files};

use crate::support::Folder;

/// A machine of ten states: tasks, choices, waits.
const TEN: &str = r#"{
  "StartAt": "A",
  "States": {
    "A": {"Type": "Pass", "Next": "B"},
    "B": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultPath": "$.b",
      "Retry": [{"ErrorEquals": ["Busy"], "JitterStrategy": "FULL", "IntervalSeconds": 60}], "Next": "C"},
    "C": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 0, "Next": "J"}], "Default": "D"},
    "D": {"Type": "Wait", "Seconds": 3600, "Next": "E"},
    "E": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f", "ResultPath": "$.e", "Next": "F"},
    "F": {"Type": "Pass", "Parameters": {"n.$": "$.n", "id.$": "States.UUID()"}, "Next": "G"},
    "G": {"Type": "Choice", "Choices": [{"Variable": "$.id", "IsString": false, "Next": "J"}], "Default": "H"},
    "H": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Parameters": {"QueueUrl": "q", "MessageBody.$": "$.id"},
      "ResultPath": null, "Next": "I"},
    "I": {"Type": "Wait", "Seconds": 60, "Next": "J"},
    "J": {"Type": "Succeed"}
  }
}"#;

fn thousand() -> String {
    let mut text =
        "mocks: {f: {return: 1, delaySeconds: 0.5}, sqs:sendMessage: {return: {}}}\ncases:\n".to_owned();
    for n in 0..1000 {
        let busy = if n % 2 == 0 { "mocks: {B: [{throw: Busy}, {return: 2}]}, " } else { "" };
        // One of the cases expects too much.
        let visits = if n == 499 { 2 } else { 1 };
        let seed = n;
        writeln!(
            text,
            "  - {{name: case {n}, seed: {seed}, input: {{n: {n}}}, {busy}expect: {{outputIncludes: {{n: {n}}}, visits: {{J: {visits}}}}}}}"
        )
        .unwrap();
    }
    text
}

#[test]
fn a_thousand_cases_are_alike_in_any_order() {
    let folder = Folder::new().with("ten.asl.json", TEN).with("ten.test.yaml", &thousand());
    let began = Instant::now();
    let files = [TestFile::read(&folder.path("ten.test.yaml")).unwrap_or_else(|error| panic!("{error}"))];
    let (read, began) = (began.elapsed(), Instant::now());
    let run = |threads| {
        let mut options = Options::default();
        options.threads = Some(threads);
        let results = run_files(&files, &options).pop().unwrap().cases;
        assert_eq!(results.len(), 1000);
        for (n, result) in results.iter().enumerate() {
            assert_eq!((result.name.as_str(), result.has_passed()), (format!("case {n}").as_str(), n != 499));
        }
        results.iter().map(|result| result.duration).collect::<Vec<_>>()
    };
    let alone = run(1);
    println!("1,000 cases of ten states: read in {read:?}, run by one thread in {:?}", began.elapsed());
    for threads in [2, 7] {
        assert_eq!(run(threads), alone);
    }
}

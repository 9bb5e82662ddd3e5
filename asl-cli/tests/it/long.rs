//! What `asl run` shows of executions that are long, large, or of many children.

use asl_value::{Value, json};

use crate::support::{asl, file, machine, scratch};

/// A distributed Map over `items` whose children fail where the item says so.
fn map(items: &Value, tolerated: u32) -> String {
    let inner = json!({"StartAt": "Look", "States": {
        "Look": {"Type": "Choice", "Choices": [{"Variable": "$.bad", "BooleanEquals": true, "Next": "Refuse"}], "Default": "Take"},
        "Refuse": {"Type": "Fail", "Error": "Bad", "Cause": "no such thing"},
        "Take": {"Type": "Pass", "End": true}}});
    let mut processor = inner;
    if let Value::Object(members) = &mut processor {
        members.insert("ProcessorConfig", json!({"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}));
    }
    json!({"StartAt": "Each", "States": {"Each": {"Type": "Map", "End": true, "MaxConcurrency": 1,
        "ToleratedFailureCount": tolerated, "ItemsPath": "$.items", "ItemProcessor": processor}},
        "Comment": items})
    .to_json()
}

fn items(bad: usize, good: usize) -> Value {
    let item = |(id, bad): (usize, bool)| json!({"id": id, "bad": bad});
    let all = std::iter::repeat_n(true, bad).chain(std::iter::repeat_n(false, good));
    json!({"items": all.enumerate().map(item).collect::<Value>()})
}

#[test]
fn why_a_child_failed_is_shown_in_each_format() {
    let input = items(1, 2);
    let main = file("children.asl.json", map(&json!(""), 0));
    let ran = asl(&["run", &main, "--input", &input.to_json()], "");
    let path = "    0.000s  Each (Map)\n    0.000s    child FAILED in `Refuse`: Bad: no such thing (input {\"id\":0,\"bad\":true})\n    \
                0.000s    1 of 3 children did not succeed\n    0.000s  FAILED\n";
    let shown: String = ran.stderr.lines().map(|line| format!("    0.000{}\n", &line[9..])).take(4).collect();
    assert_eq!(shown, path, "{ran:?}");
    let history = scratch("children-history.json");
    let args = ["run", &main, "--format", "json", "--history", history.to_str().unwrap(), "--input"];
    let ran = asl(&[&args[..], &[&input.to_json()]].concat(), "").json();
    let child = &ran["failedChildren"][0];
    assert_eq!(ran["failedChildrenCount"], json!(1));
    for (name, expected) in [
        ("status", "FAILED"),
        ("state", "Refuse"),
        ("error", "Bad"),
        ("cause", "no such thing"),
        ("input", r#"{"id":0,"bad":true}"#),
    ] {
        assert_eq!(child[name], json!(expected), "{name}");
    }
    assert!(child["executionArn"].as_str().unwrap().contains(":execution:machine/"), "{child}");
    let history = Value::parse(&std::fs::read_to_string(history).unwrap()).unwrap();
    assert_eq!(history["failedChildrenCauses"][0]["count"], json!(1));
    let events = history["failedChildren"][0]["events"].as_array().unwrap();
    assert_eq!(
        events.last().unwrap()["executionFailedEventDetails"],
        json!({"error": "Bad", "cause": "no such thing"})
    );
}

#[test]
fn tolerated_failures_are_shown_and_many_are_counted() {
    let main = file("children-many.asl.json", map(&json!(""), 200));
    let ran = asl(&["run", &main, "--input", &items(150, 1).to_json()], "");
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert_eq!(ran.stderr.matches("child FAILED in `Refuse`").count(), 5);
    assert!(ran.stderr.contains("150 of 151 children did not succeed"), "{ran:?}");
    let why = "150 children failed in `Refuse`: Bad: no such thing (input {\"id\":0,\"bad\":true}, ";
    assert!(ran.stderr.contains(why), "{ran:?}");
    let ran = asl(&["run", &main, "--format", "json", "--input", &items(150, 1).to_json()], "").json();
    assert_eq!(
        (ran["failedChildrenCount"].clone(), ran["failedChildren"].as_array().unwrap().len()),
        (json!(150), 100)
    );
    let causes = &ran["failedChildrenCauses"];
    assert_eq!((&causes[0]["count"], &causes[0]["error"]), (&json!(150), &json!("Bad")));
    assert_eq!(causes[0]["inputs"].as_array().unwrap().len(), 3);
    let none = asl(&["run", &main, "--format", "json", "--input", &items(0, 1).to_json()], "").json();
    assert!(none.get("failedChildren").is_none(), "{none}");
}

/// Ten thousand rounds of a loop, in about a thousand lines.
/// Standard input closes when a program that started it through a pipe is killed. Here it is closed from the beginning.
#[test]
fn an_execution_stops_with_its_standard_input() {
    let waits = file("stops.asl.json", machine(r#""Type":"Wait","Seconds":600"#));
    for with in [&[][..], &["--with", "hello.asl.json"]] {
        let ran = asl(&[&["run", &waits, "--real-time", "--stop-with-stdin"], with].concat(), "");
        assert_eq!(ran.code, Some(74), "{ran:?}");
        assert!(ran.stderr.contains("standard input was closed before the execution ended"), "{ran:?}");
    }
}

#[test]
fn a_loop_is_shown_by_its_ends() {
    let states = r#"{"StartAt": "Count", "States": {
        "Count": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "Both"},
        "Both": {"Type": "Parallel", "ResultPath": null, "Next": "More", "Branches": [
            {"StartAt": "Left", "States": {"Left": {"Type": "Pass", "End": true}}},
            {"StartAt": "Right", "States": {"Right": {"Type": "Pass", "End": true}}}]},
        "More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 10000, "Next": "Count"}], "Default": "Done"},
        "Done": {"Type": "Succeed"}}}"#;
    let main = file("loop.asl.json", states);
    let ran = asl(&["run", &main, "--type", "EXPRESS", "--input", r#"{"n": 0}"#], "");
    assert_eq!(ran.code, Some(0));
    let lines: Vec<&str> = ran.stderr.lines().map(|line| line.get(12..).unwrap_or_default()).collect();
    assert_eq!(lines.len(), 1000 + 2 + 100, "{}", lines.len());
    assert_eq!(
        lines[..6],
        [
            "Count (Pass)",
            "Both (Parallel)",
            "  Left (Pass)",
            "  Right (Pass)",
            "More (Choice)",
            "Count (Pass)"
        ]
    );
    assert_eq!(lines[1000], "… a long path: its end follows when it ends");
    assert_eq!(
        lines[1001],
        "… 48902 lines left out: Both 9781 times, Count 9781 times, Left 9780 times, More 9780 times, Right 9780 times"
    );
    assert_eq!(
        lines[1097..],
        ["  Left (Pass)", "  Right (Pass)", "More (Choice)", "Done (Succeed)", "SUCCEEDED"]
    );
}

#[test]
fn a_limit_that_ended_it_or_was_near_is_named() {
    let wait =
        |seconds: u32| file("long-wait.asl.json", machine(&format!(r#""Type":"Wait","Seconds":{seconds}"#)));
    for (seconds, kind, expected) in [
        (400, "EXPRESS", "limit: state `S`: 5 minutes of the 5 minutes that an execution may take (100 %)\n"),
        (
            40_000_000,
            "STANDARD",
            "limit: state `S`: 365 days of the 365 days that an execution may take (100 %)\n",
        ),
        (290, "EXPRESS", "limit: state `S`: 4m50s of the 5 minutes that an execution may take (96 %)\n"),
    ] {
        let ran = asl(&["run", &wait(seconds), "--type", kind], "");
        assert!(ran.stderr.ends_with(expected), "{ran:?}");
    }
    let own = file(
        "long-own.asl.json",
        machine(r#""Type":"Wait","Seconds":60"#).replacen('{', r#"{"TimeoutSeconds":9,"#, 1),
    );
    let ran = asl(&["run", &own, "--type", "EXPRESS"], "");
    assert!(ran.stderr.contains("TIMED_OUT") && !ran.stderr.contains("limit:"), "{ran:?}");
    let ran = asl(&["run", &wait(290), "--type", "EXPRESS", "--format", "json"], "").json();
    let near = json!([{"limit": "DURATION", "state": "S", "used": 290, "allowed": 300}]);
    assert_eq!(ran["nearLimits"], near);
}

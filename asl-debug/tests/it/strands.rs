//! Strands: iterations, child executions, machines that are started; large values.

use serde_json::json;

use crate::support::{Client, Example, check, check_with};

const MAPS: Example = Example {
    definition: r#"{
  "QueryLanguage": "JSONata",
  "StartAt": "Each",
  "States": {
    "Each": {
      "Type": "Map",
      "Items": "{% $states.input.items %}",
      "MaxConcurrency": 2,
      "ItemProcessor": {
        "StartAt": "Work",
        "States": {
          "Work": {
            "Type": "Task",
            "Resource": "arn:aws:lambda:us-east-1:123456789012:function:work",
            "Arguments": "{% {'n': $states.input} %}",
            "Assign": {"got": "{% $states.result %}"},
            "Output": "{% $states.result * 10 %}",
            "Catch": [{"ErrorEquals": ["Bad"], "Next": "Mend", "Output": "{% $states.errorOutput %}"}],
            "End": true
          },
          "Mend": {"Type": "Pass", "Output": "mended", "End": true}
        }
      },
      "Next": "Children"
    },
    "Children": {
      "Type": "Map",
      "ItemProcessor": {
        "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
        "StartAt": "Child",
        "States": {"Child": {"Type": "Wait", "Seconds": 30, "End": true}}
      },
      "End": true
    }
  }
}"#,
    mocks: r#"{"Work": {"0": {"Return": 1}, "1": {"Throw": {"Error": "Bad", "Cause": "why"}}, "2": {"Return": 3}}}"#,
};

#[test]
fn iterations() {
    check_with(
        &MAPS,
        r#"{"items": [5, 6, 7]}"#,
        json!({"stopOnEntry": true}),
        &[
            ("start", "entry main Each (Map, entry)@5"),
            ("stepIn", "step Each[0] Work (Task, entry)@12"),
            ("stack", "Work (Task, entry)@12 < Each (Map, entry)@5"),
            ("print $states.input + 1", "6"),
            ("print $states.context.Map.Item.Index", "0"),
            ("complete $states.context.M", "Map"),
            ("complete in", "input"),
            (
                r#"states [{"name": "Work@result"}, {"name": "Work@catch"}, {"name": "Work@exit"}, {"name": "Mend"}]"#,
                "12 state `Work`, result; 12 state `Work`, catch; 12 state `Work`, exit; 21 state `Mend`",
            ),
            ("next", "function breakpoint Each[0] Work (Task, result)@12"),
            ("threads", "main, Each[0], Each[1]"),
            ("scope Input", "input=5"),
            ("set input = 3", "refused: the input can only be changed before the state begins"),
            ("set result = 9", "9"),
            ("frame 1", "Each (Map, entry)"),
            ("scope Stages", "none"),
            ("continue", "function breakpoint Each[0] Work (Task, exit)@16"),
            ("set output = 99", "99"),
            ("set $got = 100", "100"),
            ("scope Variables", "got=100"),
            ("scope Result", "result=9, output=99"),
            ("continue", "function breakpoint Each[1] Work (Task, catch)@18"),
            ("print $states.errorOutput.Cause", r#""why""#),
            ("threads", "main, Each[1]"),
            ("continue", "function breakpoint Each[1] Work (Task, exit)@16"),
            ("stepOut", "function breakpoint Each[1] Mend (Pass, entry)@21"),
            ("print $states.context.Map", r#"{"Item":{"Index":1,"Value":6}}"#),
            ("states []", ""),
            ("stepOut", "step main Each (Map, result)@5"),
            ("scope Result", r#"result=[99,"mended",30]"#),
            ("next", "step main Children (Map, entry)@26"),
            ("stepIn", "step Children[0] Child (Wait, entry)@31"),
            ("threads", "main, Children[0]"),
            ("stack", "Child (Wait, entry)@31 < Children (Map, entry)@26"),
            ("scope Time", r#"now="2026-01-01T00:00:00Z", elapsed="+0s", inState="+0s", halt=21"#),
            ("next", "step main Children (Map, result)@26"),
            ("scope Time", r#"now="2026-01-01T00:00:30Z", elapsed="+30s", inState="+30s", halt=27"#),
            ("continue", "exited 0"),
        ],
    );
}

const LOOP: Example = Example {
    definition: r#"{
  "StartAt": "Next",
  "States": {
    "Next": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
    "More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 5, "Next": "Next"}], "Default": "End"},
    "End": {"Type": "Succeed"}
  }
}"#,
    mocks: "{}",
};

#[test]
fn hits_and_conditions() {
    check(
        &LOOP,
        r#"{"n": 0}"#,
        &[
            (
                r#"lines [{"line": 4, "hitCondition": "== 3"}, {"line": 5, "condition": "{\"Variable\": \"$.n\", \"NumericEquals\": 4}"}]"#,
                "4 state `Next`; 5 state `More`",
            ),
            ("start", "breakpoint main Next (Pass, entry)@4"),
            ("print $.n", "2"),
            ("continue", "breakpoint main More (Choice, entry)@5"),
            ("print $.n", "4"),
            ("reverseContinue", "breakpoint main Next (Pass, entry)@4"),
            ("print $.n", "2"),
            (
                r#"lines [{"line": 4, "hitCondition": "% 2"}, {"line": 4, "logMessage": "n={$.n}"}]"#,
                "4 state `Next`; 4 state `Next`",
            ),
            ("restart", "breakpoint main Next (Pass, entry)@4"),
            ("print $.n", "1"),
            ("continue", "breakpoint main Next (Pass, entry)@4"),
            ("print $.n", "3"),
            ("continue", "exited 0"),
            (
                "console",
                r#"[+0s] n=0 @4 | [+0s] n=1 @4 | [+0s] n=2 @4 | [+0s] n=3 @4 | [+0s] n=4 @4 | The execution succeeded at +0s. Its output: | {"n":5}"#,
            ),
        ],
    );
    check(
        &LOOP,
        r#"{"n": 0}"#,
        &[
            (r#"states [{"name": "More@choice"}]"#, "5 state `More`, choice"),
            ("start", "function breakpoint main More (Choice, choice)@5"),
            ("scope Result", "rule=0"),
            ("stepBack", "step main More (Choice, entry)@5"),
            ("stepBack instruction", "step main Next (Pass, exit)@4"),
            ("stepBack instruction", "step main Next (Pass, afterResultPath)@4"),
            ("stepOut", "function breakpoint main More (Choice, choice)@5"),
        ],
    );
}

const NEVER: Example = Example {
    definition: r#"{"StartAt": "A", "States": {
      "A": {"Type": "Pass", "Next": "B"},
      "B": {"Type": "Choice", "Choices": [{"Variable": "$.stop", "IsPresent": true, "Next": "C"}], "Default": "A"},
      "C": {"Type": "Succeed"}}}"#,
    mocks: "{}",
};

/// An execution that computes without end can be paused, and ended.
#[test]
fn pause() {
    let mut client = Client::launched(NEVER.clone(), "{}", json!({"stopOnEntry": true}));
    assert_eq!(client.drive("start"), "entry main A (Pass, entry)@2");
    // It takes effect at the next halt.
    client.request("pause", json!({"threadId": 1})).unwrap();
    assert_eq!(client.drive("continue"), "pause main A (Pass, afterInputPath)@2");
    client.request("continue", json!({"threadId": 1})).unwrap();
    assert_eq!(client.request("next", json!({"threadId": 1})).unwrap_err(), "the execution is not stopped");
    client.request("terminate", json!({})).unwrap();
    client.event("terminated");
    client.request("disconnect", json!({})).unwrap();
}

/// Large values are sent in parts.
#[test]
fn large_values() {
    let items: Vec<u64> = (0..20_000).collect();
    let input = json!({"items": items, "text": "x".repeat(1_000)}).to_string();
    let mut client = Client::launched(LOOP.clone(), &input, json!({"stopOnEntry": true}));
    client.drive("start");
    let evaluate = json!({"expression": "input", "frameId": 1});
    let whole = client.request("evaluate", evaluate).unwrap();
    assert_eq!(whole["result"], "{…} (2 members)");
    assert_eq!(whole["namedVariables"], 2);
    let parts = json!({"variablesReference": whole["variablesReference"]});
    let parts = client.request("variables", parts).unwrap()["variables"].clone();
    assert_eq!(
        (&parts[0]["value"], &parts[0]["indexedVariables"]),
        (&json!("[…] (20000 items)"), &json!(20_000))
    );
    assert_eq!(parts[1]["value"].as_str().unwrap().chars().count(), 201);
    let page = json!({
        "variablesReference": parts[0]["variablesReference"], "filter": "indexed", "start": 19_998, "count": 100
    });
    let page = client.request("variables", page).unwrap();
    let names: Vec<_> =
        page["variables"].as_array().unwrap().iter().map(|one| one["evaluateName"].clone()).collect();
    assert_eq!(names, ["input.items[19998]", "input.items[19999]"]);
    let set =
        json!({"variablesReference": parts[0]["variablesReference"], "name": "[7]", "value": "\"seven\""});
    assert_eq!(client.request("setVariable", set).unwrap()["value"], "\"seven\"");
    assert_eq!(client.drive("print input.items[7]"), "\"seven\"");
    assert_eq!(client.drive("print $.items[7]"), "\"seven\"");
    client.drive("next instruction");
    let stale = json!({"variablesReference": parts[0]["variablesReference"]});
    assert_eq!(client.request("variables", stale).unwrap_err(), "the value belongs to an earlier stop");
}

/// A long way back takes no longer than the way there.
#[test]
fn a_long_way_back() {
    const LONG: Example = Example {
        definition: r#"{
  "StartAt": "Next",
  "States": {
    "Next": {"Type": "Pass", "Parameters": {"n.$": "States.MathAdd($.n, 1)"}, "Next": "More"},
    "More": {"Type": "Choice", "Choices": [{"Variable": "$.n", "NumericLessThan": 3000, "Next": "Next"}], "Default": "End"},
    "End": {"Type": "Succeed"}
  }
}"#,
        mocks: "{}",
    };
    check(
        &LONG,
        r#"{"n": 0}"#,
        &[
            (r#"lines [{"line": 6}]"#, "6 state `End`"),
            ("start", "breakpoint main End (Succeed, entry)@6"),
            ("print $.n", "3000"),
            ("stepBack", "step main More (Choice, entry)@5"),
            ("stepBack", "step main Next (Pass, entry)@4"),
            ("print $.n", "2999"),
            ("goto 4", "goto main Next (Pass, entry)@4"),
            ("continue", "breakpoint main End (Succeed, entry)@6"),
        ],
    );
}

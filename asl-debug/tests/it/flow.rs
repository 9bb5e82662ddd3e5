//! Steps, ways back, breakpoints.

use serde_json::json;

use asl_debug::{Launch, Launched, Launcher};

use crate::support::{Client, Example, check, check_all, check_with};

pub(crate) const ORDER: Example = Example {
    definition: r#"{
  "StartAt": "Price",
  "States": {
    "Price": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price",
      "Parameters": {
        "sku.$": "$.sku"
      },
      "ResultSelector": {"total.$": "$.total"},
      "ResultPath": "$.price",
      "Retry": [{"ErrorEquals": ["Busy"], "IntervalSeconds": 60}],
      "Assign": {"last.$": "$.total"},
      "Next": "Fan"
    },
    "Fan": {
      "Type": "Parallel",
      "Branches": [
        {"StartAt": "Left", "States": {
          "Left": {"Type": "Wait", "Seconds": 5, "Next": "LeftEnd"},
          "LeftEnd": {"Type": "Pass", "Result": "l", "End": true}}},
        {"StartAt": "Right", "States": {
          "Right": {"Type": "Pass", "Result": "r", "End": true}}}
      ],
      "Next": "Done"
    },
    "Done": {"Type": "Succeed"}
  }
}"#,
    mocks: r#"{"Price": {"0": {"Throw": {"Error": "Busy", "Cause": "try later"}}, "1": {"Return": {"total": 42, "more": 1}}}}"#,
};

#[test]
fn steps() {
    check_with(
        &ORDER,
        r#"{"sku": "a"}"#,
        json!({"stopOnEntry": true}),
        &[
            ("start", "entry main Price (Task, entry)@4"),
            ("next", "step main Fan (Parallel, entry)@16"),
            ("stepIn", "step Fan[0] Left (Wait, entry)@20"),
            ("threads", "main, Fan[0]"),
            ("stack", "Left (Wait, entry)@20 < Fan (Parallel, afterParameters)@16"),
            ("next", "step Fan[0] LeftEnd (Pass, entry)@21"),
            ("threads", "main, Fan[0]"),
            ("stepOut", "step main Fan (Parallel, result)@16"),
            ("threads", "main"),
            ("next", "step main Done (Succeed, entry)@27"),
            ("continue", "exited 0"),
        ],
    );
}

#[test]
fn stages() {
    check_with(
        &ORDER,
        r#"{"sku": "a"}"#,
        json!({"stopOnEntry": true}),
        &[
            ("start", "entry main Price (Task, entry)@4"),
            ("next instruction", "step main Price (Task, afterInputPath)@4"),
            ("scope Stages", r#"afterInputPath={"sku":"a"}"#),
            ("next instruction", "step main Price (Task, afterParameters)@7"),
            ("scope Stages", r#"afterInputPath={"sku":"a"}, afterParameters={"sku":"a"}"#),
            ("next instruction", "step main Price (Task, retry)@12"),
            ("info", r#""always" "Busy": "try later\nretried by Retry[0]""#),
            ("scope Time", r#"now="2026-01-01T00:00:00Z", elapsed="+0s", inState="+0s", halt=4"#),
            ("next instruction", "step main Price (Task, retry 1, again)@4"),
            ("scope Time", r#"now="2026-01-01T00:01:00Z", elapsed="+1m", inState="+1m", halt=5"#),
            ("next instruction", "step main Price (Task, retry 1, afterInputPath)@4"),
            ("next instruction", "step main Price (Task, retry 1, afterParameters)@7"),
            ("next instruction", "step main Price (Task, retry 1, result)@4"),
            ("scope Result", r#"result={"total":42,"more":1}"#),
            ("print $.total", "42"),
            ("print {% $states.result.more %}", "1"),
            ("next instruction", "step main Price (Task, retry 1, afterResultSelector)@10"),
            ("print $.total", "42"),
            ("next instruction", "step main Price (Task, retry 1, afterResultPath)@11"),
            ("next instruction", "step main Price (Task, retry 1, exit)@13"),
            ("scope Result", r#"result={"total":42,"more":1}, output={"sku":"a","price":{"total":42}}"#),
            ("scope Variables", "last=42"),
            ("scope Input", r#"input={"sku":"a"}"#),
            ("next instruction", "step main Fan (Parallel, entry)@16"),
            ("scope Variables", "last=42"),
            ("stepIn instruction", "step main Fan (Parallel, afterInputPath)@16"),
            ("stepIn instruction", "step main Fan (Parallel, afterParameters)@16"),
            ("stepIn instruction", "step Fan[0] Left (Wait, entry)@20"),
        ],
    );
}

#[test]
fn breakpoints() {
    check(
        &ORDER,
        r#"{"sku": "a"}"#,
        &[
            (
                r#"lines [{"line": 5}, {"line": 8}, {"line": 10}, {"line": 12}, {"line": 13}, {"line": 26}, {"line": 1}]"#,
                "4 state `Price`; 7 state `Price`, afterParameters; 10 state `Price`, afterResultSelector; 12 state `Price`, retry; 13 state `Price`, exit; 16 state `Fan`; not verified: there is no state on this line",
            ),
            ("start", "breakpoint main Price (Task, entry)@4"),
            ("continue", "breakpoint main Price (Task, afterParameters)@7"),
            ("continue", "breakpoint main Price (Task, retry)@12"),
            ("continue", "breakpoint main Price (Task, retry 1, afterParameters)@7"),
            ("continue", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
            ("continue", "breakpoint main Price (Task, retry 1, exit)@13"),
            ("continue", "breakpoint main Fan (Parallel, entry)@16"),
            ("continue", "exited 0"),
            ("continue", "refused: the execution is not stopped"),
        ],
    );
    check(
        &ORDER,
        r#"{"sku": "a"}"#,
        &[
            (
                r#"states [{"name": "LeftEnd"}, {"name": "Price@result", "condition": "$.total"}, {"name": "Nothing"}, {"name": "Price@nothing"}]"#,
                "21 state `LeftEnd`; 4 state `Price`, result; not verified: there is no state `Nothing`; not verified: `nothing` is not a stage of a state",
            ),
            ("start", "function breakpoint main Price (Task, retry 1, result)@4"),
            ("continue", "function breakpoint Fan[0] LeftEnd (Pass, entry)@21"),
            ("continue", "exited 0"),
        ],
    );
    check(
        &ORDER,
        r#"{"sku": "a"}"#,
        &[
            (
                r#"lines [{"line": 4, "condition": "{\"Variable\": \"$.sku\", \"StringEquals\": \"b\"}"},
                {"line": 20, "condition": "{% $last = 42 %}"}, {"line": 23, "condition": "$.nothing.here"},
                {"line": 27, "logMessage": "sku {$.sku} costs {$last} ({variables.last}) {nonsense"},
                {"line": 21, "hitCondition": "often"}, {"line": 16, "hitCondition": "2"}]"#,
                "4 state `Price`; 20 state `Left`; 23 state `Right`; 27 state `Done`; not verified: expected a number of hits, such as `3`, `>= 3`, `== 3` or `% 3`, found `often`; 16 state `Fan`",
            ),
            ("start", "breakpoint Fan[0] Left (Wait, entry)@20"),
            ("continue", "breakpoint Fan[1] Right (Pass, entry)@23"),
            (
                "console",
                r#"[+1m] the condition of a breakpoint in `Right` failed: The JSONPath '$.nothing.here' could not be found in the input '{"sku":"a","price":{"total":42}}' @23"#,
            ),
            ("continue", "exited 0"),
            (
                "console",
                r#"[+1m5s] sku <The JSONPath '$.sku' could not be found in the input '["l","r"]'> costs 42 (42) {nonsense @27 | The execution succeeded at +1m5s. Its output: | ["l","r"]"#,
            ),
        ],
    );
}

#[test]
fn errors() {
    check(
        &ORDER,
        r#"{"sku": "a"}"#,
        &[
            (r#"errors {"filters": ["uncaught", "caught", "retried"]}"#, "verified; verified; verified"),
            ("start", "exception main Price (Task, retry)@12"),
            ("info", r#""always" "Busy": "try later\nretried by Retry[0]""#),
            ("scope Result", r#"error={"Error":"Busy","Cause":"try later"}"#),
            ("continue", "exited 0"),
        ],
    );
    check(
        &ORDER,
        r#"{"sku": "a"}"#,
        &[
            (
                r#"errors {"filters": [], "filterOptions": [{"filterId": "retried", "condition": "Other"}]}"#,
                "verified",
            ),
            ("start", "exited 0"),
        ],
    );
    check(
        &ORDER,
        r#"{}"#,
        &[
            (r#"errors {"filters": ["uncaught"]}"#, "verified"),
            ("start", "exception main Price (Task, error)@4"),
            (
                "info",
                r#""unhandled" "States.Runtime": "An error occurred while executing the state 'Price' (entered at the event id #2). The JSONPath '$.sku' specified for the field 'sku.$' could not be found in the input '{}'\nnot handled by the state""#,
            ),
            ("continue", "exited 1"),
            (
                "console",
                "The execution ended as FAILED at +0s: States.Runtime: An error occurred while executing the state 'Price' (entered at the event id #2). The JSONPath '$.sku' specified for the field 'sku.$' could not be found in the input '{}'",
            ),
        ],
    );
}

#[test]
fn ways_back() {
    check_with(
        &ORDER,
        r#"{"sku": "a"}"#,
        json!({"stopAtEnd": true}),
        &[
            (
                r#"lines [{"line": 21}, {"line": 27}, {"line": 10}]"#,
                "21 state `LeftEnd`; 27 state `Done`; 10 state `Price`, afterResultSelector",
            ),
            ("start", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
            ("continue", "breakpoint Fan[0] LeftEnd (Pass, entry)@21"),
            ("continue", "breakpoint main Done (Succeed, entry)@27"),
            ("continue", "end main Done (Succeed, exit)@27"),
            ("stepBack", "step main Done (Succeed, entry)@27"),
            ("stepBack", "step main Fan (Parallel, entry)@16"),
            ("reverseContinue", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
            ("threads", "main"),
            ("reverseContinue", "entry main Price (Task, entry)@4"),
            ("stepBack instruction", "step main Price (Task, entry)@4"),
            ("reverseContinue", "entry main Price (Task, entry)@4"),
            ("continue", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
            ("continue", "breakpoint Fan[0] LeftEnd (Pass, entry)@21"),
            ("goto 4", "goto main Price (Task, entry)@4"),
            ("goto 27", "no target"),
            ("goto 23", "no target"),
            ("continue", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
            ("restartFrame", "goto main Price (Task, entry)@4"),
            ("restart", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
            ("continue", "breakpoint Fan[0] LeftEnd (Pass, entry)@21"),
            ("continue", "breakpoint main Done (Succeed, entry)@27"),
            ("continue", "end main Done (Succeed, exit)@27"),
            ("continue", "exited 0"),
        ],
    );
}

/// A machine that is edited before each launch: it gets another state.
struct Edited(usize);

impl Launcher for Edited {
    fn launch(&mut self, launch: &Launch) -> Result<Launched, String> {
        const TEXTS: [&str; 3] = [
            "{\"StartAt\": \"A\", \"States\": {\n  \"A\": {\"Type\": \"Succeed\"}}}",
            "{\"StartAt\": \"A\", \"States\": {\n  \"A\": {\"Type\": \"Pass\", \"Next\": \"B\"},\n  \"B\": {\"Type\": \"Succeed\"}}}",
            "{",
        ];
        let definition = TEXTS.get(self.0).copied().unwrap_or("{");
        self.0 += 1;
        Example { definition, mocks: "{}" }.launch(launch)
    }
}

#[test]
fn a_restart_reads_the_files_again() {
    let mut client = Client::launched(Edited(0), "{}", json!({"stopOnEntry": true, "stopAtEnd": true}));
    let script = [
        (r#"states [{"name": "B"}]"#, "not verified: there is no state `B`"),
        ("start", "entry main A (Succeed, entry)@2"),
        ("restart", "entry main A (Pass, entry)@2"),
        ("continue", "function breakpoint main B (Succeed, entry)@3"),
    ];
    check_all(&mut client, &script);
    assert!(client.drive("restart").starts_with("refused: "));
    // A refused restart leaves the execution as it was.
    check_all(&mut client, &[("stepBack", "step main A (Pass, entry)@2")]);
}

#[test]
fn changes() {
    check_with(
        &ORDER,
        r#"{"sku": "a"}"#,
        json!({"stopOnEntry": true}),
        &[
            ("start", "entry main Price (Task, entry)@4"),
            ("set input.sku = \"b\"", r#""b""#),
            ("set input.new = [1]", "[1]"),
            ("set $last = 5", "5"),
            (
                "set result = 5",
                "refused: this can only be changed where it has just come to be: step there, or stop on its field",
            ),
            ("set output = 5", "refused: the output can only be changed before the state is left"),
            (
                "set nonsense = 5",
                "refused: only the input, the arguments, the result, the output and variables can be changed",
            ),
            ("print $", r#"{"sku":"b","new":[1]}"#),
            (
                r#"lines [{"line": 5}, {"line": 10}, {"line": 27}, {"line": 7}]"#,
                "4 state `Price`; 10 state `Price`, afterResultSelector; 27 state `Done`; 7 state `Price`, afterParameters",
            ),
            ("continue", "breakpoint main Price (Task, afterParameters)@7"),
            ("set afterParameters.sku = {% 'c' & $last %}", r#""c5""#),
            ("continue", "breakpoint main Price (Task, retry 1, afterParameters)@7"),
            (r#"states [{"name": "Price@result"}]"#, "4 state `Price`, result"),
            ("continue", "function breakpoint main Price (Task, retry 1, result)@4"),
            ("set result.total = 43", "43"),
            ("continue", "breakpoint main Price (Task, retry 1, afterResultSelector)@10"),
            ("set output = {}", "refused: the output can only be changed before the state is left"),
            ("continue", "breakpoint main Done (Succeed, entry)@27"),
            ("scope Input", r#"input=["l","r"]"#),
            ("scope Variables", "last=43"),
            ("goto 4", "goto main Price (Task, entry)@4"),
            ("scope Input", r#"input={"sku":"b","new":[1]}"#),
            ("continue", "breakpoint main Price (Task, afterParameters)@7"),
            ("scope Stages", r#"afterInputPath={"sku":"b","new":[1]}, afterParameters={"sku":"c5"}"#),
            ("continue", "breakpoint main Price (Task, retry 1, afterParameters)@7"),
            ("continue", "function breakpoint main Price (Task, retry 1, result)@4"),
            ("scope Result", r#"result={"total":43,"more":1}"#),
            ("stepBack", "step main Price (Task, entry)@4"),
            ("set input.sku = 1", "1"),
            ("continue", "breakpoint main Price (Task, afterParameters)@7"),
            ("continue", "breakpoint main Price (Task, retry 1, afterParameters)@7"),
            ("continue", "function breakpoint main Price (Task, retry 1, result)@4"),
            ("scope Result", r#"result={"total":42,"more":1}"#),
            ("console", ""),
        ],
    );
}

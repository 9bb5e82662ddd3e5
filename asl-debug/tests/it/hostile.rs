//! Whatever a client sends, the adapter does not panic, and answers what it can.

use std::io::Cursor;

use serde_json::{Value as Json, json};

use crate::flow::ORDER;
use crate::support::{Client, Example};

/// A small generator of numbers, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[usize::try_from(self.roll(from.len() as u64)).unwrap()]
    }

    fn json(&mut self, depth: u32) -> Json {
        let texts = [
            "",
            "input",
            "$",
            "$.sku",
            "{% $states.input %}",
            "Price",
            "Price@result",
            "{",
            "😀",
            "a[",
            "$x[0].y",
            "%0",
            "1e400",
        ];
        match self.roll(if depth == 0 { 5 } else { 7 }) {
            0 => Json::Null,
            1 => self.roll(2).eq(&0).into(),
            2 => [0, 1, 2, 3, 7, -1, i64::MAX, i64::MIN][usize::try_from(self.roll(8)).unwrap()].into(),
            3 | 4 => (*self.pick(&texts)).into(),
            5 => (0..self.roll(4)).map(|_| self.json(depth - 1)).collect(),
            _ => self.arguments(depth - 1),
        }
    }

    fn arguments(&mut self, depth: u32) -> Json {
        let names = [
            "threadId",
            "frameId",
            "line",
            "endLine",
            "source",
            "path",
            "breakpoints",
            "condition",
            "hitCondition",
            "logMessage",
            "name",
            "filters",
            "filterOptions",
            "filterId",
            "variablesReference",
            "start",
            "count",
            "filter",
            "expression",
            "value",
            "context",
            "text",
            "column",
            "targetId",
            "granularity",
            "levels",
            "startFrame",
            "program",
            "input",
            "stopOnEntry",
            "stopAtEnd",
            "noDebug",
            "seed",
            "arguments",
        ];
        let members = (0..self.roll(7)).map(|_| ((*self.pick(&names)).to_owned(), self.json(depth)));
        Json::Object(members.collect())
    }
}

const COMMANDS: [&str; 34] = [
    "initialize",
    "launch",
    "attach",
    "configurationDone",
    "restart",
    "setBreakpoints",
    "setFunctionBreakpoints",
    "setExceptionBreakpoints",
    "breakpointLocations",
    "loadedSources",
    "source",
    "threads",
    "stackTrace",
    "scopes",
    "variables",
    "evaluate",
    "completions",
    "exceptionInfo",
    "setVariable",
    "setExpression",
    "gotoTargets",
    "continue",
    "next",
    "stepIn",
    "stepOut",
    "stepBack",
    "reverseContinue",
    "pause",
    "goto",
    "restartFrame",
    "cancel",
    "terminate",
    "unheardOf",
    "",
];

fn serve(bytes: Vec<u8>, example: &Example) -> Vec<u8> {
    let mut output = Vec::new();
    asl_debug::dap::serve(Cursor::new(bytes), &mut output, example.clone()).unwrap();
    output
}

#[test]
fn random_bytes() {
    let mut dice = Dice(1);
    let pieces: [&[u8]; 9] = [
        b"Content-Length: ",
        b"12",
        b"\r\n\r\n",
        b"{\"seq\":1}",
        b"\n",
        b"99999999999999999999",
        b"\xff\xfe",
        b":",
        b"-1",
    ];
    for _ in 0..3_000 {
        let mut bytes = Vec::new();
        for _ in 0..dice.roll(12) {
            match dice.roll(4) {
                0 => bytes.push(u8::try_from(dice.roll(256)).unwrap()),
                _ => bytes.extend_from_slice(pieces[usize::try_from(dice.roll(9)).unwrap()]),
            }
        }
        serve(bytes, &ORDER);
    }
}

#[test]
fn random_requests() {
    for seed in 0..40 {
        let mut dice = Dice(seed);
        let mut client = Client::launched(
            ORDER.clone(),
            r#"{"sku": "a"}"#,
            json!({"stopOnEntry": true, "stopAtEnd": true}),
        );
        client.request("configurationDone", json!({})).unwrap();
        for _ in 0..100 {
            let command = *dice.pick(&COMMANDS);
            let mut arguments = dice.arguments(2);
            if dice.roll(2) == 0 {
                arguments["threadId"] = 1.into();
            }
            // Each request has an answer, or the client would wait here.
            let _ = client.request(command, arguments);
        }
        client.request("disconnect", json!({})).unwrap();
    }
}

#[test]
fn other_messages() {
    let mut client = Client::new(ORDER);
    for text in ["[]", "3", "null", r#"{"type": "event"}"#, r#"{"type": 5}"#, "not JSON"] {
        client.send(text);
    }
    client.send(&format!(
        r#"{{"type": "request", "command": "threads", "arguments": {}1{}}}"#,
        "[".repeat(300),
        "]".repeat(300)
    ));
    let body = client.event("output");
    assert_eq!(body["category"], "stderr");
    assert_eq!(client.request("threads", json!({})).unwrap(), json!({"threads": [{"id": 1, "name": ""}]}));
    let refused = |client: &mut Client, command: &str| client.request(command, json!({})).unwrap_err();
    assert_eq!(refused(&mut client, "next"), "nothing has been launched");
    assert_eq!(refused(&mut client, "launch"), "expected an argument `program` of `launch`");
    assert_eq!(refused(&mut client, "evaluate"), "expected an argument `expression` of `evaluate`");
    assert_eq!(refused(&mut client, "unheardOf"), "the request `unheardOf` is not supported");
    assert_eq!(refused(&mut client, "attach"), "there is nothing to attach to: use `launch`");
}

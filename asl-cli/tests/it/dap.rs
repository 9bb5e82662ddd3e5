//! `asl dap` as a process: a file of the examples, a breakpoint, the end.

use serde_json::{Value as Json, json};

use crate::support::asl;

fn framed(requests: &[(&str, Json)]) -> Vec<u8> {
    let message = |(index, (command, arguments)): (usize, &(&str, Json))| {
        let request =
            json!({"seq": index + 1, "type": "request", "command": command, "arguments": arguments})
                .to_string();
        format!("Content-Length: {}\r\n\r\n{request}", request.len())
    };
    requests.iter().enumerate().map(message).collect::<String>().into_bytes()
}

/// The messages in what the adapter wrote.
fn messages(stdout: &str) -> Vec<Json> {
    let bodies = stdout.split("Content-Length: ").skip(1).filter_map(|part| part.split_once("\r\n\r\n"));
    bodies.map(|(_, body)| serde_json::from_str(body).expect("JSON")).collect()
}

#[test]
fn a_definition_in_a_file() {
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/hello.asl.json");
    let launch = json!({"program": program, "input": {"name": "World"}});
    let set = json!({"source": {"path": program}, "breakpoints": [{"line": 7}]});
    let ran =
        asl(&["dap"], framed(&[("initialize", json!({})), ("launch", launch), ("setBreakpoints", set)]));
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""));
    let found = messages(&ran.stdout);
    let names: Vec<&str> =
        found.iter().filter_map(|one| one.get("command").or(one.get("event"))?.as_str()).collect();
    assert_eq!(names, ["initialize", "launch", "initialized", "setBreakpoints"]);
    let breakpoint = &found[3]["body"]["breakpoints"][0];
    assert_eq!(breakpoint["verified"], true, "{breakpoint}");
}

#[test]
fn what_cannot_be_launched() {
    let refused = |launch: Json| {
        let ran = asl(&["dap"], framed(&[("launch", launch)]));
        messages(&ran.stdout)[0]["message"].as_str().expect("a message").to_owned()
    };
    assert!(refused(json!({"program": "nothing.asl.json"})).contains("cannot read the definition"));
    assert!(refused(json!({"program": "hello.asl.json", "machineType": "SLOW"})).contains("`SLOW`"));
    assert!(refused(json!({"program": "hello.asl.json", "mocks": "nothing.json"})).contains("nothing.json"));
    assert!(refused(json!({"program": "hello.asl.json", "input": "{"})).contains("`input` is not JSON"));
}

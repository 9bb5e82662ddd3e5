//! What is extracted: the same executions as before, or a reason.

mod child;
mod random;
mod states;
mod values;

use asl_model::Source;
use asl_test::{Answers, Machine, Mocks, returns, throws};
use asl_value::Value;
use serde_json::json;

use crate::support::{Opened, edited, open_at, position};

const PARALLEL: &str = "Parallel state";
const VARIABLE: &str = "variable";
const CHILD: &str = "(another execution)";

/// A text as it is after an action, and the name and text of a new file.
struct After {
    text: String,
    created: Option<(String, String)>,
}

/// Opens a text, without the marks `«` and `»` around the selection.
fn select(file: &str, marked: &str) -> (Opened, serde_json::Value) {
    let (start, end) = (marked.find('«').unwrap(), marked.find('»').unwrap() - '«'.len_utf8());
    let text = marked.replace(['«', '»'], "");
    let range = json!({"start": position(&text, start), "end": position(&text, end)});
    let capabilities = json!({
        "textDocument": {"codeAction": {"disabledSupport": true}},
        "workspace": {"workspaceEdit": {"documentChanges": true, "resourceOperations": ["create"]}},
    });
    (open_at(&format!("file:///nowhere/{file}"), &text, &capabilities), range)
}

/// Does the action whose title ends so; or why it is not offered.
fn extracted(file: &str, marked: &str, into: &str) -> Result<After, String> {
    let (mut opened, range) = select(file, marked);
    let context = json!({"diagnostics": [], "only": ["refactor.extract"]});
    let found = opened.ask("textDocument/codeAction", json!({"range": range, "context": context}));
    let action =
        found.as_array().unwrap().iter().find(|action| action["title"].as_str().unwrap().ends_with(into));
    let action = action.ok_or("no action")?;
    if let Some(reason) = action["disabled"]["reason"].as_str() {
        return Err(reason.to_owned());
    }
    let edit = &action["edit"];
    if let Some(edits) = edit["changes"][&opened.uri].as_array() {
        return Ok(After { text: edited(&opened.text, edits), created: None });
    }
    let changes = edit["documentChanges"].as_array().unwrap();
    assert_eq!(changes[0]["kind"], "create");
    assert_eq!(changes[1]["textDocument"]["uri"], changes[0]["uri"]);
    let name = changes[0]["uri"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let created = changes[1]["edits"][0]["newText"].as_str().unwrap().to_owned();
    assert_eq!(changes[2]["textDocument"]["uri"], opened.uri.as_str());
    Ok(After {
        text: edited(&opened.text, changes[2]["edits"].as_array().unwrap()),
        created: Some((name, created)),
    })
}

fn source(file: &str, text: &str) -> Source {
    if file.ends_with("json") { Source::json(text) } else { Source::yaml(text) }
}

/// What the executions of a definition do, besides their paths and histories: outcome, calls, time. With each input, the task T
/// succeeds once, and fails once.
fn executions(file: &str, text: &str, inputs: &[&str]) -> Vec<String> {
    let machine = Machine::new("m", source(file, text)).unwrap_or_else(|error| panic!("{error}\n{text}"));
    let answer = || returns(Value::parse(r#"{"total": 42, "list": [[7]], "empty": [], "n": null}"#).unwrap());
    let run = |input: &str, answers: Answers| {
        let run =
            machine.run(Value::parse(input).unwrap(), Mocks::new().task("T", answers).task("U", answer()));
        let calls =
            ["T", "U"].map(|task| run.calls(task).iter().map(|call| call.to_json()).collect::<Vec<_>>());
        unnumbered(&format!("{:?}\n{calls:?}\n{:?}", run.outcome(), run.duration()))
    };
    let both = |input: &&str| [run(input, answer().into()), run(input, throws("Broken", "it broke").into())];
    inputs.iter().flat_map(both).collect()
}

/// A text without ids of events: a new state has events, too.
fn unnumbered(text: &str) -> String {
    let mut parts = text.split("event id #");
    let first = parts.next().unwrap().to_owned();
    parts.fold(first, |text, part| {
        format!("{text}event id{}", part.trim_start_matches(|c: char| c.is_ascii_digit()))
    })
}

/// What an action must leave as it is. An expression that fails does so in another state if a variable has its value.
fn comparable(execution: &str, into: &str) -> String {
    let errors = [
        "States.QueryEvaluationError",
        "States.ParameterPathFailure",
        "States.Runtime",
        "States.IntrinsicFailure",
    ];
    match into == VARIABLE
        && errors
            .iter()
            .any(|error| execution.starts_with(&format!("Failed(Failure {{ error: Some({error:?})")))
    {
        true => "an expression failed".to_owned(),
        false => execution.to_owned(),
    }
}

const INPUTS: &[&str] = &[
    r#"{"a": 1, "b": [], "c": {"d": [[7]]}, "n": null, "items": [1, 2]}"#,
    r#"{"a": "x", "b": [3], "c": {}, "n": 0.10, "items": []}"#,
    r#"[[]]"#,
    r#""text""#,
    r#"12345678901234567890"#,
];

/// Checks that two definitions have the same executions.
#[track_caller]
fn same(file: &str, before: &str, after: &str, into: &str) {
    let runs = executions(file, after, INPUTS).into_iter().zip(executions(file, before, INPUTS));
    for (after_it, before_it) in runs {
        assert_eq!(comparable(&after_it, into), comparable(&before_it, into), "{before}\n{after}");
    }
}

/// Checks that an action changes the text, and no execution.
#[track_caller]
fn check(file: &str, marked: &str, into: &str, expect: &str) {
    let after = extracted(file, marked, into).unwrap_or_else(|reason| panic!("{reason}"));
    assert_eq!(after.text, expect);
    same(file, &marked.replace(['«', '»'], ""), expect, into);
}

#[track_caller]
fn refused(file: &str, marked: &str, into: &str, reason: &str) {
    assert_eq!(extracted(file, marked, into).err().as_deref(), Some(reason));
}

const J: &str = "orders.asl.json";
const Y: &str = "orders.asl.yaml";

/// A definition in one line of the states S, T (a task), U (a task), V and W.
fn machine(language: &str, states: &str) -> String {
    format!(r#"{{"QueryLanguage": "{language}", "StartAt": "S", "States": {{{states}}}}}"#)
}

const TASK: &str = r#""Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:f""#;

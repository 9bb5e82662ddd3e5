//! `cargo xtask lambda-e2e`: the order-processing example as a Lambda function, behind cargo-lambda's emulator.
//!
//! Each `events/NAME.json` of the example is invoked; the answer, or the error, must contain what
//! `events/NAME.expect.json` says. Where there is a `NAME.late.expect.json`, the same function with a second's timeout is
//! invoked too. The emulator's own deadline is a date of 1970, so a timeout can only come from the definition. An order is also
//! posted to the function's URL, with a buffered and with a streamed response.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::lambda_emulator::Emulator;
use crate::{Result, answer, command, root, size, target};

const PACKAGE: &str = "order-processing";
const EXAMPLE: &str = "examples/order-processing";

/// Makes the body of a request or message the input of the workflow.
const BODY: (&str, &str) = ("ASL_INPUT", "body");

/// An event, and what the answer must contain.
struct Case {
    name: String,
    event: PathBuf,
    /// Whether the event is for the function with the short timeout.
    is_late: bool,
    expect: Value,
}

pub(crate) fn run() -> Result<()> {
    let example = root()?.join(EXAMPLE);
    let cases = read_cases(&example.join("events"))?;
    let program = build()?;
    let late = late_definition(&example.join("workflow.asl.json"))?;
    let function = Emulator::start("function", &program, &[BODY])?;
    let late = Emulator::start("late", &program, &[BODY, ("ASL_DEFINITION", &late)])?;
    let streamed = Emulator::start("streamed", &program, &[BODY, ("ASL_INVOKE_MODE", "response-stream")])?;
    let mut failed = 0;
    let mut report = |name: &str, function: &Emulator, checked: Result<()>| match checked {
        Ok(()) => println!("ok      {name}"),
        Err(problem) => {
            failed += 1;
            println!("FAILED  {name}: {problem}\n{}", function.log());
        }
    };
    for case in &cases {
        let function = if case.is_late { &late } else { &function };
        report(&case.name, function, check(function, case));
    }
    for (name, function, is_chunked) in [("URL", &function, false), ("URL in pieces", &streamed, true)] {
        report(name, function, check_url(function, &example, is_chunked));
    }
    if failed > 0 {
        return Err(format!("{failed} events or URLs").into());
    }
    println!("{} events and 2 URLs answered as expected", cases.len());
    Ok(())
}

fn check(function: &Emulator, case: &Case) -> Result<()> {
    contains(&case.expect, &function.invoke(&case.event)?)
}

fn check_url(function: &Emulator, example: &Path, is_chunked: bool) -> Result<()> {
    let order = std::fs::read_to_string(example.join("events/direct.json"))?;
    let answer = function.post(&order)?;
    let expect = read_json(&example.join("events/direct.expect.json"))?;
    let headers = json!({"content-type": "application/json"});
    contains(&json!({"statusCode": 200, "headers": headers, "body": expect}), &answer)?;
    let coding = answer.pointer("/headers/transfer-encoding").and_then(Value::as_str);
    match (coding == Some("chunked")) == is_chunked {
        true => Ok(()),
        false => Err(format!("the transfer encoding was {coding:?}").into()),
    }
}

fn contains(expect: &Value, answer: &Value) -> Result<()> {
    answer::check(expect, answer).map_err(|problem| format!("{problem}, the answer was {answer}").into())
}

/// Writes the workflow with a timeout that orders with fragile items exceed.
fn late_definition(workflow: &Path) -> Result<String> {
    let mut definition = read_json(workflow)?;
    if let Some(definition) = definition.as_object_mut() {
        definition.insert("TimeoutSeconds".to_owned(), 1.into());
    }
    let folder = target()?.join("lambda-e2e");
    std::fs::create_dir_all(&folder)?;
    let path = folder.join("late.asl.json");
    std::fs::write(&path, definition.to_string())?;
    Ok(path.to_string_lossy().into_owned())
}

fn read_cases(folder: &Path) -> Result<Vec<Case>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        names.extend(name.strip_suffix(".json").filter(|name| !name.ends_with(".expect")).map(str::to_owned));
    }
    names.sort();
    if names.is_empty() {
        return Err(format!("no events in {}", folder.display()).into());
    }
    let mut cases = Vec::new();
    for name in names {
        let event = folder.join(format!("{name}.json"));
        let late = folder.join(format!("{name}.late.expect.json"));
        if late.exists() {
            let (name, event) = (format!("{name}, late"), event.clone());
            cases.push(Case { name, event, is_late: true, expect: read_json(&late)? });
        }
        let expect = read_json(&folder.join(format!("{name}.expect.json")))?;
        cases.push(Case { name, event, is_late: false, expect });
    }
    Ok(cases)
}

fn read_json(path: &Path) -> Result<Value> {
    let problem = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| problem(&error))?;
    Ok(serde_json::from_str(&text).map_err(|error| problem(&error))?)
}

/// Builds the function for deployment and checks its size. Returns the path of the program.
fn build() -> Result<PathBuf> {
    let arguments =
        ["build", "--release", "--package", PACKAGE, "--message-format", "json-render-diagnostics"];
    let program = command::built_program(command::cargo(&arguments)?, PACKAGE)?;
    size::check(&program, size::MOST_BYTES)?;
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_needs_its_answer() {
        let folder = std::env::temp_dir().join(format!("asl-xtask-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(read_cases(&folder).is_err(), "no events");
        for (file, text) in [("b.json", "[1]"), ("a.json", "{}"), ("a.expect.json", "{\"statusCode\":200}")] {
            std::fs::write(folder.join(file), text).unwrap();
        }
        assert!(read_cases(&folder).is_err(), "b has no answer");
        std::fs::write(folder.join("b.expect.json"), "null").unwrap();
        std::fs::write(folder.join("b.late.expect.json"), "null").unwrap();
        let cases = read_cases(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let found: Vec<_> = cases.iter().map(|case| (case.name.as_str(), case.is_late)).collect();
        assert_eq!(found, [("a", false), ("b, late", true), ("b", false)]);
        assert!(cases[0].event.ends_with("a.json"));
        assert_eq!(cases[0].expect["statusCode"], 200);
    }
}

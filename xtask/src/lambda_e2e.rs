//! `cargo xtask lambda-e2e`: the order-processing example as a Lambda function, behind cargo-lambda's emulator.
//!
//! Each `events/NAME.json` of the example is invoked; the answer must contain what `events/NAME.expect.json` says.

pub(crate) mod answer;
mod emulator;

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::{Result, command, root};
use emulator::Emulator;

const PACKAGE: &str = "order-processing";
const EVENTS: &str = "examples/order-processing/events";

/// An event and what its answer must contain.
struct Case {
    name: String,
    event: PathBuf,
    expect: Value,
}

pub(crate) fn run() -> Result<()> {
    let cases = read_cases(&root()?.join(EVENTS))?;
    let emulator = Emulator::start(&build()?)?;
    let mut failed = 0;
    for case in &cases {
        match check(&emulator, case) {
            Ok(()) => println!("ok      {}", case.name),
            Err(problem) => {
                failed += 1;
                println!("FAILED  {}: {problem}", case.name);
            }
        }
    }
    if failed > 0 {
        println!("{}", emulator.log());
        return Err(format!("{failed} of {} events", cases.len()).into());
    }
    println!("{} events answered as expected", cases.len());
    Ok(())
}

fn check(emulator: &Emulator, case: &Case) -> Result<()> {
    let body = emulator.invoke(&case.event)?;
    let answer: Value =
        serde_json::from_str(&body).map_err(|error| format!("{error} in the answer {body}"))?;
    answer::check(&case.expect, &answer).map_err(|problem| format!("{problem}, the answer was {body}").into())
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
    let read = |name: String| {
        let path = folder.join(format!("{name}.expect.json"));
        let problem = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
        let expect = std::fs::read_to_string(&path).map_err(|error| problem(&error))?;
        let expect = serde_json::from_str(&expect).map_err(|error| problem(&error))?;
        Ok(Case { event: folder.join(format!("{name}.json")), expect, name })
    };
    names.into_iter().map(read).collect()
}

/// Builds the function as it is deployed; gives the path of the program.
fn build() -> Result<PathBuf> {
    let arguments =
        ["build", "--release", "--package", PACKAGE, "--message-format", "json-render-diagnostics"];
    command::built_program(command::cargo(&arguments)?, PACKAGE)
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
        let cases = read_cases(&folder).unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(cases.iter().map(|case| case.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert!(cases[0].event.ends_with("a.json"));
        assert_eq!(cases[0].expect["statusCode"], 200);
    }
}

//! `cargo xtask replay PATH [--write]`: executions recorded on AWS, done again by `asl replay` from AWS's own histories.
//!
//! The records are kept elsewhere. `tests/replay.toml` holds how many of them come to the recorded end, and lists the
//! others with the reason. The run fails if another one does not, or if a count is below its floor.

mod corpus;
mod expectations;
mod recorded;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::{Result, command, root, target};
use corpus::Case;
use expectations::Expectations;
use recorded::member;

/// The expected results.
const EXPECTATIONS: &str = "tests/replay.toml";

/// What came of a record.
struct Replayed {
    /// `area/case`, with the number of the execution if there are several.
    name: String,
    /// Whether it came to the recorded end.
    is_end: bool,
    /// Whether it did so through the recorded steps.
    is_same: bool,
    line: String,
}

pub(crate) fn run(folder: &str) -> Result<()> {
    compare(Path::new(folder), false)
}

/// Records the results instead of failing. A person has to fill in the reasons.
pub(crate) fn write(folder: &str) -> Result<()> {
    compare(Path::new(folder), true)
}

fn compare(folder: &Path, is_written: bool) -> Result<()> {
    let path = root()?.join(EXPECTATIONS);
    let mut expectations = Expectations::parse(&std::fs::read_to_string(&path).unwrap_or_default())?;
    let records = target()?.join("replay");
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    let program = command::built_program(command::cargo(&build)?, "asl")?;
    let mut replayed = Vec::new();
    for case in corpus::cases(folder)? {
        replayed.extend(replay(&program, &records, &case)?);
    }
    for other in replayed.iter().filter(|replayed| !replayed.is_same) {
        let mark = if other.is_end { "same end" } else { "other end" };
        println!("{mark}: {}: {}", other.name, other.line);
    }
    let ends = replayed.iter().filter(|replayed| replayed.is_end).count();
    let same = replayed.iter().filter(|replayed| replayed.is_same).count();
    let all = replayed.len();
    println!(
        "{all} recorded executions: {ends} come to the recorded end, {same} of them by the recorded steps and data"
    );
    let others: Vec<&str> =
        replayed.iter().filter(|replayed| !replayed.is_end).map(|replayed| replayed.name.as_str()).collect();
    if is_written {
        expectations.take(ends, same, &others);
        return Ok(std::fs::write(path, expectations.to_string())?);
    }
    match expectations.violations(ends, same, &others).as_slice() {
        [] => Ok(()),
        violations => Err(format!("{EXPECTATIONS}:\n{}", violations.join("\n")).into()),
    }
}

/// Replays the executions of a case.
fn replay(program: &Path, records: &Path, case: &Case) -> Result<Vec<Replayed>> {
    let folder = records.join(case.id.replace('/', "-"));
    std::fs::create_dir_all(&folder)?;
    let mut replayed = Vec::new();
    for (number, execution) in case.executions.iter().enumerate() {
        let [definition, record]: [PathBuf; 2] =
            ["definition.asl.json", "record.json"].map(|name| folder.join(format!("{number}.{name}")));
        std::fs::write(&definition, &execution.definition)?;
        std::fs::write(&record, execution.record.to_string())?;
        let mut asl = Command::new(program);
        asl.arg("replay").arg(&record).arg("--definition").arg(&definition);
        asl.args(["--type", &case.machine_type, "--format", "json"]);
        let output = asl.stderr(Stdio::piped()).output()?;
        let text = String::from_utf8(output.stdout)?;
        let name = match case.executions.len() {
            1 => case.id.clone(),
            _ => format!("{} {number}", case.id),
        };
        let line = if text.is_empty() { String::from_utf8_lossy(&output.stderr).into_owned() } else { text };
        replayed.push(Replayed::of(name, line.trim().to_owned()));
    }
    Ok(replayed)
}

impl Replayed {
    fn of(name: String, line: String) -> Replayed {
        let verdict: Value = serde_json::from_str(&line).unwrap_or_default();
        let result = member(&verdict, &["result"]).as_str().unwrap_or_default();
        let differences =
            member(&verdict, &["differences"]).as_array().map(Vec::as_slice).unwrap_or_default();
        let other_end = differences.iter().find(|difference| member(difference, &["kind"]) == "END");
        let is_end = other_end.is_none() && ["SAME", "DIFFERS"].contains(&result);
        let line = match other_end.or(differences.first()) {
            Some(difference) => difference.to_string(),
            None => line,
        };
        Replayed { name, is_end, is_same: result == "SAME", line }
    }
}

//! Reads the files of recorded executions.

use std::path::{Path, PathBuf};

use asl_engine::{Record, RecordedExecution};
use asl_files::{Kind, read};
use asl_value::Value;

use crate::refusal::Refusal;

/// Bytes of a record: several times what 25,000 events take with small payloads.
const LARGEST: u64 = 256 << 20;

/// What a file of a recorded execution holds.
pub(crate) enum RecordFile {
    History(Box<Record>),
    Journal(Box<RecordedExecution>),
}

/// Reads a history or a journal.
pub(crate) fn record_file(path: &Path) -> Result<RecordFile, Refusal> {
    let text = text(path)?;
    let first = text.trim_start().lines().next().unwrap_or_default();
    if !first.contains("\"asl-journal\"") {
        return Ok(RecordFile::History(Box::new(described(path, &text)?)));
    }
    let journal = RecordedExecution::parse(&text);
    Ok(RecordFile::Journal(Box::new(journal.map_err(|error| unusable(path, &error))?)))
}

/// Reads a history.
pub(crate) fn history(path: &Path) -> Result<Record, Refusal> {
    match record_file(path)? {
        RecordFile::History(record) => Ok(*record),
        RecordFile::Journal(_) => {
            Err(unusable(path, &"it is a journal, which does not name the states of the results"))
        }
    }
}

/// The history in a text. If `NAME.describe.json` is next to `NAME.json`, it describes the execution.
fn described(path: &Path, text: &str) -> Result<Record, Refusal> {
    let record = Record::read(&parsed(path, text)?).map_err(|error| unusable(path, &error))?;
    let beside = path.with_extension("describe.json");
    if path == beside || !beside.is_file() {
        return Ok(record);
    }
    let description = document(&beside)?;
    record.with_description(&description).map_err(|error| unusable(&beside, &error))
}

/// A JSON document.
pub(crate) fn document(path: &Path) -> Result<Value, Refusal> {
    parsed(path, &text(path)?)
}

/// The records of the arguments: files, and the records in folders, sorted by name.
pub(crate) fn record_paths(arguments: &[PathBuf]) -> Result<Vec<PathBuf>, Refusal> {
    let mut paths = Vec::new();
    for argument in arguments {
        if !argument.is_dir() {
            paths.push(argument.clone());
            continue;
        }
        let problem = |error: std::io::Error| unreadable(argument, &error);
        let mut found = Vec::new();
        for entry in std::fs::read_dir(argument).map_err(problem)? {
            let path = entry.map_err(problem)?.path();
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            let is_record = [".json", ".jsonl"].iter().any(|ending| name.ends_with(ending));
            if is_record && !name.starts_with('.') && !name.ends_with(".describe.json") {
                found.push(path);
            }
        }
        if found.is_empty() {
            let folder = argument.display();
            return Err(Refusal::usage(format!("there is no record (*.json, *.jsonl) in `{folder}`")));
        }
        found.sort();
        paths.extend(found);
    }
    Ok(paths)
}

fn text(path: &Path) -> Result<String, Refusal> {
    let bytes = read(path, Kind::RegularOrPipe, LARGEST).map_err(|error| unreadable(path, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| unreadable(path, &"it is not UTF-8"))?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

fn parsed(path: &Path, text: &str) -> Result<Value, Refusal> {
    Value::parse(text).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &dyn std::fmt::Display) -> Refusal {
    Refusal::usage(format!("cannot read `{}`: {error}", path.display()))
}

fn unusable(path: &Path, error: &dyn std::fmt::Display) -> Refusal {
    Refusal::usage(format!("`{}` is not a record: {error}", path.display()))
}

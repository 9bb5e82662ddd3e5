//! Reads the files that a case names.

use std::path::{Path, PathBuf};

use asl_engine::Record;
use asl_files::{Kind, read};
use asl_value::{Pointer, Value};

use crate::mocks::{MockCase, MockConfig};
use crate::problem::Problems;
use crate::suite::{Case, Input, Others};
use crate::test_file::reach::Reach;

/// Bytes of a history: several times what 25,000 events take with small payloads.
const LARGEST: u64 = 256 << 20;

/// What was read for a case.
pub(super) struct Files {
    pub(super) input: Value,
    pub(super) others: Option<MockCase>,
    pub(super) read: Vec<PathBuf>,
}

pub(super) fn of(reach: &Reach<'_>, case: &Case, problems: &mut Problems) -> Files {
    let mut files = Files { input: Value::Null, others: None, read: Vec::new() };
    let mut keep = |place: &Pointer, found: Result<(), String>| {
        if let Err(message) = found {
            problems.at(place, message);
        }
    };
    match &case.input {
        Input::Value(value) => files.input = value.clone(),
        Input::File(name) => {
            let read = reach.path(name).and_then(|path| {
                files.input = document(&path)?;
                files.read.push(path);
                Ok(())
            });
            keep(&case.place.key("inputFile"), read);
        }
    }
    match &case.others {
        None => {}
        Some(Others::MockFile(name)) => {
            let (file, selector) =
                name.rsplit_once('#').map_or((name.as_str(), None), |(file, of)| (file, Some(of)));
            let read = reach.path(file).and_then(|path| {
                files.others = Some(mock_case(&path, selector)?);
                files.read.push(path);
                Ok(())
            });
            keep(&case.place.key("mockFile"), read);
        }
        Some(Others::Record(name)) => {
            let read = reach.path(name).and_then(|path| {
                files.others = Some(recorded(&path, &case.name)?);
                files.read.push(path);
                Ok(())
            });
            keep(&case.place.key("record"), read);
        }
    }
    files
}

/// A JSON document.
pub(super) fn document(path: &Path) -> Result<Value, String> {
    let refused = |error: &dyn std::fmt::Display| format!("cannot read `{}`: {error}", path.display());
    let bytes = read(path, Kind::Regular, LARGEST).map_err(|error| refused(&error))?;
    let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&bytes);
    Value::parse_slice(text).map_err(|error| refused(&error))
}

/// The case of a mock configuration: `Machine/Case`, or a part of it that is enough.
fn mock_case(path: &Path, selector: Option<&str>) -> Result<MockCase, String> {
    let shown = path.display();
    let config = MockConfig::parse(&document(path)?).map_err(|problems| {
        let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
        format!("`{shown}` is not a mock configuration: {}", problems.join("; "))
    })?;
    let (machine, name) = match selector.map(|selector| selector.split_once('/').ok_or(selector)) {
        None => (None, None),
        Some(Ok((machine, name))) => (Some(machine), Some(name)),
        Some(Err(name)) => (None, Some(name)),
    };
    config.case(machine, name).cloned().map_err(|error| format!("`{shown}`: {error}"))
}

/// The answers of a recorded execution.
fn recorded(path: &Path, case: &str) -> Result<MockCase, String> {
    let refused = |error: &dyn std::fmt::Display| format!("`{}` is not a record: {error}", path.display());
    let record = Record::read(&document(path)?).map_err(|error| refused(&error))?;
    let config = MockConfig::recorded("recorded", case, &record).map_err(|error| refused(&error))?;
    config.case(None, None).cloned().map_err(|error| error.to_string())
}

//! Reads the files of recorded executions.

use std::path::Path;

use asl_engine::Record;
use asl_files::{Kind, read};
use asl_value::Value;

use crate::refusal::Refusal;

/// Bytes of a history: several times what 25,000 events take with small payloads.
pub(crate) const LARGEST: u64 = 256 << 20;

/// Reads a record. If `NAME.describe.json` is next to `NAME.json`, it describes the execution.
pub(crate) fn record(path: &Path) -> Result<Record, Refusal> {
    let refused = |path: &Path, error: &dyn std::fmt::Display| {
        Refusal::usage(format!("`{}` is not a record: {error}", path.display()))
    };
    let record = Record::read(&document(path)?).map_err(|error| refused(path, &error))?;
    let beside = path.with_extension("describe.json");
    if path == beside || !beside.is_file() {
        return Ok(record);
    }
    let description = document(&beside)?;
    record.with_description(&description).map_err(|error| refused(&beside, &error))
}

/// A JSON document.
pub(crate) fn document(path: &Path) -> Result<Value, Refusal> {
    let refused = |error: String| Refusal::usage(format!("cannot read `{}`: {error}", path.display()));
    let bytes = read(path, Kind::RegularOrPipe, LARGEST).map_err(|error| refused(error.to_string()))?;
    let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(&bytes);
    Value::parse_slice(text).map_err(|error| refused(error.to_string()))
}

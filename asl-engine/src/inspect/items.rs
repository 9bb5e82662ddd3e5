//! The items in the text that an `ItemReader` reads.

use asl_model::{ReaderConfig, error_name};
use asl_value::{Array, Object, Text, Value};

use super::{Probe, Stage};
use crate::Failure;

/// The items of `mapItemReaderData`; `None` if the test does not say what is read.
pub(super) fn read(probe: &Probe, reader: &ReaderConfig) -> Result<Option<Array>, Failure> {
    let Some(text) = &probe.item_reader_data else { return Ok(None) };
    let items = match reader.input_type.as_deref() {
        Some("CSV") => csv(text, reader)?,
        Some("JSONL") => {
            let lines = text.lines().filter(|line| !line.trim().is_empty());
            lines.map(json).collect::<Result<Vec<_>, _>>()?
        }
        _ => {
            let document = json(text)?;
            let found = match &reader.items_pointer {
                Some(pointer) => {
                    let found = pointed(&document, pointer);
                    let found = found.ok_or_else(|| failed("Attempting to map over non-iterable node."))?;
                    probe.note(Stage::ItemsPointer, found);
                    found.clone()
                }
                None => document,
            };
            match found {
                Value::Array(items) => items.into_vec(),
                // Recorded.
                _ => return Err(failed("Attempting to map over non-iterable node.")),
            }
        }
    };
    Ok(Some(items.into()))
}

fn failed(cause: impl Into<Text>) -> Failure {
    Failure::new(error_name::ITEM_READER_FAILED, cause)
}

/// UNRECORDED: the cause for data that is no JSON.
fn json(text: &str) -> Result<Value, Failure> {
    Value::parse(text)
        .map_err(|error| failed(format!("The data read by the ItemReader is not JSON: {error}")))
}

/// Where a JSON Pointer (RFC 6901) leads to.
fn pointed<'v>(document: &'v Value, pointer: &str) -> Option<&'v Value> {
    let steps = if pointer.is_empty() { "" } else { pointer.strip_prefix('/')? };
    let steps = steps.split('/').filter(|_| !pointer.is_empty());
    steps.map(|step| step.replace("~1", "/").replace("~0", "~")).try_fold(document, |value, step| match value
    {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        other => other.get(&step),
    })
}

/// Recorded: every value is text, a short row is filled up with empty ones, a long one is cut.
fn csv(text: &str, reader: &ReaderConfig) -> Result<Vec<Value>, Failure> {
    let delimiter = match reader.csv_delimiter.as_deref() {
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        _ => ',',
    };
    let mut rows = rows(text, delimiter).into_iter();
    let headers = match &reader.csv_headers {
        Some(headers) => headers.iter().map(ToString::to_string).collect(),
        None => rows.next().unwrap_or_default(),
    };
    let mut sorted = headers.clone();
    sorted.sort();
    sorted.dedup();
    if sorted.len() < headers.len() {
        return Err(failed("CSV headers cannot contain duplicates."));
    }
    let item = |row: Vec<String>| {
        let mut cells = row.into_iter();
        let mut item = Object::new();
        for header in &headers {
            item.insert(header.as_str(), cells.next().unwrap_or_default().into());
        }
        Value::Object(item)
    };
    Ok(rows.map(item).collect())
}

/// Recorded: a quote inside of quotes is doubled; a backslash escapes a backslash, a quote and the delimiter, and is
/// dropped before anything else.
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut is_open) = (false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        is_open = true;
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => cell.extend(characters.next()),
            '"' => is_quoted = !is_quoted,
            '\\' => cell.extend(characters.next()),
            '\r' if !is_quoted && characters.peek() == Some(&'\n') => {}
            '\n' if !is_quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
                is_open = false;
            }
            _ if character == delimiter && !is_quoted => row.push(std::mem::take(&mut cell)),
            _ => cell.push(character),
        }
    }
    if is_open {
        row.push(cell);
        rows.push(row);
    }
    rows
}

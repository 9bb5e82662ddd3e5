//! CSV, as an `ItemReader` reads it.

use asl_model::ReaderConfig;
use asl_value::{Object, Text, Value};

use super::dataset::failed;
use crate::Failure;

/// Recorded: every value is text, a short row is filled up with empty ones, a long one is cut.
pub(super) fn items(text: &str, config: &ReaderConfig) -> Result<Vec<Value>, Failure> {
    let delimiter = match config.csv_delimiter.as_deref() {
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        _ => ',',
    };
    let mut rows = rows(text, delimiter).into_iter();
    let headers: Vec<Text> = match &config.csv_headers {
        Some(headers) => headers.clone(),
        None => rows.next().unwrap_or_default().into_iter().map(Text::from).collect(),
    };
    let mut sorted = headers.clone();
    sorted.sort();
    sorted.dedup();
    if sorted.len() < headers.len() {
        return Err(failed("CSV headers cannot contain duplicates."));
    }
    let item = |row: Vec<String>| {
        let cells = row.into_iter().map(Value::from).chain(std::iter::repeat(Value::from("")));
        Value::Object(Object::from_distinct(headers.iter().cloned().zip(cells).collect()))
    };
    Ok(rows.map(item).collect())
}

/// Recorded: a quote inside of quotes is doubled; a backslash escapes a backslash, a quote and the delimiter, and is
/// dropped before anything else.
///
/// Documented: a doubled quote is one in a field without quotes around it, too.
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html>
///
/// UNRECORDED: a single quote inside of a field without quotes around it, which is dropped here.
fn rows(text: &str, delimiter: char) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut is_quoted, mut is_open) = (false, false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        is_open = true;
        match character {
            '"' if (is_quoted || !cell.is_empty()) && characters.peek() == Some(&'"') => {
                cell.extend(characters.next());
            }
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

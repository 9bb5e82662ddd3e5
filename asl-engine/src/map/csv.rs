//! CSV, as an `ItemReader` reads it.

use asl_model::ReaderConfig;
use asl_value::{Object, Text, VALUE_BYTES, Value};

use super::file::{File, failed};
use crate::Failure;
use crate::budget::Held;

/// Reads the items of a CSV file. Recorded: every value is text, a short row is filled with empty ones, a long row is
/// cut.
pub(super) fn items(
    file: &mut File<'_>,
    config: &ReaderConfig,
    most: usize,
    held: &mut Held,
) -> Result<Vec<Value>, Failure> {
    let delimiter = match config.csv_delimiter.as_deref() {
        Some("PIPE") => '|',
        Some("SEMICOLON") => ';',
        Some("SPACE") => ' ',
        Some("TAB") => '\t',
        _ => ',',
    };
    let mut rows = Rows { file, delimiter, most_cells: usize::MAX };
    let headers: Vec<Text> = match &config.csv_headers {
        Some(headers) => headers.clone(),
        None => rows.next(held)?.unwrap_or_default().into_iter().map(Text::from).collect(),
    };
    let mut sorted = headers.clone();
    sorted.sort();
    sorted.dedup();
    if sorted.len() < headers.len() {
        return Err(failed("CSV headers cannot contain duplicates."));
    }
    rows.most_cells = headers.len();
    let mut items = Vec::new();
    while items.len() < most
        && let Some(row) = rows.next(held)?
    {
        let text = row.iter().map(String::len).fold(0, usize::saturating_add) as u64;
        held.add(VALUE_BYTES.saturating_mul(headers.len() as u64 + 1).saturating_add(text))?;
        let cells = row.into_iter().map(Value::from).chain(std::iter::repeat(Value::from("")));
        items.push(Value::Object(Object::from_distinct(headers.iter().cloned().zip(cells).collect())));
    }
    Ok(items)
}

/// The rows of a file, read one by one.
struct Rows<'f, 'a> {
    file: &'f mut File<'a>,
    delimiter: char,
    /// More cells of a row are dropped as they are read.
    most_cells: usize,
}

/// A row that is being read.
#[derive(Default)]
struct Row {
    cells: Vec<String>,
    cell: String,
    is_quoted: bool,
}

impl Rows<'_, '_> {
    /// The next row; `None` after the last one. An incomplete row counts as memory, too.
    fn next(&mut self, held: &Held) -> Result<Option<Vec<String>>, Failure> {
        let mut open = held.another();
        let mut row: Option<Row> = None;
        while let Some(line) = self.file.line(&mut open)? {
            let cells = self.most_cells.min(line.len()).saturating_mul(size_of::<String>());
            open.add(line.len().saturating_add(cells) as u64)?;
            if self.read(&line, row.get_or_insert_default()) {
                break;
            }
        }
        Ok(row.map(|mut row| {
            row.end_cell(self.most_cells);
            row.cells
        }))
    }

    /// Reads a line with its line ending, and returns whether the row ends with it.
    ///
    /// Recorded: a quote inside quotes is doubled; a backslash escapes a backslash, a quote and the delimiter, and is
    /// dropped before anything else.
    ///
    /// Documented: in a field without quotes around it, a doubled quote is one quote, too.
    /// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/example-csv-parse-dist-map.html>
    ///
    /// UNRECORDED: a single quote inside a field without quotes around it, which is dropped here.
    fn read(&self, line: &str, row: &mut Row) -> bool {
        let mut characters = line.chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' if (row.is_quoted || !row.cell.is_empty()) && characters.peek() == Some(&'"') => {
                    row.cell.extend(characters.next());
                }
                '"' => row.is_quoted = !row.is_quoted,
                '\\' => row.cell.extend(characters.next()),
                '\r' if !row.is_quoted && characters.peek() == Some(&'\n') => {}
                '\n' if !row.is_quoted => return true,
                _ if character == self.delimiter && !row.is_quoted => row.end_cell(self.most_cells),
                _ => row.cell.push(character),
            }
        }
        false
    }
}

impl Row {
    fn end_cell(&mut self, most: usize) {
        let cell = std::mem::take(&mut self.cell);
        if self.cells.len() < most {
            self.cells.push(cell);
        }
    }
}

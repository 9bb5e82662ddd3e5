//! CSV, as an `ItemReader` reads it.

use asl_model::ReaderConfig;
use asl_value::{Object, Text, VALUE_BYTES, Value};

use super::bytes::Bytes;
use super::parts::failed;
use crate::Failure;
use crate::budget::Held;

/// Reads the items of a CSV file. Recorded: every value is text, a short row is filled with empty ones, a long row is
/// cut.
pub(crate) struct Rows {
    delimiter: char,
    /// Known from the first row on, unless they are given.
    headers: Option<Vec<Text>>,
    empty: Text,
}

/// A row that is being read.
#[derive(Default)]
struct Row {
    cells: Vec<Text>,
    cell: String,
    is_quoted: bool,
}

impl Rows {
    pub(crate) fn new(config: &ReaderConfig) -> Result<Rows, Failure> {
        let delimiter = match config.csv_delimiter.as_deref() {
            Some("PIPE") => '|',
            Some("SEMICOLON") => ';',
            Some("SPACE") => ' ',
            Some("TAB") => '\t',
            _ => ',',
        };
        let headers = config.csv_headers.clone();
        headers.iter().try_for_each(|headers| distinct(headers))?;
        Ok(Rows { delimiter, headers, empty: Text::default() })
    }

    /// The next item; `None` after the last one.
    pub(crate) async fn next(
        &mut self,
        bytes: &mut Bytes<'_>,
        held: &Held,
    ) -> Result<Option<Value>, Failure> {
        if self.headers.is_none() {
            let headers = self.row(bytes, held, usize::MAX).await?.unwrap_or_default();
            distinct(&headers)?;
            self.headers = Some(headers);
        }
        let most_cells = self.headers.as_ref().map_or(0, Vec::len);
        let Some(row) = self.row(bytes, held, most_cells).await? else { return Ok(None) };
        let cells = row.into_iter().chain(std::iter::repeat(self.empty.clone())).map(Value::String);
        let headers = self.headers.iter().flatten().cloned();
        Ok(Some(Value::Object(Object::from_distinct(headers.zip(cells).collect()))))
    }

    /// The next row; `None` after the last one. More cells than `most_cells` are dropped. An incomplete row counts as
    /// memory, too.
    async fn row(
        &self,
        bytes: &mut Bytes<'_>,
        held: &Held,
        most_cells: usize,
    ) -> Result<Option<Vec<Text>>, Failure> {
        let mut open: Option<(Row, Held)> = None;
        while let Some(length) = bytes.line().await? {
            let line = bytes.text(length)?;
            if open.is_none() && !line.contains(['"', '\\']) {
                // The values of the row, and of its item.
                let cells = line.len().min(most_cells);
                let cells = cells.saturating_add(self.headers.as_ref().map_or(0, Vec::len)) as u64;
                held.another().add(VALUE_BYTES.saturating_mul(cells).saturating_add(line.len() as u64))?;
                let line =
                    line.strip_suffix('\n').map_or(line, |line| line.strip_suffix('\r').unwrap_or(line));
                let cells = line.split(self.delimiter).take(most_cells).map(Text::from).collect();
                bytes.consume(length);
                return Ok(Some(cells));
            }
            let (row, open) = open.get_or_insert_with(|| (Row::default(), held.another()));
            let cells = (VALUE_BYTES as usize).saturating_mul(most_cells.min(line.len()));
            open.add(line.len().saturating_add(cells) as u64)?;
            let is_complete = self.read(line, row, most_cells);
            bytes.consume(length);
            if is_complete {
                break;
            }
        }
        Ok(open.map(|(mut row, _)| {
            row.end_cell(most_cells);
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
    fn read(&self, line: &str, row: &mut Row, most_cells: usize) -> bool {
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
                _ if character == self.delimiter && !row.is_quoted => row.end_cell(most_cells),
                _ => row.cell.push(character),
            }
        }
        false
    }
}

impl Row {
    fn end_cell(&mut self, most: usize) {
        if self.cells.len() < most {
            self.cells.push(self.cell.as_str().into());
        }
        self.cell.clear();
    }
}

/// Recorded.
fn distinct(headers: &[Text]) -> Result<(), Failure> {
    let mut sorted = headers.to_vec();
    sorted.sort();
    sorted.dedup();
    match sorted.len() < headers.len() {
        true => Err(failed("CSV headers cannot contain duplicates.")),
        false => Ok(()),
    }
}

//! [`File`]: a file that an `ItemReader` reads, item after item.

use asl_model::ReaderConfig;
use asl_value::{Text, Value};

use super::bytes::Bytes;
use super::csv::Rows;
use super::elements::Elements;
use super::json::value_bytes;
use super::parts::failed;
use crate::Failure;
use crate::budget::Held;

/// A file, read item after item.
pub(crate) struct File<'a> {
    bytes: Bytes<'a>,
    format: Format,
    /// The number of lines that were read.
    lines: u64,
}

enum Format {
    Csv(Rows),
    Lines,
    Json(Elements),
}

/// An item of a file, with its key if it is the member of an object.
pub(crate) type FileItem = (Option<Text>, Value);

impl<'a> File<'a> {
    pub(crate) fn new(bytes: Bytes<'a>, config: &ReaderConfig) -> Result<File<'a>, Failure> {
        let format = match config.input_type.as_deref() {
            Some("CSV") => Format::Csv(Rows::new(config)?),
            Some("JSONL") => Format::Lines,
            _ => Format::Json(Elements::at(config.items_pointer.as_deref())?),
        };
        Ok(File { bytes, format, lines: 0 })
    }

    /// The next item; `None` after the last one. What an unfinished one takes counts as memory, by a part of `held`.
    pub(crate) async fn next(&mut self, held: &Held) -> Result<Option<FileItem>, Failure> {
        match &mut self.format {
            Format::Csv(rows) => Ok(rows.next(&mut self.bytes, held).await?.map(|item| (None, item))),
            Format::Lines => self.line(held).await,
            Format::Json(elements) => elements.next(&mut self.bytes, held).await,
        }
    }

    async fn line(&mut self, held: &Held) -> Result<Option<FileItem>, Failure> {
        while let Some(length) = self.bytes.line().await? {
            self.lines += 1;
            let line = self.bytes.text(length)?;
            let is_blank = line.trim().is_empty();
            held.another().add(value_bytes(line))?;
            let value = if is_blank { Ok(Value::Null) } else { Value::parse(line) };
            let value = value.map_err(|error| {
                let cause = "The data read by the ItemReader is not JSON";
                failed(format!("{cause}: {error}, in line {} of the file", self.lines))
            })?;
            self.bytes.consume(length);
            if !is_blank {
                return Ok(Some((None, value)));
            }
        }
        Ok(None)
    }

    /// See [`Bytes::version`].
    pub(crate) fn version(&self) -> u64 {
        self.bytes.version()
    }
}

//! [`File`]: a file that an `ItemReader` reads, item after item.

use asl_model::ReaderConfig;
use asl_value::{Text, Value};

use super::bytes::Bytes;
use super::csv::Rows;
use super::elements::Elements;
use super::json::value_bytes;
use super::parts::{Parts, failed};
use crate::Failure;
use crate::budget::Held;

/// A file, read item after item.
pub(crate) enum File<'a> {
    Text(Box<TextFile<'a>>),
    #[cfg(feature = "parquet")]
    Parquet(Box<super::parquet::ParquetFile<'a>>),
}

/// A file of text, whose bytes are read from the first to the last.
pub(crate) struct TextFile<'a> {
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
    /// The file in an object of at most `most_bytes`. What is in memory of it counts as `held`.
    pub(crate) fn of(
        parts: Parts<'a>,
        most_bytes: u64,
        config: &ReaderConfig,
        held: Held,
    ) -> Result<File<'a>, Failure> {
        match config.input_type.as_deref() {
            #[cfg(feature = "parquet")]
            Some("PARQUET") => {
                Ok(File::Parquet(Box::new(super::parquet::ParquetFile::new(parts, most_bytes, held))))
            }
            // INVARIANT: a machine that reads Parquet is not compiled then.
            #[cfg(not(feature = "parquet"))]
            Some("PARQUET") => Err(failed("this program cannot read Parquet")),
            _ => {
                let file = TextFile::new(Bytes::of(parts, most_bytes, held)?, config)?;
                Ok(File::Text(Box::new(file)))
            }
        }
    }

    /// The next item; `None` after the last one. What an unfinished one takes counts as memory, by a part of `held`.
    pub(crate) async fn next(&mut self, held: &Held) -> Result<Option<FileItem>, Failure> {
        match self {
            File::Text(file) => file.next(held).await,
            #[cfg(feature = "parquet")]
            File::Parquet(file) => Ok(file.next().await?.map(|row| (None, row))),
        }
    }

    /// See [`Parts::version`].
    pub(crate) fn version(&self) -> u64 {
        match self {
            File::Text(file) => file.bytes.version(),
            #[cfg(feature = "parquet")]
            File::Parquet(file) => file.version(),
        }
    }
}

impl<'a> TextFile<'a> {
    pub(crate) fn new(bytes: Bytes<'a>, config: &ReaderConfig) -> Result<TextFile<'a>, Failure> {
        let format = match config.input_type.as_deref() {
            Some("CSV") => Format::Csv(Rows::new(config)?),
            Some("JSONL") => Format::Lines,
            _ => Format::Json(Elements::at(config.items_pointer.as_deref())?),
        };
        Ok(TextFile { bytes, format, lines: 0 })
    }

    /// The next item, as above.
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
}

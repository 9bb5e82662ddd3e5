//! [`ParquetFile`]: a Parquet file that an `ItemReader` reads, row after row.

use asl_parquet::{Error, ErrorKind, Reader, Step};
use asl_value::Value;

use super::parts::{Parts, failed};
use crate::Failure;
use crate::budget::Held;

/// How many bytes are read to begin with. A file that is no longer is read in one request.
const HEAD_BYTES: u64 = 64 << 10;

/// The reader wants so many bytes to begin with. A storage may return fewer at a time.
const MAGIC_BYTES: u64 = 4;

/// A Parquet file, read row after row, by ranges of the object.
///
/// All that is waited for is storage. So a journalled execution reads the same rows again, and one that is dropped leaves
/// nothing behind.
pub(crate) struct ParquetFile<'a> {
    parts: Parts<'a>,
    most_bytes: u64,
    /// Known once something has been read.
    reader: Option<Reader>,
    held: Held,
}

impl<'a> ParquetFile<'a> {
    pub(crate) fn new(parts: Parts<'a>, most_bytes: u64, held: Held) -> ParquetFile<'a> {
        ParquetFile { parts, most_bytes, reader: None, held }
    }

    /// The next row; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Result<Option<Value>, Failure> {
        let reader = match &mut self.reader {
            Some(reader) => reader,
            reader => reader.insert(begin(&mut self.parts, self.most_bytes, &self.held).await?),
        };
        loop {
            self.held.set(reader.memory_bytes())?;
            match reader.next(self.held.left()) {
                Ok(Step::Row(row)) => return Ok(Some(row)),
                Ok(Step::End) => return Ok(None),
                Ok(Step::Read(range)) => {
                    let (bytes, _) = self.parts.read(range).await?;
                    if bytes.is_empty() {
                        let cause = format!("the object {} has ended before its last byte", self.parts.key());
                        return Err(failed(cause));
                    }
                    reader.give(bytes);
                }
                Err(error) => return Err(unreadable(&self.parts, &self.held, &error)),
            }
        }
    }

    /// See [`Parts::version`]. It is known once something has been read.
    pub(crate) fn version(&self) -> u64 {
        self.parts.version()
    }
}

/// Reads the beginning of the object.
async fn begin(parts: &mut Parts<'_>, most_bytes: u64, held: &Held) -> Result<Reader, Failure> {
    let (mut head, mut total) = parts.read(0..HEAD_BYTES.min(held.left())).await?;
    if head.len() as u64 > HEAD_BYTES {
        // A storage without ranges has only shown that there are more bytes.
        let most = most_bytes.saturating_add(1).min(held.left());
        *parts = parts.again();
        (head, total) = parts.read(0..most).await?;
        held.another().add(head.len() as u64)?;
    }
    while (head.len() as u64) < total.min(MAGIC_BYTES) {
        let (more, _) = parts.read(head.len() as u64..MAGIC_BYTES).await?;
        if more.is_empty() {
            break;
        }
        head.extend(more);
    }
    if total > most_bytes {
        return Err(failed(format!("the object {} has more than {most_bytes} bytes", parts.key())));
    }
    Ok(Reader::new(head, total))
}

/// UNRECORDED: the cause for a file that is not Parquet, or is damaged.
fn unreadable(parts: &Parts<'_>, held: &Held, error: &Error) -> Failure {
    if let ErrorKind::Memory { needed_bytes } = error.kind()
        && let Err(exceeded) = held.another().add(needed_bytes)
    {
        return exceeded.into();
    }
    failed(format!("The data read by the ItemReader is not Parquet: {error}, in the object {}", parts.key()))
}

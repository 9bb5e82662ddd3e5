//! [`Bytes`]: the inflated bytes of a file, a window of which is in memory.

use asl_value::Text;

use super::inflate::Inflate;
use super::parts::{Parts, failed};
use crate::budget::Held;
use crate::{Failure, turn};

/// Documented: the size of an item of a file, which is 8 MB.
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html>
const MOST_ITEM_BYTES: usize = 8 << 20;

/// How many bytes are inflated at a time, at least.
const STEP_BYTES: usize = 64 << 10;

/// How many bytes are inflated before other tasks run.
const YIELD_BYTES: u64 = 1 << 20;

/// The inflated bytes of a file. Those that are not consumed yet are in memory.
pub(crate) struct Bytes<'a> {
    key: Text,
    /// `None` for a text.
    parts: Option<Parts<'a>>,
    /// The last part, and how much of it has been inflated.
    part: Vec<u8>,
    inflated: usize,
    inflate: Inflate,
    buffer: Vec<u8>,
    /// What has been consumed of the buffer.
    consumed: usize,
    is_complete: bool,
    most_bytes: u64,
    /// How many more bytes the file may have.
    left: u64,
    /// How many bytes it has inflated since other tasks could run.
    unyielded: u64,
    held: Held,
}

impl<'a> Bytes<'a> {
    /// The bytes of an object, which is compressed if its key says so, and has at most `most_bytes` when it is inflated.
    pub(crate) fn of(parts: Parts<'a>, most_bytes: u64, held: Held) -> Result<Bytes<'a>, Failure> {
        let key = parts.key();
        let inflate = Inflate::of(&key);
        Ok(Bytes { key, inflate, parts: Some(parts), most_bytes, left: most_bytes, ..Bytes::given("", held) })
    }

    /// The bytes of a text, all of which are there.
    pub(crate) fn given(text: &str, held: Held) -> Bytes<'a> {
        Bytes {
            key: Text::default(),
            parts: None,
            part: text.into(),
            inflated: 0,
            inflate: Inflate::Plain,
            buffer: Vec::new(),
            consumed: 0,
            is_complete: false,
            most_bytes: u64::MAX,
            left: u64::MAX,
            unyielded: 0,
            held,
        }
    }

    /// See [`Parts::version`]. It is known once some bytes are.
    pub(crate) fn version(&self) -> u64 {
        self.parts.as_ref().map_or(0, Parts::version)
    }

    /// What is in memory and has not been consumed.
    pub(crate) fn unread(&self) -> &[u8] {
        self.buffer.get(self.consumed..).unwrap_or_default()
    }

    pub(crate) fn consume(&mut self, bytes: usize) {
        self.consumed = self.consumed.saturating_add(bytes).min(self.buffer.len());
    }

    /// The next `bytes` of the unread ones as text.
    pub(crate) fn text(&self, bytes: usize) -> Result<&str, Failure> {
        let bytes = self.unread().get(..bytes).unwrap_or_default();
        std::str::from_utf8(bytes).map_err(|_| failed(format!("the object {} is not UTF-8 text", self.key)))
    }

    /// Adds at least as many bytes as are unread, but for the end of the file. Returns whether there were any.
    pub(crate) async fn fill(&mut self) -> Result<bool, Failure> {
        self.buffer.drain(..self.consumed);
        self.consumed = 0;
        let before = self.buffer.len();
        if before > MOST_ITEM_BYTES {
            let cause = format!("an item of the object {} has more than {MOST_ITEM_BYTES} bytes", self.key);
            return Err(failed(cause));
        }
        let wanted = before.saturating_add(STEP_BYTES.max(before));
        while self.buffer.len() < wanted && !self.is_complete {
            if self.inflated >= self.part.len() {
                self.next_part().await?;
            }
            self.inflate_some()?;
            let bytes = self.part.len().saturating_add(self.buffer.len()) as u64;
            self.held.set(bytes.saturating_add(self.inflate.memory_bytes()))?;
        }
        let added = (self.buffer.len() - before) as u64;
        if added > self.left {
            return Err(failed(format!("the object {} has more than {} bytes", self.key, self.most_bytes)));
        }
        self.left -= added;
        self.unyielded = self.unyielded.saturating_add(added);
        if self.unyielded >= YIELD_BYTES && self.parts.is_some() {
            // A small file may be inflated to gigabytes without an item, and whoever stops the execution then waits.
            self.unyielded = 0;
            turn::yield_now().await;
        }
        Ok(added > 0)
    }

    async fn next_part(&mut self) -> Result<(), Failure> {
        self.part = Vec::new();
        self.inflated = 0;
        self.held.set(self.buffer.len() as u64)?;
        let part = match &mut self.parts {
            Some(parts) => parts.next(&self.held).await?,
            None => None,
        };
        match part {
            Some(part) => self.part = part,
            None => self.is_complete = true,
        }
        Ok(())
    }

    fn inflate_some(&mut self) -> Result<(), Failure> {
        let bytes = self.part.get(self.inflated..).unwrap_or_default();
        let bytes = bytes.get(..self.inflate.step_bytes()).unwrap_or(bytes);
        self.inflated += bytes.len();
        let inflated = match self.is_complete {
            true => self.inflate.end(&mut self.buffer),
            false => self.inflate.push(bytes, &mut self.buffer),
        };
        inflated.map_err(|error| failed(format!("the object {} cannot be inflated: {error}", self.key)))
    }

    /// The length of the next line with its line ending; `None` at the end of the file.
    pub(crate) async fn line(&mut self) -> Result<Option<usize>, Failure> {
        let mut searched = 0;
        loop {
            let unread = self.unread();
            let found = unread.get(searched..).unwrap_or_default().iter().position(|byte| *byte == b'\n');
            if let Some(at) = found {
                return Ok(Some(searched + at + 1));
            }
            searched = unread.len();
            if !self.fill().await? {
                return Ok(Some(searched).filter(|length| *length > 0));
            }
        }
    }

    /// All that is left, which must be as short as an item.
    pub(crate) async fn rest(&mut self) -> Result<&str, Failure> {
        while self.fill().await? {}
        self.text(self.unread().len())
    }
}

#[cfg(test)]
mod tests;

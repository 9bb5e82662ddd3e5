//! [`Elements`]: the items of a JSON file, read without holding the document.

use asl_value::{Text, Value};

use super::bytes::Bytes;
use super::json::value_bytes;
use super::parts::failed;
use super::scan::Scan;
use crate::Failure;
use crate::budget::Held;

/// The elements of the array in a JSON file, or the members of an object that `ItemsPointer` points to.
///
/// UNRECORDED: a document in which a name appears twice on the way of `ItemsPointer`. Here the first counts. What comes
/// after the items is read, but only brackets and quotes are checked.
pub(crate) struct Elements {
    /// What is left of the way to the items.
    steps: std::vec::IntoIter<String>,
    is_pointed: bool,
    /// How many containers are open.
    depth: usize,
    stage: Stage,
    /// How many items were read.
    count: u64,
}

#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Begin,
    Array,
    Object,
    End,
}

/// An element, or a member with its key.
type Element = (Option<Text>, Value);

// Observed on AWS.
const LOST: &str =
    "The provided ReaderConfig.ItemsPointer does not match any valid path in the JSON structure.";

impl Elements {
    /// The items at a JSON Pointer (RFC 6901), or those of the document.
    pub(crate) fn at(pointer: Option<&str>) -> Result<Elements, Failure> {
        let steps = match pointer.unwrap_or_default() {
            "" => Vec::new(),
            pointer => {
                let steps = pointer.strip_prefix('/').ok_or_else(|| failed(LOST))?.split('/');
                steps.map(|step| step.replace("~1", "/").replace("~0", "~")).collect()
            }
        };
        let (steps, is_pointed) = (steps.into_iter(), pointer.is_some());
        Ok(Elements { steps, is_pointed, depth: 0, stage: Stage::Begin, count: 0 })
    }

    /// The next item; `None` after the last one.
    pub(crate) async fn next(
        &mut self,
        bytes: &mut Bytes<'_>,
        held: &Held,
    ) -> Result<Option<Element>, Failure> {
        if self.stage == Stage::Begin {
            while let Some(step) = self.steps.next() {
                self.enter(bytes, held, &step).await?;
            }
            self.begin(bytes, held).await?;
        }
        if self.stage == Stage::End || !self.has_next(bytes).await? {
            return Ok(None);
        }
        let key = match self.stage {
            Stage::Object => Some(self.name(bytes, held).await?.into()),
            _ => None,
        };
        let value = self.value(bytes, held).await?;
        self.count += 1;
        Ok(Some((key, value)))
    }

    /// Enters the container of the items.
    async fn begin(&mut self, bytes: &mut Bytes<'_>, held: &Held) -> Result<(), Failure> {
        self.stage = match peek(bytes).await? {
            Some(b'[') => Stage::Array,
            // DEVIATION: a file that is one JSON object fails without `ItemsPointer`, as recorded in 2023. In 2026 AWS
            // was observed to iterate over its members.
            Some(b'{') if self.is_pointed => Stage::Object,
            Some(b'{') => return Err(failed(NOT_ITERABLE)),
            _ => {
                self.value(bytes, held).await?;
                return Err(failed(NOT_ITERABLE));
            }
        };
        bytes.consume(1);
        self.depth += 1;
        Ok(())
    }

    /// Goes to the value that a step of the pointer names.
    async fn enter(&mut self, bytes: &mut Bytes<'_>, held: &Held, step: &str) -> Result<(), Failure> {
        let is_object = match peek(bytes).await? {
            Some(b'{') => true,
            Some(b'[') => false,
            _ => {
                self.value(bytes, held).await?;
                return Err(failed(LOST));
            }
        };
        bytes.consume(1);
        self.depth += 1;
        let wanted = step.parse::<u64>().ok();
        let mut number = 0;
        let mut is_first = true;
        while self.more(bytes, is_first).await? {
            is_first = false;
            let is_it = match is_object {
                true => self.name(bytes, held).await? == step,
                false => Some(number) == wanted,
            };
            if is_it {
                return Ok(());
            }
            number += 1;
            peek(bytes).await?;
            self.skip(bytes, Scan::default()).await?;
        }
        Err(failed(LOST))
    }

    /// Whether there is another item. After the last one, reads the rest of the document.
    async fn has_next(&mut self, bytes: &mut Bytes<'_>) -> Result<bool, Failure> {
        if self.more(bytes, self.count == 0).await? {
            return Ok(true);
        }
        self.stage = Stage::End;
        if self.depth > 0 {
            self.skip(bytes, Scan::inside(self.depth)).await?;
        }
        match peek(bytes).await? {
            None => Ok(false),
            Some(_) => Err(self.not_json("there is more after the end of the document")),
        }
    }

    /// Whether the open container has another value, which then comes next.
    async fn more(&mut self, bytes: &mut Bytes<'_>, is_first: bool) -> Result<bool, Failure> {
        match peek(bytes).await? {
            Some(b']' | b'}') => {
                bytes.consume(1);
                self.depth -= 1;
                Ok(false)
            }
            Some(_) if is_first => Ok(true),
            Some(b',') => {
                bytes.consume(1);
                Ok(true)
            }
            Some(_) => Err(self.not_json("expected `,` or the end of the array or object")),
            None => Err(self.not_json("the file ends before the array or object does")),
        }
    }

    /// The name of a member, with the colon after it.
    async fn name(&mut self, bytes: &mut Bytes<'_>, held: &Held) -> Result<String, Failure> {
        let Value::String(name) = self.value(bytes, held).await? else {
            return Err(self.not_json("expected the name of a member"));
        };
        match peek(bytes).await? {
            Some(b':') => bytes.consume(1),
            _ => return Err(self.not_json("expected `:`")),
        }
        Ok(name.to_string())
    }

    /// The next value.
    async fn value(&mut self, bytes: &mut Bytes<'_>, held: &Held) -> Result<Value, Failure> {
        peek(bytes).await?;
        let (mut scan, mut scanned) = (Scan::default(), 0);
        let length = loop {
            let unread = bytes.unread();
            if let Some(length) = scan.end(unread.get(scanned..).unwrap_or_default()) {
                break scanned + length;
            }
            scanned = unread.len();
            if !bytes.fill().await? {
                break scanned;
            }
        };
        let text = bytes.text(length)?;
        held.another().add(value_bytes(text))?;
        let value = Value::parse(text).map_err(|error| self.not_json(error))?;
        bytes.consume(length);
        Ok(value)
    }

    /// Reads to the end of a value, which need not fit into memory.
    async fn skip(&mut self, bytes: &mut Bytes<'_>, mut scan: Scan) -> Result<(), Failure> {
        loop {
            let unread = bytes.unread();
            if let Some(length) = scan.end(unread) {
                bytes.consume(length);
                return Ok(());
            }
            bytes.consume(unread.len());
            if !bytes.fill().await? {
                return Err(self.not_json("the file ends before the document does"));
            }
        }
    }

    /// UNRECORDED: the cause for data that is not JSON.
    fn not_json(&self, error: impl std::fmt::Display) -> Failure {
        failed(format!("The data read by the ItemReader is not JSON: {error}, after {} items", self.count))
    }
}

// Recorded.
const NOT_ITERABLE: &str = "Attempting to map over non-iterable node.";

/// The next byte that is not white space.
async fn peek(bytes: &mut Bytes<'_>) -> Result<Option<u8>, Failure> {
    loop {
        let unread = bytes.unread();
        let found = unread.iter().position(|byte| !byte.is_ascii_whitespace());
        let byte = found.and_then(|at| unread.get(at).copied());
        bytes.consume(found.unwrap_or(unread.len()));
        if byte.is_some() || !bytes.fill().await? {
            return Ok(byte);
        }
    }
}

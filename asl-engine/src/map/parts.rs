//! [`Parts`]: an object of storage, read part after part.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use asl_model::error_name;
use asl_value::{Object, Text, Value};

use crate::budget::Held;
use crate::clock::Timeline;
use crate::{Failure, Limits, ObjectPart, ObjectStore};

/// Where an `ItemReader` reads, and how much.
#[derive(Clone, Copy)]
pub(crate) struct Shelf<'a> {
    pub(crate) storage: &'a dyn ObjectStore,
    pub(crate) timeline: &'a Timeline,
    pub(crate) limits: &'a Limits,
}

/// An object, read part after part.
pub(crate) struct Parts<'a> {
    shelf: Shelf<'a>,
    object: Object,
    /// Where the next part begins.
    at: u64,
    /// What the first part has said about the whole.
    known: Option<(u64, Option<Text>)>,
}

impl<'a> Parts<'a> {
    pub(crate) fn of(shelf: Shelf<'a>, object: Object) -> Parts<'a> {
        Parts { shelf, object, at: 0, known: None }
    }

    /// The same object, of which nothing is known.
    #[cfg(feature = "parquet")]
    pub(crate) fn again(&self) -> Parts<'a> {
        Parts::of(self.shelf, self.object.clone())
    }

    /// The key of the object, for messages.
    pub(crate) fn key(&self) -> Text {
        self.object.get("Key").and_then(Value::as_text).cloned().unwrap_or_default()
    }

    /// The next part; `None` after the last one. It has no more bytes than there is memory for.
    pub(crate) async fn next(&mut self, held: &Held) -> Result<Option<Vec<u8>>, Failure> {
        if self.known.as_ref().is_some_and(|(total, _)| self.at >= *total) {
            return Ok(None);
        }
        let most_bytes = self.shelf.limits.reader_bytes;
        if self.at > most_bytes {
            return Err(failed(format!("the object {} has more than {most_bytes} bytes", self.key())));
        }
        // One more byte shows that there is too much.
        let most = most_bytes.saturating_add(1).min(self.at.saturating_add(held.left()));
        let (bytes, total) = self.read(self.at..most).await?;
        if bytes.is_empty() && self.at < total {
            // This fails if there was no memory for a byte.
            held.another().add(1)?;
            return Err(failed(format!("the object {} has ended before its last byte", self.key())));
        }
        self.at = self.at.saturating_add(bytes.len() as u64);
        Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
    }

    /// Some bytes of the object, from the beginning of `range` on, and the length of the whole. It must be the same object as
    /// before.
    pub(crate) async fn read(&mut self, range: Range<u64>) -> Result<(Vec<u8>, u64), Failure> {
        let tag = self.known.as_ref().and_then(|(_, tag)| tag.as_ref());
        let in_flight = self.shelf.timeline.in_flight();
        let part = self.shelf.storage.read(&self.object, range, tag).await.map_err(unreadable)?;
        drop(in_flight);
        let ObjectPart { bytes, total_bytes, tag } = part;
        let (total, _) = self.known.get_or_insert((total_bytes, tag));
        match total_bytes == *total {
            true => Ok((bytes, total_bytes)),
            false => Err(failed(format!("the object {} has changed while it was read", self.key()))),
        }
    }

    /// A number that is another one if the object is.
    pub(crate) fn version(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.object.get("Key").and_then(Value::as_str), &self.known).hash(&mut hasher);
        hasher.finish()
    }
}

/// `States.ItemReaderFailed`
pub(crate) fn failed(cause: impl Into<Text>) -> Failure {
    Failure::new(error_name::ITEM_READER_FAILED, cause)
}

/// What storage reports, as a failure of the reader.
pub(crate) fn unreadable(failure: Failure) -> Failure {
    failed(failure.cause.unwrap_or_default())
}

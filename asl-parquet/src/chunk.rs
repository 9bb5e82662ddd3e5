//! [`Chunk`]: the bytes of a column in a row group, of which a window is in memory.

use std::ops::Range;

use bytes::Bytes;

use crate::error::Error;
use crate::page_header::PageHeader;

/// A header has the statistics of its page.
const MOST_HEADER_BYTES: usize = 1 << 20;

/// The bytes of a column in a row group. Those that have been read and not used are in memory.
pub(crate) struct Chunk {
    window: Bytes,
    /// Where the bytes after the window are in the file.
    next: u64,
    end: u64,
    /// How many bytes are read at a time, unless a page has more.
    step_bytes: u64,
}

/// What there is of a page.
pub(crate) enum Piece {
    /// It is complete: its header and its bytes.
    Page(PageHeader, Bytes),
    /// These bytes of the file are needed.
    Needs(Range<u64>),
    /// The chunk has no other page.
    End,
}

impl Chunk {
    pub(crate) fn new(place: Range<u64>, step_bytes: u64) -> Chunk {
        Chunk { window: Bytes::new(), next: place.start, end: place.end, step_bytes }
    }

    /// How many bytes are in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.window.len()
    }

    /// The bytes of the file that it does not have yet.
    pub(crate) fn missing(&self) -> Range<u64> {
        self.next..self.end
    }

    /// Takes the bytes that were needed.
    pub(crate) fn give(&mut self, bytes: Bytes) {
        self.next = self.next.saturating_add(bytes.len() as u64).min(self.end);
        self.window = match self.window.is_empty() {
            true => bytes,
            false => [&self.window[..], &bytes].concat().into(),
        };
    }

    /// The next page, if it is in memory.
    pub(crate) fn piece(&mut self) -> Result<Piece, Error> {
        if self.window.is_empty() && self.next >= self.end {
            return Ok(Piece::End);
        }
        let header = PageHeader::parse(&self.window).map_err(|_| Error::new("is damaged"))?;
        let Some((header, length)) = header else {
            return match self.window.len() {
                length if length > MOST_HEADER_BYTES => {
                    Err(Error::new("has the header of a page that is too long"))
                }
                length => self.need(length.saturating_mul(2)),
            };
        };
        let stored = usize::try_from(header.stored_bytes)
            .map_err(|_| Error::new("has a page of a negative length"))?;
        let total = length.saturating_add(stored);
        match self.window.get(length..total) {
            Some(_) => {
                let mut page = self.window.split_to(total);
                Ok(Piece::Page(header, page.split_off(length)))
            }
            None => self.need(total),
        }
    }

    /// Asks for what is missing of the first `wanted` bytes of the window.
    fn need(&self, wanted: usize) -> Result<Piece, Error> {
        let more = (wanted.saturating_sub(self.window.len()) as u64).max(1);
        let left = self.end.saturating_sub(self.next);
        if left == 0 || (more > left && wanted > self.window.len().saturating_mul(2)) {
            return Err(Error::new("ends in the middle of a page"));
        }
        Ok(Piece::Needs(self.next..self.next + more.max(self.step_bytes).min(left)))
    }
}

//! [`Column`]: a column of a row group, decoded page after page.

use std::ops::Range;

use bytes::Bytes;

use crate::chunk::{Chunk, Piece};
use crate::contained::contained;
use crate::error::Error;
use crate::page::PageRules;
use crate::scalar::Raw;
use crate::values::{Levels, Pages, Values};

/// How many rows are decoded at a time.
const ROWS: usize = 1024;

/// A column of a row group.
pub(crate) struct Column {
    rules: PageRules,
    chunk: Chunk,
    pages: Pages,
    values: Box<dyn Values>,
    levels: Levels,
    /// How many levels have been decoded, how many of them were used, and how many were searched for the end of a row.
    decoded: usize,
    used: usize,
    searched: usize,
    /// Levels of the chunk that are in no page yet, and those of the page that have not been decoded.
    left: u64,
    left_in_page: usize,
    has_dictionary: bool,
    dictionary_bytes: u64,
    page_bytes: u64,
    /// Whether a level of the row has been used.
    in_row: bool,
}

/// The columns of a row do not have the same shape.
#[derive(Debug)]
pub(crate) struct Disagreement;

impl Column {
    /// A column that has `levels` values, with those that are missing.
    pub(crate) fn new(
        rules: PageRules,
        chunk: Chunk,
        pages: Pages,
        values: Box<dyn Values>,
        levels: u64,
    ) -> Column {
        Column {
            rules,
            chunk,
            pages,
            values,
            levels: Levels::default(),
            decoded: 0,
            used: 0,
            searched: 0,
            left: levels,
            left_in_page: 0,
            has_dictionary: false,
            dictionary_bytes: 0,
            page_bytes: 0,
            in_row: false,
        }
    }

    /// For messages.
    pub(crate) fn name(&self) -> &str {
        &self.rules.column
    }

    pub(crate) fn missing(&self) -> Range<u64> {
        self.chunk.missing()
    }

    /// Takes the bytes that were needed.
    pub(crate) fn give(&mut self, bytes: Bytes) {
        self.chunk.give(bytes);
    }

    /// How much memory it takes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let levels = self.levels.definitions.capacity().saturating_add(self.levels.repetitions.capacity());
        let decoded = self.values.bytes().saturating_add(levels.saturating_mul(2));
        (self.chunk.bytes() as u64)
            .saturating_add(decoded as u64)
            .saturating_add(self.dictionary_bytes)
            .saturating_add(self.page_bytes)
    }

    /// Whether all of the next row has been decoded, or there is none.
    pub(crate) fn is_ready(&mut self) -> bool {
        if self.rules.max_repetition == 0 {
            return self.used < self.decoded || (self.left == 0 && self.left_in_page == 0);
        }
        if self.left == 0 && self.left_in_page == 0 {
            return true;
        }
        // The row ends where the next one begins.
        self.searched = self.searched.max(self.used + 1);
        let rest = self.levels.repetitions.get(self.searched..).unwrap_or_default();
        let found = rest.iter().position(|level| *level == 0);
        self.searched += found.unwrap_or(rest.len());
        found.is_some()
    }

    /// Decodes until the next row is complete. Returns the bytes of the file that are needed for that, if some are.
    pub(crate) fn prepare(
        &mut self,
        most_row_bytes: usize,
        free_bytes: u64,
    ) -> Result<Option<Range<u64>>, Error> {
        while !self.is_ready() {
            if self.left_in_page > 0 {
                self.decode(most_row_bytes)?;
                continue;
            }
            match self.chunk.piece() {
                Ok(Piece::Needs(range)) => return Ok(Some(range)),
                Ok(Piece::Page(header, stored)) => {
                    let checked = self.rules.check(&header, &stored, self.has_dictionary, free_bytes)?;
                    let Some(checked) = checked else { continue };
                    let page_bytes = (header.inflated_bytes as u64).saturating_add(checked.decoded_bytes);
                    match checked.levels {
                        0 => {
                            self.has_dictionary = true;
                            self.dictionary_bytes = page_bytes;
                        }
                        levels => {
                            self.left =
                                self.left.checked_sub(levels as u64).ok_or_else(|| self.short("more"))?;
                            self.left_in_page = levels;
                            self.page_bytes = page_bytes;
                        }
                    }
                    self.pages.push(checked.page);
                }
                Ok(Piece::End) => return Err(self.short("fewer")),
                Err(error) => return Err(Error::new(format!("the column {} {error}", self.rules.column))),
            }
        }
        Ok(None)
    }

    fn short(&self, how: &str) -> Error {
        Error::new(format!("the column {} has {how} values than the footer states", self.rules.column))
    }

    fn decode(&mut self, most_row_bytes: usize) -> Result<(), Error> {
        // An element of a list takes two bytes of JSON, at least.
        if self.rules.max_repetition > 0 && self.decoded.saturating_sub(self.used) > most_row_bytes / 2 {
            return Err(Error::new(format!("a row has more than {most_row_bytes} bytes")));
        }
        self.levels.definitions.drain(..self.used.min(self.levels.definitions.len()));
        self.levels.repetitions.drain(..self.used.min(self.levels.repetitions.len()));
        self.values.compact();
        self.decoded -= self.used;
        self.searched = self.searched.saturating_sub(self.used);
        self.used = 0;
        let what = format!("a page of the column {}", self.rules.column);
        let levels = contained(&what, || self.values.decode(ROWS, &mut self.levels))?;
        let ends = |_| Error::new(format!("{what} ends before its last value"));
        self.left_in_page =
            self.left_in_page.checked_sub(levels).filter(|_| levels > 0).ok_or(()).map_err(ends)?;
        self.decoded += levels;
        Ok(())
    }

    /// Begins the next row.
    pub(crate) fn begin_row(&mut self) -> Result<(), Disagreement> {
        self.in_row = false;
        match self.repetition() {
            Some(0) => Ok(()),
            _ => Err(Disagreement),
        }
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.left == 0 && self.left_in_page == 0 && self.used >= self.decoded
    }

    /// The definition level of the next value.
    pub(crate) fn definition(&self) -> Result<i16, Disagreement> {
        self.level(&self.levels.definitions, self.rules.max_definition).ok_or(Disagreement)
    }

    /// The repetition level of the next value; `None` after the last one.
    pub(crate) fn repetition(&self) -> Option<i16> {
        self.level(&self.levels.repetitions, self.rules.max_repetition)
    }

    fn level(&self, levels: &[i16], most: i16) -> Option<i16> {
        match most {
            0 => (self.used < self.decoded).then_some(0),
            _ => levels.get(self.used).copied(),
        }
    }

    /// Goes over a place without a value.
    pub(crate) fn skip(&mut self) -> Result<(), Disagreement> {
        let is_value = self.definition()? >= self.rules.max_definition;
        if is_value { Err(Disagreement) } else { self.advance() }
    }

    /// Takes the next value.
    pub(crate) fn take(&mut self) -> Result<Raw<'_>, Disagreement> {
        if self.definition()? != self.rules.max_definition {
            return Err(Disagreement);
        }
        self.advance()?;
        self.values.take().ok_or(Disagreement)
    }

    fn advance(&mut self) -> Result<(), Disagreement> {
        // The first value of a row begins it, and no other does.
        if self.in_row && self.repetition() == Some(0) {
            return Err(Disagreement);
        }
        self.in_row = true;
        self.used += 1;
        Ok(())
    }
}

//! [`Group`]: a row group that is being read.

use std::ops::Range;

use asl_value::Value;
use bytes::Bytes;

use crate::chunk::Chunk;
use crate::column::Column;
use crate::error::Error;
use crate::field::Field;
use crate::footer::Planned;
use crate::record::Rows;
use crate::values::{Pages, values};

/// How many bytes of a row group are read ahead, of all columns together, if there is memory for them.
const AHEAD_BYTES: u64 = 16 << 20;
/// How many bytes of a column are read at a time, at least and at most.
const LEAST_STEP_BYTES: u64 = 64 << 10;
const MOST_STEP_BYTES: u64 = 4 << 20;

/// What a column takes, besides what it has read.
const COLUMN_BYTES: u64 = 4 << 10;

/// A row group that is being read.
pub(crate) struct Group {
    columns: Vec<Column>,
    rows: u64,
    /// The column whose part of the next row has not been decoded yet.
    at: usize,
    /// What each column takes, and all together.
    taken: Vec<u64>,
    memory_bytes: u64,
    /// What is read for all columns together.
    whole: Option<Range<u64>>,
}

/// What is needed before a row can be made.
pub(crate) enum Progress {
    Row(Value),
    /// These bytes of the file.
    Needs(Range<u64>),
    /// There are no more rows.
    End,
}

impl Group {
    pub(crate) fn begin(columns: Vec<Planned>, rows: u64, free_bytes: u64) -> Result<Group, Error> {
        let count = columns.len() as u64;
        Error::check_memory("a row group", COLUMN_BYTES.saturating_mul(count), free_bytes)?;
        let ahead_bytes = AHEAD_BYTES.min(free_bytes / 8);
        let step_bytes = (ahead_bytes / count.max(1)).clamp(LEAST_STEP_BYTES, MOST_STEP_BYTES);
        let whole = whole(&columns).filter(|whole| rows > 0 && whole.end - whole.start <= ahead_bytes);
        let columns: Vec<Column> = columns.into_iter().map(|planned| column(planned, step_bytes)).collect();
        let taken = vec![COLUMN_BYTES; columns.len()];
        Ok(Group { columns, rows, at: 0, memory_bytes: COLUMN_BYTES.saturating_mul(count), taken, whole })
    }

    pub(crate) fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }

    /// The next row.
    pub(crate) fn next(
        &mut self,
        fields: &[Field],
        most_row_bytes: usize,
        free_bytes: u64,
    ) -> Result<Progress, Error> {
        if self.rows == 0 {
            return match self.columns.iter().find(|column| !column.is_empty()) {
                Some(column) => {
                    Err(Error::new(format!("the column {} has more values than rows", column.name())))
                }
                None => Ok(Progress::End),
            };
        }
        if let Some(whole) = &self.whole {
            return Ok(Progress::Needs(whole.clone()));
        }
        let mut free_bytes = free_bytes;
        while let Some(column) = self.columns.get_mut(self.at) {
            if !column.is_ready() {
                let needed = column.prepare(most_row_bytes, free_bytes)?;
                let before = self.memory_bytes;
                self.count(self.at);
                free_bytes = free_bytes.saturating_add(before).saturating_sub(self.memory_bytes);
                if let Some(range) = needed {
                    return Ok(Progress::Needs(range));
                }
            }
            self.at += 1;
        }
        self.at = 0;
        self.rows -= 1;
        let (columns, most_bytes) = (&mut self.columns[..], most_row_bytes);
        let mut rows = Rows { fields, columns, most_bytes, free_bytes };
        rows.next().map(Progress::Row)
    }

    /// Takes the bytes that were needed.
    pub(crate) fn give(&mut self, bytes: &Bytes) {
        let Some(whole) = self.whole.take() else {
            if let Some(column) = self.columns.get_mut(self.at) {
                column.give(bytes.clone());
                self.count(self.at);
            }
            return;
        };
        for index in 0..self.columns.len() {
            let Some(column) = self.columns.get_mut(index) else { continue };
            let missing = column.missing();
            let within =
                |offset: u64| usize::try_from(offset.saturating_sub(whole.start)).unwrap_or(usize::MAX);
            let part = within(missing.start)..within(missing.end);
            // INVARIANT: the whole has the chunks of all columns.
            if part.end <= bytes.len() && part.start <= part.end {
                column.give(bytes.slice(part));
            }
            self.count(index);
        }
    }

    /// Counts again what a column takes.
    fn count(&mut self, index: usize) {
        if let (Some(column), Some(taken)) = (self.columns.get(index), self.taken.get_mut(index)) {
            let now = column.memory_bytes().saturating_add(COLUMN_BYTES);
            self.memory_bytes = self.memory_bytes.saturating_sub(*taken).saturating_add(now);
            *taken = now;
        }
    }
}

/// The bytes of the file that have the chunks of all columns, if they have little else.
fn whole(columns: &[Planned]) -> Option<Range<u64>> {
    let start = columns.iter().map(|column| column.place.start).min()?;
    let end = columns.iter().map(|column| column.place.end).max()?;
    let used: u64 = columns.iter().map(|column| column.place.end - column.place.start).sum();
    (start < end && (end - start) / 2 <= used).then_some(start..end)
}

fn column(planned: Planned, step_bytes: u64) -> Column {
    let pages = Pages::default();
    let values = values(planned.column, pages.clone());
    Column::new(planned.rules, Chunk::new(planned.place, step_bytes), pages, values, planned.levels)
}

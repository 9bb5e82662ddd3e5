//! [`Values`]: the levels and values of a column, decoded from pages.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use parquet::basic::Type as Physical;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::{
    BoolType, ByteArrayType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type, Int96Type,
};
use parquet::errors::{ParquetError, Result as Decoded};
use parquet::schema::types::ColumnDescPtr;

use crate::scalar::{Physical as Stored, Raw};

/// The values of a column that have been decoded.
pub(crate) trait Values: Send {
    /// Decodes `rows` rows, or fewer if the page ends before them. Returns the number of levels.
    fn decode(&mut self, rows: usize, levels: &mut Levels) -> Decoded<usize>;

    /// Takes the next value.
    fn take(&mut self) -> Option<Raw<'_>>;

    /// Forgets the values that were taken.
    fn compact(&mut self);

    /// How many bytes the values take.
    fn bytes(&self) -> usize;
}

/// The levels of a column that have been decoded. A list is empty if its levels are all 0.
#[derive(Debug, Default)]
pub(crate) struct Levels {
    pub(crate) definitions: Vec<i16>,
    pub(crate) repetitions: Vec<i16>,
}

/// The pages that the decoder has not read yet. It reads no page by itself: they come from storage, for which it cannot wait.
#[derive(Clone, Default)]
pub(crate) struct Pages(Arc<Mutex<VecDeque<Page>>>);

impl Pages {
    pub(crate) fn push(&self, page: Page) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(page);
    }
}

impl Iterator for Pages {
    type Item = Decoded<Page>;

    fn next(&mut self) -> Option<Decoded<Page>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front().map(Ok)
    }
}

impl PageReader for Pages {
    /// `None` if there is none now. The decoder asks again later.
    fn get_next_page(&mut self) -> Decoded<Option<Page>> {
        self.next().transpose()
    }

    fn peek_next_page(&mut self) -> Decoded<Option<PageMetadata>> {
        Err(ParquetError::General("pages are read in their order".into()))
    }

    fn skip_next_page(&mut self) -> Decoded<()> {
        Err(ParquetError::General("pages are read in their order".into()))
    }

    /// A row may continue in the next page.
    fn at_record_boundary(&mut self) -> Decoded<bool> {
        Ok(false)
    }
}

struct Typed<T: Stored> {
    decoder: ColumnReaderImpl<T>,
    values: Vec<T::T>,
    taken: usize,
}

impl<T: Stored> Values for Typed<T>
where
    T::T: Send,
{
    fn decode(&mut self, rows: usize, levels: &mut Levels) -> Decoded<usize> {
        let (definitions, repetitions) = (&mut levels.definitions, &mut levels.repetitions);
        let (_, _, levels) =
            self.decoder.read_records(rows, Some(definitions), Some(repetitions), &mut self.values)?;
        Ok(levels)
    }

    fn take(&mut self) -> Option<Raw<'_>> {
        let value = self.values.get(self.taken)?;
        self.taken += 1;
        Some(T::raw(value))
    }

    fn compact(&mut self) {
        self.values.drain(..self.taken);
        self.taken = 0;
    }

    fn bytes(&self) -> usize {
        self.values.capacity().saturating_mul(size_of::<T::T>())
    }
}

/// The values of a column, which come from `pages`.
pub(crate) fn values(column: ColumnDescPtr, pages: Pages) -> Box<dyn Values> {
    fn typed<T: Stored>(column: ColumnDescPtr, pages: Pages) -> Box<dyn Values>
    where
        T::T: Send,
    {
        let decoder = ColumnReaderImpl::new(column, Box::new(pages));
        Box::new(Typed::<T> { decoder, values: Vec::new(), taken: 0 })
    }
    match column.physical_type() {
        Physical::BOOLEAN => typed::<BoolType>(column, pages),
        Physical::INT32 => typed::<Int32Type>(column, pages),
        Physical::INT64 => typed::<Int64Type>(column, pages),
        Physical::INT96 => typed::<Int96Type>(column, pages),
        Physical::FLOAT => typed::<FloatType>(column, pages),
        Physical::DOUBLE => typed::<DoubleType>(column, pages),
        Physical::BYTE_ARRAY => typed::<ByteArrayType>(column, pages),
        Physical::FIXED_LEN_BYTE_ARRAY => typed::<FixedLenByteArrayType>(column, pages),
    }
}

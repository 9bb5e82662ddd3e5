//! [`Footer`]: what the end of a file says of the rest, checked.

use std::ops::Range;

use parquet::basic::Type as Physical;
use parquet::file::metadata::{
    ColumnChunkMetaData, ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader,
    ParquetStatisticsPolicy, RowGroupMetaData,
};
use parquet::schema::types::ColumnDescPtr;

use crate::codec::Codec;
use crate::contained::contained;
use crate::error::Error;
use crate::field::{Field, fields};
use crate::limits::MOST_GROUP_BYTES;
use crate::outline::Outline;
use crate::page::PageRules;

/// What the end of a file says of the rest.
pub(crate) struct Footer {
    metadata: ParquetMetaData,
    pub(crate) fields: Vec<Field>,
    pub(crate) memory_bytes: u64,
    /// The bytes of a file before its footer.
    data_end: u64,
}

/// A column of a row group, before it is read.
pub(crate) struct Planned {
    pub(crate) rules: PageRules,
    pub(crate) place: Range<u64>,
    pub(crate) levels: u64,
    pub(crate) column: ColumnDescPtr,
}

impl Footer {
    /// Decodes a footer. Before it, the file has `data_end` bytes.
    pub(crate) fn decode(bytes: &[u8], data_end: u64, free_bytes: u64) -> Result<Footer, Error> {
        let outline = Outline::of(bytes)?;
        if outline.leaves == 0 || outline.elements < 2 {
            return Err(Error::new("it has no columns"));
        }
        // The texts of the footer are copied, too.
        let memory_bytes = outline.memory_bytes().saturating_add(2 * bytes.len() as u64);
        Error::check_memory("the footer", memory_bytes, free_bytes)?;
        let options = ParquetMetaDataOptions::new()
            .with_column_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_size_stats_policy(ParquetStatisticsPolicy::SkipAll)
            .with_encoding_stats_policy(ParquetStatisticsPolicy::SkipAll);
        let decode = || ParquetMetaDataReader::decode_metadata_with_options(bytes, Some(&options));
        let metadata = contained("its footer", decode)?;
        let schema = metadata.file_metadata().schema_descr();
        if schema.num_columns() != outline.leaves {
            return Err(Error::new("its footer is damaged"));
        }
        let fields = fields(schema.root_schema())?;
        if fields.last().is_none_or(|field| field.columns.end != outline.leaves) {
            return Err(Error::new("its schema has a group without columns"));
        }
        Ok(Footer { fields, memory_bytes, data_end, metadata })
    }

    /// The columns of a row group, and its number of rows; `None` after the last group.
    pub(crate) fn group(&self, index: usize) -> Result<Option<(Vec<Planned>, u64)>, Error> {
        let Some(group) = self.metadata.row_groups().get(index) else { return Ok(None) };
        let rows = u64::try_from(group.num_rows())
            .map_err(|_| Error::new("a row group has a negative number of rows"))?;
        let bytes = u64::try_from(group.total_byte_size()).unwrap_or(u64::MAX);
        if bytes > MOST_GROUP_BYTES {
            return Err(Error::new(format!(
                "a row group has {bytes} bytes, which is more than {MOST_GROUP_BYTES}"
            )));
        }
        let schema = self.metadata.file_metadata().schema_descr();
        if group.num_columns() != schema.num_columns() {
            return Err(Error::new("a row group has other columns than the schema"));
        }
        let columns = group.columns().iter().map(|chunk| self.planned(group, chunk));
        Ok(Some((columns.collect::<Result<_, _>>()?, rows)))
    }

    fn planned(&self, group: &RowGroupMetaData, chunk: &ColumnChunkMetaData) -> Result<Planned, Error> {
        let column = chunk.column_descr_ptr();
        let name = column.path().string();
        let wrong = |what: &str| Error::new(format!("the column {name} {what}"));
        if chunk.file_path().is_some() {
            return Err(wrong("is in another file"));
        }
        let data = chunk.data_page_offset();
        // Some writers state 0 if there is no dictionary.
        let dictionary = chunk.dictionary_page_offset().filter(|offset| (1..data).contains(offset));
        let start = u64::try_from(dictionary.unwrap_or(data)).map_err(|_| wrong("begins before the file"))?;
        let length = u64::try_from(chunk.compressed_size()).map_err(|_| wrong("has a negative length"))?;
        let end = start.checked_add(length).filter(|end| *end <= self.data_end);
        let end = end.ok_or_else(|| wrong("ends after the file"))?;
        if length > MOST_GROUP_BYTES {
            return Err(wrong(&format!("has {length} bytes, which is more than {MOST_GROUP_BYTES}")));
        }
        let levels =
            u64::try_from(chunk.num_values()).map_err(|_| wrong("has a negative number of values"))?;
        if column.max_rep_level() == 0 && levels != group.num_rows() as u64 {
            return Err(wrong("has another number of values than the row group has rows"));
        }
        let physical = column.physical_type();
        let value_bytes = if physical == Physical::FIXED_LEN_BYTE_ARRAY {
            usize::try_from(column.type_length())
                .ok()
                .filter(|length| *length > 0)
                .ok_or_else(|| wrong("has values without a length"))?
        } else {
            0
        };
        let rules = PageRules {
            codec: Codec::of(chunk.compression_codec(), &name)?,
            physical,
            value_bytes,
            max_definition: column.max_def_level(),
            max_repetition: column.max_rep_level(),
            column: name.clone(),
        };
        Ok(Planned { rules, place: start..end, levels, column })
    }
}

//! A large file in Parquet, for figures, and a loop over it as most would write it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::record::RowAccessor;
use parquet::schema::parser::parse_message_type;
use parquet::schema::types::ColumnPath;

/// About 90 MB, as files have them that are written by Spark.
const GROUP_ROWS: u64 = 100_000;

const SCHEMA: &str = "message rows { required int64 id; required binary text (UTF8);
    required group tags (LIST) { repeated group list { required binary element (UTF8); } } }";

fn error(error: ParquetError) -> io::Error {
    io::Error::other(error)
}

/// Writes rows of about 900 bytes: a number, a text that is different in each, a list of two words.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, megabytes: u64) -> io::Result<()> {
    let schema = Arc::new(parse_message_type(SCHEMA).map_err(error)?);
    let text = ColumnPath::new(vec!["text".into()]);
    let properties = WriterProperties::builder().set_column_dictionary_enabled(text, false).build();
    let file = BufWriter::new(File::create(path)?);
    let mut writer = SerializedFileWriter::new(file, schema, Arc::new(properties)).map_err(error)?;
    let mut first = 0;
    while (writer.bytes_written() as u64) < megabytes * 1_000_000 {
        let mut group = writer.next_row_group().map_err(error)?;
        for column in 0..3 {
            let Some(mut to) = group.next_column().map_err(error)? else { break };
            write_column(&mut to, column, first).map_err(error)?;
            to.close().map_err(error)?;
        }
        group.close().map_err(error)?;
        first += GROUP_ROWS;
    }
    writer.close().map_err(error).map(drop)
}

fn write_column(to: &mut SerializedColumnWriter<'_>, column: usize, first: u64) -> Result<(), ParquetError> {
    let rows = first..first + GROUP_ROWS;
    match column {
        0 => {
            let numbers: Vec<i64> = rows.map(|id| id as i64).collect();
            to.typed::<Int64Type>().write_batch(&numbers, None, None)?;
        }
        1 => {
            for id in rows {
                let text = ByteArray::from(format!("{id:x>900}").into_bytes());
                to.typed::<ByteArrayType>().write_batch(&[text], None, None)?;
            }
        }
        _ => {
            let words = [ByteArray::from("a"), ByteArray::from("b")];
            for _ in rows {
                to.typed::<ByteArrayType>().write_batch(&words, Some(&[1, 1]), Some(&[0, 1]))?;
            }
        }
    }
    Ok(())
}

/// Reads the rows one after the other, and writes the number of each.
///
/// # Errors
/// The file cannot be read, or the numbers cannot be written.
pub fn by_hand(path: &Path, to: &mut impl Write) -> io::Result<()> {
    let reader = SerializedFileReader::new(File::open(path)?).map_err(error)?;
    for row in reader.get_row_iter(None).map_err(error)? {
        let id = row.and_then(|row| row.get_long(0)).map_err(error)?;
        writeln!(to, "{}", serde_json::json!({"id": id}))?;
    }
    Ok(())
}

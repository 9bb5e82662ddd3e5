//! Properties that hold for any file that is read as Parquet.

use std::path::Path;

use asl_parquet::{Reader, Step};

use super::Random;

/// The memory that reading may take.
const FREE_BYTES: u64 = 64 << 20;
/// A file of a few bytes may have billions of equal rows.
const MOST_ROWS: usize = 100_000;
const MOST_ROW_BYTES: usize = 8 << 20;

/// Valid files, to be damaged.
pub struct ParquetFiles(Vec<Vec<u8>>);

impl ParquetFiles {
    /// Those of asl-parquet.
    ///
    /// # Errors
    /// They cannot be read.
    pub fn read() -> Result<ParquetFiles, String> {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../asl-parquet/tests/files"));
        let error = |error: std::io::Error| format!("{}: {error}", folder.display());
        let mut paths: Vec<_> =
            std::fs::read_dir(folder).map_err(error)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "parquet"));
        paths.sort();
        let files = paths.iter().map(std::fs::read).collect::<Result<_, _>>().map_err(error)?;
        Ok(ParquetFiles(files))
    }

    /// One of them with some bytes changed, removed or inserted.
    pub fn damaged(&self, random: &mut Random) -> Vec<u8> {
        let mut bytes = random.choose(&self.0).cloned().unwrap_or_default();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len().max(1));
            let any = random.below(256) as u8;
            match (random.below(8), bytes.get_mut(at)) {
                (0, _) => bytes.truncate(at),
                (1, Some(_)) => bytes.insert(at, any),
                (2, Some(_)) => drop(bytes.remove(at)),
                (3, Some(byte)) => *byte ^= 1 << (any % 8),
                (_, Some(byte)) => *byte = any,
                (_, None) => {}
            }
        }
        bytes
    }
}

/// Reads a file, and checks what the reader asks for, takes and returns.
///
/// # Panics
/// Reading panicked, asked for bytes that the file does not have, took too much memory, or returned a row that is too long.
pub fn parquet(bytes: &[u8]) {
    let head = bytes.get(..64).unwrap_or(bytes).to_vec();
    let mut reader = Reader::new(head, bytes.len() as u64);
    for _ in 0..MOST_ROWS {
        let free_bytes = FREE_BYTES.saturating_sub(reader.memory_bytes());
        match reader.next(free_bytes) {
            Ok(Step::Read(range)) => {
                let part = range.start as usize..range.end.min(range.start.saturating_add(1000)) as usize;
                let part = bytes.get(part).unwrap_or_default();
                assert!(!part.is_empty(), "{range:?} of {} bytes", bytes.len());
                reader.give(part.to_vec());
            }
            Ok(Step::Row(row)) => {
                assert!(row.as_object().is_some_and(|row| !row.is_empty()), "{}", row.to_json());
                assert!(row.encoded_len() <= MOST_ROW_BYTES, "{} bytes", row.encoded_len());
            }
            Ok(Step::End) => return,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                assert_eq!(reader.next(free_bytes), Ok(Step::End), "goes on after an error");
                return;
            }
        }
        assert!(reader.memory_bytes() <= 2 * FREE_BYTES, "{} bytes", reader.memory_bytes());
    }
}

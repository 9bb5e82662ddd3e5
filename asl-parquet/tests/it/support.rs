//! Files, read in all ways that a reader may be given them.

use asl_parquet::{Error, Reader, Step};
use asl_value::Value;

/// How a file is given to the reader.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Feed {
    /// How many bytes are there from the beginning.
    pub(crate) head: usize,
    /// How many bytes of a range are given at a time.
    pub(crate) part: usize,
    pub(crate) free_bytes: u64,
}

impl Feed {
    pub(crate) const WHOLE: Feed = Feed { head: usize::MAX, part: usize::MAX, free_bytes: 64 << 20 };
}

/// The bytes of a file in `tests/files`.
pub(crate) fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/tests/files/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).expect(&path)
}

/// The rows of a file. The memory that the reader takes stays below what is free.
pub(crate) fn rows(file: &[u8], feed: Feed) -> Result<Vec<Value>, Error> {
    let head = file[..feed.head.min(file.len())].to_vec();
    let mut reader = Reader::new(head, file.len() as u64);
    let mut rows = Vec::new();
    loop {
        let taken = reader.memory_bytes();
        match reader.next(feed.free_bytes.saturating_sub(taken))? {
            Step::Read(range) => {
                assert!(range.start < range.end && range.end <= file.len() as u64, "{range:?}");
                let start = range.start as usize;
                let end = (range.end as usize).min(start.saturating_add(feed.part));
                reader.give(file[start..end].to_vec());
            }
            Step::Row(row) => rows.push(row),
            Step::End => return Ok(rows),
        }
        assert!(
            reader.memory_bytes() <= feed.free_bytes.saturating_mul(2),
            "{} bytes",
            reader.memory_bytes()
        );
    }
}

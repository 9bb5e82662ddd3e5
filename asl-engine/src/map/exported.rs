//! [`Exported`]: how far the files are that a `ResultWriter` writes of the children that succeeded.

use asl_value::{VALUE_BYTES, Value};

use super::index_ranges::IndexRanges;
use super::kept_file::KeptFile;

/// How far the files are that a `ResultWriter` writes of the children that succeeded. A redrive goes on with them: it
/// writes no result again that is written, so that nobody has to keep it.
#[derive(Clone, PartialEq)]
pub(crate) struct Exported {
    /// Where the files are: the arguments of the `ResultWriter`.
    pub(crate) destination: Value,
    /// The children whose results are in the files. Nothing else is noted of them.
    pub(crate) children: IndexRanges,
    /// How many items they had.
    pub(crate) items: u64,
    pub(crate) file: KeptFile,
}

impl Exported {
    /// Of a Map Run that begins.
    pub(crate) fn new(destination: Value) -> Exported {
        Exported { destination, children: IndexRanges::default(), items: 0, file: KeptFile::default() }
    }

    /// An estimate of the bytes that it takes in memory.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let own = VALUE_BYTES.saturating_add(self.destination.memory_bytes());
        own.saturating_add(self.children.memory_bytes()).saturating_add(self.file.memory_bytes())
    }
}

//! [`KeptFile`]: what a redrive needs to go on with the files of a `ResultWriter`.

use asl_value::{Text, VALUE_BYTES, Value};

/// What a redrive needs to go on with the files of one status.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct KeptFile {
    /// The files that are complete, as the manifest lists them.
    pub(crate) entries: Vec<Value>,
    /// What is written of the open file.
    pub(crate) upload: Option<Upload>,
    /// The end of the open file, if it was being written: nobody knows whether the file has ended.
    pub(crate) last: Option<String>,
    /// What is not written yet: of the file after that, or else of the open one.
    pub(crate) text: String,
}

/// An object that is written in parts.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Upload {
    pub(crate) name: Text,
    pub(crate) tags: Vec<Text>,
    pub(crate) bytes: u64,
}

impl KeptFile {
    /// An estimate of the bytes that it takes in memory.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let entries = self.entries.iter().map(Value::memory_bytes);
        let tags = self.upload.iter().flat_map(|upload| &upload.tags).map(|tag| tag.len() as u64);
        let texts = [&self.text].into_iter().chain(&self.last).map(|text| text.len() as u64);
        entries.chain(tags).chain(texts).fold(0, |sum, bytes| sum.saturating_add(VALUE_BYTES + bytes))
    }
}

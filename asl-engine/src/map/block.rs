//! [`Block`]: some of the children of a Map Run that begin one after the other.

use super::dataset::ChildItems;

/// Some of the children of a Map Run that begin one after the other. Clones are the same.
#[derive(Clone, PartialEq)]
pub(crate) struct Block {
    pub(crate) children: ChildItems,
    /// The place of its first child among all, and that of its first item.
    pub(crate) first: usize,
    pub(crate) first_item: usize,
    /// Whether no other block follows.
    pub(crate) is_last: bool,
    /// Another number if the files of the items that were read so far are others.
    pub(crate) version: u64,
}

impl Block {
    /// Whether a child is in it, of all that are not in a block before.
    pub(crate) fn has(&self, index: usize) -> bool {
        index < self.end()
    }

    /// The place of the first child after it.
    pub(crate) fn end(&self) -> usize {
        self.first.saturating_add(self.children.len())
    }
}

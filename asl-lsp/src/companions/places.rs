//! [`DefinedName`]: what is looked for, and how keys are found.

use std::ops::Range;

use crate::syntax::{NodeId, Tree};

/// A name of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DefinedName<'t> {
    State(&'t str),
    /// A variable of the machine itself, which tests see at the end.
    Variable(&'t str),
}

impl<'t> DefinedName<'t> {
    pub(super) fn text(self) -> &'t str {
        match self {
            DefinedName::State(name) | DefinedName::Variable(name) => name,
        }
    }
}

/// Where an object has a key, without quotes.
pub(super) fn keys(tree: &Tree, object: Option<NodeId>, name: &str) -> Vec<Range<usize>> {
    let members = object.map(|object| tree.members(object)).unwrap_or_default();
    let same = members.iter().filter(|member| member.key.value == name);
    same.map(|member| member.key.inner.clone()).collect()
}

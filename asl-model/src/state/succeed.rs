//! [`Succeed`].

use crate::Filters;
use crate::reader::Fields;
use crate::writer::Members;

/// Ends its machine with its input: `{"Type": "Succeed"}`.
///
/// Spec: <https://states-language.net/#succeed-state>
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Succeed {
    /// Input and output filters.
    pub filters: Filters,
}

impl Succeed {
    /// A succeed state without filters.
    pub fn new() -> Succeed {
        Succeed::default()
    }
}

impl Succeed {
    pub(crate) fn read(fields: &mut Fields<'_, '_>) -> Succeed {
        Succeed { filters: Filters::read(fields) }
    }

    pub(crate) fn write(&self, members: &mut Members) {
        self.filters.write(members);
    }
}

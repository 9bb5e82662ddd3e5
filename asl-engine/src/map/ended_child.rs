//! [`EndedChild`]: a child execution of a distributed Map that has ended.

use asl_value::Value;

use crate::map_run::ChildStatus;

/// A child execution that has ended, as its Map Run counts and shows it.
#[derive(Clone, PartialEq)]
pub(crate) struct EndedChild {
    /// How many items it had.
    pub(crate) items: u64,
    pub(crate) status: ChildStatus,
    /// What the result of the Map Run has for it.
    pub(crate) result: Value,
    /// Whether a redrive of the Map Run may continue it if it did not succeed.
    pub(crate) is_redrivable: bool,
}

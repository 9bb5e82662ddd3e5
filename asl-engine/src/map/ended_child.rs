//! [`EndedChild`]: a child execution of a distributed Map that has ended.

use asl_value::{Timestamp, Value};

use crate::{Identity, Outcome};

/// A child that has ended.
pub(crate) struct EndedChild {
    /// Its place among the children.
    pub(crate) index: usize,
    pub(crate) identity: Identity,
    pub(crate) input: Value,
    pub(crate) outcome: Outcome,
    pub(crate) started: Timestamp,
    pub(crate) stopped: Timestamp,
}

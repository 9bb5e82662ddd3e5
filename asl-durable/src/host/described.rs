//! [`described`]: an update with what people see of it.

use asl_value::Text;

use crate::{Change, Update};

/// An update of the operation `id` with its name and its finer type. One function, not generic: it is called in many places.
#[inline(never)]
pub(super) fn described(id: Text, change: Change, name: &str, sub_type: &str) -> Update {
    Update::new(id, change).named(name).of_type(sub_type)
}

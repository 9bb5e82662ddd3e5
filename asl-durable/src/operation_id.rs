//! [`operation_id`]: stable names for operations.

use asl_value::Text;
use sha2::{Digest, Sha256};

/// The id of the operation at a place of an execution: the same in every replay, 40 hexadecimal digits.
///
/// The parts are texts of the caller, such as a kind of operation and the path of a strand; no two lists of parts have
/// the same id.
///
/// ```
/// use asl_durable::operation_id;
/// assert_eq!(operation_id(&["step", "2.1/4"]).len(), 40);
/// assert_ne!(operation_id(&["a", "bc"]), operation_id(&["ab", "c"]));
/// ```
pub fn operation_id(parts: &[&str]) -> Text {
    hashed(parts)
}

pub(crate) fn hashed(parts: &[&str]) -> Text {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize().iter().take(20).map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

//! The time that signatures are dated with and credentials expire by; tasks have their engine's.

use std::time::SystemTime;

/// Now.
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

//! When a debugged execution begins that calls services.

use std::time::SystemTime;

use asl_value::Timestamp;

/// The real time.
pub(super) fn now() -> Timestamp {
    SystemTime::now().into()
}

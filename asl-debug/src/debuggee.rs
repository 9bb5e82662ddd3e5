//! [`Debuggee`]: what is debugged, and how it is run again.

use std::sync::Arc;

use asl_engine::Observer;
use asl_value::Text;

use crate::notice::Ending;
use crate::shared::Running;

/// What is debugged.
///
/// It is run again for each way back, so each run must come to the same halts: its tasks give the same answers, its random
/// numbers and its time are the same.
pub trait Debuggee: Send + Sync {
    /// The name of its machine.
    fn name(&self) -> Text;

    /// Runs the execution to its end, with this observer, in this thread.
    fn run(&self, observer: Arc<dyn Observer>, running: &Running<'_>) -> Ending;
}

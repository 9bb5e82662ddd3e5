//! [`Observers`]: a case that is run for others, such as a debugger.

use std::sync::Arc;

use asl_engine::{Identity, Observer, Report};

use crate::machine::Machine;
use crate::run::observed;
use crate::test_file::TestFile;

/// Who observes the executions of a case.
#[derive(Clone)]
pub struct Observers {
    /// The execution of the case.
    pub first: Arc<dyn Observer>,
    /// The executions that its tasks start. The function is called inside of such a task.
    pub started: Option<OfStarted>,
}

/// Makes the observer of an execution that a task starts, or none.
pub type OfStarted = Arc<dyn Fn(&Identity) -> Option<Arc<dyn Observer>> + Send + Sync>;

impl TestFile {
    /// Runs the case of this index for observers, without comparing anything. It needs a runtime with a paused clock, in which
    /// nothing else runs. `None` if there is no such case.
    ///
    /// # Errors
    /// The execution cannot be started.
    pub async fn observe(&self, index: usize, observers: Observers) -> Option<Result<Report, String>> {
        let ready = self.cases.get(index)?;
        let (setup, others) = self.setup(ready);
        Some(observed(&self.machine, setup, &others, observers).await)
    }

    /// The machines that the tested one can start.
    pub fn others(&self) -> impl Iterator<Item = &Machine> {
        self.with.iter().map(|started| &started.machine)
    }
}

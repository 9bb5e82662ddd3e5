//! [`Tested`]: the execution of a case of a test file.

use std::sync::Arc;

use asl_engine::{Identity, Observer};
use asl_test::{Observers, OfStarted, TestFile};
use asl_value::Text;

use crate::debuggee::Debuggee;
use crate::notice::Ending;
use crate::shared::Running;
use crate::tap::Tap;

/// The execution of a case of a test file, with those of the machines that it starts.
pub struct Tested {
    /// The file.
    pub file: TestFile,
    /// The index of the case.
    pub case: usize,
}

/// Observes the executions that tasks start.
pub fn started(running: &Running<'_>) -> OfStarted {
    let shared = Arc::clone(running.shared());
    Arc::new(move |identity: &Identity| -> Option<Arc<dyn Observer>> {
        Some(Arc::new(Tap::started(&shared, identity.state_machine_name.clone())))
    })
}

impl Debuggee for Tested {
    fn name(&self) -> Text {
        self.file.machine().name().into()
    }

    fn run(&self, observer: Arc<dyn Observer>, running: &Running<'_>) -> Ending {
        let observers = Observers { first: observer, started: Some(started(running)) };
        running.to_end(async {
            match self.file.observe(self.case, observers).await {
                Some(Ok(report)) => Ending::of(report.outcome),
                Some(Err(problem)) => Ending::without(problem),
                None => Ending::without("the test file has no such case"),
            }
        })
    }
}

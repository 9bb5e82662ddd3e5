//! [`Calls`]: the calls of services that a debugged execution makes, each once, however often the execution is run again.
//!
//! To go back, an execution is run again. Its calls must not be: a [`Ledger`] keeps what each was answered, and when. A run
//! that makes a call of the ledger gets the same answers at the same times, so it comes to the same halts. Calls are carried
//! out by a thread of their own, so one that is in flight when the user goes back is not cut off, and answers the run that
//! makes it again.
//!
//! Time stands still while the execution is stopped, and is real while a call is in flight ([`pace`]).

mod background;
mod clock;
mod ledger;
mod objects;
mod pace;
mod relay;
mod run;

use std::sync::Arc;

use asl_engine::{ObjectStore, TaskHandler};

use background::Background;
use ledger::Ledger;
use objects::LiveObjects;
pub(crate) use pace::pace;
use relay::LiveTasks;
pub use run::CallsRun;

/// The calls of services that a debugged execution makes. It lasts for a launch: a restart makes its calls again.
pub struct Calls {
    handler: Arc<dyn TaskHandler>,
    background: Arc<Background>,
    ledger: Arc<Ledger>,
}

impl Calls {
    /// Calls that `handler` carries out, such as a client of AWS, in a thread that is made for it.
    ///
    /// # Errors
    /// The thread cannot be started.
    pub fn new(handler: Arc<dyn TaskHandler>) -> std::io::Result<Calls> {
        Ok(Calls { handler, background: Arc::new(Background::start()?), ledger: Arc::default() })
    }

    /// For one run of the execution.
    pub fn begin(&self) -> Arc<CallsRun> {
        Arc::new(CallsRun::new(&self.ledger, &self.background))
    }

    /// The handler for the tasks of a run.
    pub fn tasks(&self, run: &Arc<CallsRun>) -> Arc<dyn TaskHandler> {
        Arc::new(LiveTasks { run: Arc::clone(run), handler: Arc::clone(&self.handler) })
    }

    /// The objects of `store`, such as S3, for a run.
    pub fn objects(&self, run: &Arc<CallsRun>, store: Arc<dyn ObjectStore>) -> Arc<dyn ObjectStore> {
        Arc::new(LiveObjects { run: Arc::clone(run), store })
    }
}

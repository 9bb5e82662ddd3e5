//! [`Live`]: an execution whose tasks call services.

use std::sync::Arc;

use asl_engine::{ObjectStore, Observer, Registry, TaskHandler};
use asl_model::MachineArn;
use asl_value::Text;

use crate::alone::Alone;
use crate::beginning::Beginning;
use crate::debuggee::Debuggee;
use crate::live::{Calls, CallsRun};
use crate::notice::Ending;
use crate::shared::Running;

/// An execution whose tasks call services. Time stands still while it is stopped, and each call is made once, however often
/// one goes back.
pub struct Live {
    /// What it begins with.
    pub execution: Beginning,
    /// The region of the execution.
    pub region: Text,
    /// Its account.
    pub account: Text,
    /// The services that its tasks call, if they call any.
    pub calls: Option<Calls>,
    /// Makes the handlers of its tasks, for each run, from that of the calls.
    pub tasks: OfCalls,
    /// The objects of distributed Maps.
    pub storage: Option<LiveStorage>,
}

/// Makes the handlers of tasks for a run. The argument is the handler that calls services.
pub type OfCalls = Box<dyn Fn(Option<Arc<dyn TaskHandler>>) -> Registry + Send + Sync>;

/// Where distributed Maps read and write objects.
pub enum LiveStorage {
    /// On this computer: reading and writing again changes nothing.
    Local(Arc<dyn ObjectStore>),
    /// In a service, which is asked once.
    Service(Arc<dyn ObjectStore>),
}

impl Debuggee for Live {
    fn name(&self) -> Text {
        self.execution.machine.clone()
    }

    fn run(&self, observer: Arc<dyn Observer>, running: &Running<'_>) -> Ending {
        let calls = self.calls.as_ref().map(|calls| (calls, calls.begin()));
        let alone = Alone {
            arn: MachineArn::new(&self.region, &self.account, &self.execution.machine),
            execution: &self.execution,
            tasks: (self.tasks)(calls.as_ref().map(|(calls, run)| calls.tasks(run))),
            storage: self.storage.as_ref().map(|storage| storage.of(calls.as_ref())),
        };
        running.to_end_with(calls.as_ref().map(|(_, run)| run), alone.run(observer))
    }
}

impl LiveStorage {
    /// The objects for a run, with its calls.
    pub fn of(&self, calls: Option<&(&Calls, Arc<CallsRun>)>) -> Arc<dyn ObjectStore> {
        match (self, calls) {
            (LiveStorage::Service(store), Some((calls, run))) => calls.objects(run, Arc::clone(store)),
            (LiveStorage::Local(store) | LiveStorage::Service(store), _) => Arc::clone(store),
        }
    }
}

//! [`Run`]: one run of the execution, in a thread of its own, which waits while it is stopped.

use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::JoinHandle;

use asl_value::Value;

use crate::change::{Change, Slot};
use crate::debuggee::Debuggee;
use crate::lock::lock;
use crate::notice::{Ending, Notice};
use crate::pace::Pace;
use crate::settings::Settings;
use crate::shared::{Listener, Order, Running, Shared};
use crate::step::Step;
use crate::tap::Tap;
use crate::world::{StrandId, World};

/// One run of the execution, from its beginning. To go back, another one is made.
pub(crate) struct Run {
    shared: Arc<Shared>,
    orders: Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Run {
    /// Begins a run.
    pub(crate) fn begin(
        debuggee: &Arc<dyn Debuggee>,
        pace: Pace,
        settings: &Arc<Mutex<Settings>>,
        changes: &Arc<Mutex<Vec<Change>>>,
        listener: &Listener,
    ) -> std::io::Result<Run> {
        let (shared, orders) =
            Shared::new(pace, Arc::clone(settings), Arc::clone(changes), Arc::clone(listener));
        let (debuggee, in_thread) = (Arc::clone(debuggee), Arc::clone(&shared));
        let work = move || {
            let mut report = Reported { shared: &in_thread, ending: None };
            let tap = Arc::new(Tap::first(&in_thread, debuggee.name()));
            report.ending = Some(debuggee.run(tap, &Running(&in_thread)));
        };
        let thread = std::thread::Builder::new().name("asl-debug".to_owned()).spawn(work)?;
        Ok(Run { shared, orders, thread: Some(thread) })
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world()
    }

    /// Continues after a stop: to the end of a step, or until something stops it.
    pub(crate) fn go(&self, step: Option<(Step, StrandId)>) {
        let _ = self.orders.send(Order::Go(step));
    }

    /// Stops at the next halt.
    pub(crate) fn pause(&self) {
        lock(&self.shared.pace).pause();
    }

    /// Changes a value where the execution is stopped.
    pub(crate) fn change(&self, slot: Slot, value: Value) -> Result<(), String> {
        let (reply, answer) = mpsc::channel();
        let gone = || "the execution is not stopped".to_owned();
        self.orders.send(Order::Change(slot, value, reply)).map_err(|_| gone())?;
        answer.recv().map_err(|_| gone())?
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        self.shared.end();
        let _ = self.orders.send(Order::Drop);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Reports the end of a run, even if it panics.
struct Reported<'a> {
    shared: &'a Shared,
    ending: Option<Ending>,
}

impl Drop for Reported<'_> {
    fn drop(&mut self) {
        let lost = || Ending::without("the debugged execution was lost");
        let ending = self.ending.take().unwrap_or_else(lost);
        if !self.shared.is_dropped() {
            lock(&self.shared.pace).ended();
            (self.shared.listener)(Notice::Ended(ending));
        }
    }
}

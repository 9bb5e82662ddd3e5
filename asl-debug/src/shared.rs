//! [`Shared`]: what the thread of an execution shares with those that look at it.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Poll, Waker};
use std::time::Duration;

use asl_engine::Halt;
use asl_value::Value;

use crate::change::{Change, Slot};
use crate::live::{CallsRun, pace};
use crate::lock::lock;
use crate::notice::{Ending, Notice, Stop};
use crate::pace::Pace;
use crate::settings::Settings;
use crate::step::{Step, Stepping};
use crate::world::{StrandId, World};

/// Receives what a debugged execution reports.
pub(crate) type Listener = Arc<dyn Fn(Notice) + Send + Sync>;

/// What the thread of the execution shares with the others.
pub(crate) struct Shared {
    world: Mutex<World>,
    pub(crate) pace: Mutex<Pace>,
    settings: Arc<Mutex<Settings>>,
    changes: Arc<Mutex<Vec<Change>>>,
    orders: Mutex<Receiver<Order>>,
    pub(crate) listener: Listener,
    is_dropped: AtomicBool,
    waker: Mutex<Option<Waker>>,
    /// The calls of services that the run makes.
    calls: Mutex<Option<Arc<CallsRun>>>,
}

/// A command to a stopped execution.
pub(crate) enum Order {
    Go(Option<(Step, StrandId)>),
    Change(Slot, Value, Sender<Result<(), String>>),
    Drop,
}

/// A run, as the debuggee sees it.
pub struct Running<'a>(pub(crate) &'a Arc<Shared>);

impl Running<'_> {
    pub(crate) fn shared(&self) -> &Arc<Shared> {
        self.0
    }

    /// Runs an execution until it ends, or the run is dropped. No time passes while its thread is blocked.
    pub fn to_end(&self, work: impl Future<Output = Ending>) -> Ending {
        self.to_end_with(None, work)
    }

    /// Runs an execution that may call services to its end. Its time is real while a call is in flight, except while it is
    /// stopped.
    pub fn to_end_with(&self, calls: Option<&Arc<CallsRun>>, work: impl Future<Output = Ending>) -> Ending {
        *lock(&self.0.calls) = calls.cloned();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(error) => return Ending::without(format!("cannot start a runtime: {error}")),
        };
        runtime.block_on(async {
            let mut work = pin!(work);
            let mut paced = pin!(async {
                match calls {
                    Some(calls) => pace(calls).await,
                    None => std::future::pending().await,
                }
            });
            std::future::poll_fn(|cx| {
                *lock(&self.0.waker) = Some(cx.waker().clone());
                if self.0.is_dropped() {
                    calls.iter().for_each(|calls| calls.close());
                    return Poll::Ready(Ending::dropped());
                }
                let done = work.as_mut().poll(cx);
                if done.is_pending() {
                    let _ = paced.as_mut().poll(cx);
                }
                done
            })
            .await
        })
    }
}

impl Shared {
    /// What a run begins with, and where it takes its orders from.
    pub(crate) fn new(
        pace: Pace,
        settings: Arc<Mutex<Settings>>,
        changes: Arc<Mutex<Vec<Change>>>,
        listener: Listener,
    ) -> (Arc<Shared>, Sender<Order>) {
        let (orders, received) = mpsc::channel();
        let shared = Shared {
            world: Mutex::default(),
            pace: Mutex::new(pace),
            settings,
            changes,
            orders: Mutex::new(received),
            listener,
            is_dropped: AtomicBool::new(false),
            waker: Mutex::default(),
            calls: Mutex::default(),
        };
        (Arc::new(shared), orders)
    }

    /// The run ends: what its thread waits for is not needed.
    pub(crate) fn end(&self) {
        self.is_dropped.store(true, Ordering::Relaxed);
        let waker = lock(&self.waker).take();
        waker.into_iter().for_each(Waker::wake);
    }

    pub(crate) fn is_dropped(&self) -> bool {
        self.is_dropped.load(Ordering::Relaxed)
    }

    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        lock(&self.world)
    }

    /// A strand of an execution is at a place where it may be stopped.
    pub(crate) fn at(&self, execution: usize, mut halt: Halt<'_>) {
        if self.is_dropped() {
            return;
        }
        let mut world = self.world();
        let Some(arrival) = world.arrive(execution, &halt) else { return };
        let number = world.halts;
        let changes: Vec<Change> =
            lock(&self.changes).iter().filter(|change| change.at == number).cloned().collect();
        for Change { slot, value, .. } in changes {
            // It was possible when it was made, at the same place.
            let _ = slot.set(&mut halt.stage, value);
            world.note(execution, &halt);
        }
        let said = {
            let settings = lock(&self.settings);
            lock(&self.pace).at(&world, arrival, &settings)
        };
        let place = world.strands.get(&arrival.strand);
        let place =
            place.map(|strand| [strand.machine.clone(), strand.visit.state.clone()]).unwrap_or_default();
        let after = world.begun.map_or(Duration::ZERO, |begun| halt.now.since(begun));
        drop(world);
        for text in said.log {
            let place = place.clone();
            (self.listener)(Notice::Logged { text, place, spot: arrival.spot, after });
        }
        if let Some(reason) = said.stop {
            self.stop(execution, &mut halt, Stop { halt: number, strand: arrival.strand, reason });
        }
    }

    /// Waits until the execution continues.
    fn stop(&self, execution: usize, halt: &mut Halt<'_>, stop: Stop) {
        let number = stop.halt;
        // The receiver may send commands immediately: they wait in the channel.
        (self.listener)(Notice::Stopped(stop));
        loop {
            let order = lock(&self.orders).recv();
            match order {
                Ok(Order::Change(slot, value, reply)) => {
                    let _ = reply.send(self.change(execution, halt, number, slot, value));
                }
                Ok(Order::Go(step)) => {
                    let world = self.world();
                    let stepping = step.map(|(step, from)| Stepping::new(step, from, &world));
                    lock(&self.pace).go(stepping);
                    return;
                }
                Ok(Order::Drop) | Err(_) => return,
            }
        }
    }

    fn change(
        &self,
        execution: usize,
        halt: &mut Halt<'_>,
        number: u64,
        slot: Slot,
        value: Value,
    ) -> Result<(), String> {
        value.check_depth().map_err(|_| "the value is nested too deep".to_owned())?;
        slot.set(&mut halt.stage, value.clone())?;
        self.world().note(execution, halt);
        if let Some(calls) = &*lock(&self.calls) {
            calls.rewind();
        }
        let mut changes = lock(&self.changes);
        changes.retain(|change| change.at <= number);
        changes.push(Change { at: number, slot, value });
        Ok(())
    }
}

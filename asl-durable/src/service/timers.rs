//! [`Timers`]: what ends by itself, and when.

use std::collections::BTreeMap;
use std::time::Duration;

use asl_value::{Text, Timestamp};

use crate::update::whole_seconds;
use crate::{Change, Update};

use super::faults::Faults;

/// What ends by itself, and when.
#[derive(Default)]
pub(crate) struct Timers {
    due: BTreeMap<Text, Timestamp>,
    callbacks: BTreeMap<Text, Callback>,
}

/// The times of a callback.
struct Callback {
    timeout: Option<Timestamp>,
    heartbeat: Option<Duration>,
    beaten: Timestamp,
}

impl Callback {
    /// When it fails, and with which error.
    fn due(&self) -> Option<(Timestamp, &'static str)> {
        let timeout = self.timeout.map(|at| (at, "Callback.Timeout"));
        let heartbeat = self.heartbeat.map(|time| (self.beaten.plus(time), "Callback.Heartbeat"));
        timeout.into_iter().chain(heartbeat).min()
    }
}

impl Timers {
    /// Sets or removes the timer of an operation.
    pub(crate) fn note(&mut self, update: &Update, now: Timestamp) {
        let id = update.id.clone();
        let seconds =
            |time: Duration| Some(Duration::from_secs(whole_seconds(time))).filter(|time| !time.is_zero());
        match &update.change {
            Change::WaitStart { time: delay } | Change::StepRetry { delay, .. } => {
                self.due.insert(id, now.plus(seconds(*delay).unwrap_or_default()));
            }
            Change::CallbackStart { timeout, heartbeat } => {
                let timeout = timeout.and_then(seconds).map(|time| now.plus(time));
                let heartbeat = heartbeat.and_then(seconds);
                self.callbacks.insert(id, Callback { timeout, heartbeat, beaten: now });
            }
            _ => {
                self.due.remove(&id);
            }
        }
    }

    pub(crate) fn beat(&mut self, id: &str, now: Timestamp) {
        if let Some(callback) = self.callbacks.get_mut(id) {
            callback.beaten = now;
        }
    }

    /// The timers that are due until `now`, in the order in which they are.
    pub(crate) fn expired(
        &mut self,
        now: Timestamp,
        faults: &Faults,
    ) -> Vec<(Timestamp, Text, Option<&'static str>)> {
        let late = |id: &Text, at: Timestamp| at.plus(faults.lateness(id));
        let waits = self.due.iter().map(|(id, at)| (late(id, *at), id.clone(), None));
        let callbacks = self.callbacks.iter().filter_map(|(id, callback)| {
            let (at, error) = callback.due()?;
            Some((late(id, at), id.clone(), Some(error)))
        });
        let mut expired: Vec<_> = waits.chain(callbacks).filter(|(at, ..)| *at <= now).collect();
        expired.sort();
        for (_, id, _) in &expired {
            self.due.remove(id);
            self.callbacks.remove(id);
        }
        expired
    }

    /// When the next timer is due.
    pub(crate) fn next(&self, faults: &Faults) -> Option<Timestamp> {
        let waits = self.due.iter().map(|(id, at)| at.plus(faults.lateness(id)));
        let callbacks = self.callbacks.iter();
        let callbacks =
            callbacks.filter_map(|(id, callback)| Some(callback.due()?.0.plus(faults.lateness(id))));
        waits.chain(callbacks).min()
    }
}

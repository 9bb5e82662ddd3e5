//! [`CallsRun`]: the calls of one run of the execution.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use tokio::sync::Notify;
use tokio::time::Instant;

use super::background::Background;
use super::clock;
use super::ledger::{Answer, Call, Key, Ledger, Reporter};
use crate::lock::lock;

/// The calls of one run of the execution.
pub struct CallsRun {
    pub(super) ledger: Arc<Ledger>,
    background: Arc<Background>,
    /// How often each call was made in this run, by its key with the number 0.
    made: Mutex<HashMap<Key, u64>>,
    begun: OnceLock<Instant>,
    /// How many calls this run waits for that have no answer yet.
    waiting: AtomicUsize,
    pub(super) waits: Notify,
    /// The run is dropped to be repeated, so its calls continue.
    is_closing: AtomicBool,
}

impl CallsRun {
    pub(super) fn new(ledger: &Arc<Ledger>, background: &Arc<Background>) -> CallsRun {
        CallsRun {
            ledger: Arc::clone(ledger),
            background: Arc::clone(background),
            made: Mutex::default(),
            begun: OnceLock::new(),
            waiting: AtomicUsize::new(0),
            waits: Notify::new(),
            is_closing: AtomicBool::new(false),
        }
    }

    /// When the run began.
    pub(super) fn begun(&self) -> Instant {
        *self.begun.get_or_init(clock::of_run)
    }

    pub(super) fn is_waiting(&self) -> bool {
        self.waiting.load(Ordering::Relaxed) > 0
    }

    /// The run is dropped to be done again.
    pub(crate) fn close(&self) {
        self.is_closing.store(true, Ordering::Relaxed);
    }

    /// Something is changed where the run has stopped. Called in its thread.
    pub(crate) fn rewind(&self) {
        self.ledger.rewind(self.begun().elapsed());
    }

    /// Makes a call, or takes it from the ledger if an earlier run has made it. Returns what ends it.
    pub(super) async fn answer<W>(
        &self,
        key: Key,
        work: impl FnOnce(Reporter) -> W,
        mut on_submitted: impl FnMut(asl_value::Value),
    ) -> Option<Answer>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let begun = self.begun();
        let call = self.call(key, work);
        let mut answers = call.answers();
        let mut open = Open { call: &call, run: self, is_counted: false, has_ended: false };
        let mut next = 0;
        loop {
            let known = answers.borrow_and_update().get(next).cloned();
            let Some(known) = known else {
                open.count();
                // The sender is in the call.
                answers.changed().await.ok()?;
                continue;
            };
            open.uncount();
            next += 1;
            tokio::time::sleep_until(begun + known.at).await;
            match known.answer {
                Answer::Submitted(output) => on_submitted(output),
                end => {
                    open.has_ended = true;
                    return Some(end);
                }
            }
        }
    }

    fn call<W>(&self, key: Key, work: impl FnOnce(Reporter) -> W) -> Arc<Call>
    where
        W: Future<Output = ()> + Send + 'static,
    {
        let number = {
            let mut made = lock(&self.made);
            let count = made.entry(key.clone()).or_default();
            *count += 1;
            *count
        };
        let now = self.begun().elapsed();
        self.ledger.call(Key { number, ..key }, now, |reporter| self.background.spawn(work(reporter)))
    }
}

/// A call that a run waits for.
struct Open<'a> {
    call: &'a Call,
    run: &'a CallsRun,
    is_counted: bool,
    has_ended: bool,
}

impl Open<'_> {
    fn count(&mut self) {
        if !self.is_counted && self.call.is_open() {
            self.is_counted = true;
            self.run.waiting.fetch_add(1, Ordering::Relaxed);
            self.run.waits.notify_one();
        }
    }

    fn uncount(&mut self) {
        if std::mem::take(&mut self.is_counted) {
            self.run.waiting.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        self.uncount();
        // The state has timed out, or its branch was stopped.
        if !self.has_ended && !self.run.is_closing.load(Ordering::Relaxed) {
            self.call.cut_off();
        }
    }
}

//! [`Stages`]: what the states of an execution made of their data, kept for the page.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use asl_engine::{Event, Interest, Observer, StageRecorder, VisitStage};
#[cfg(feature = "page")]
use asl_value::Value;

use crate::config::Config;

/// The stages of all executions, within the quotas.
#[derive(Default)]
pub(crate) struct StagePool {
    bytes: Arc<AtomicUsize>,
    /// Those of executions that have ended, in this order.
    ended: Mutex<VecDeque<Weak<Stages>>>,
}

/// The stages of one execution.
pub(crate) struct Stages {
    recorder: StageRecorder,
    /// Its part of `all`.
    counted: AtomicUsize,
    all: Arc<AtomicUsize>,
    most_of_all: usize,
}

impl StagePool {
    /// The stages of a new execution; `None` if nobody will ask for them.
    pub(crate) fn begin(&self, config: &Config) -> Option<Arc<Stages>> {
        let (most, most_of_all) = (config.quotas.stage_bytes, config.quotas.kept_stage_bytes);
        (config.has_page() && most > 0).then(|| {
            Arc::new(Stages {
                recorder: StageRecorder::new(most),
                counted: AtomicUsize::default(),
                all: Arc::clone(&self.bytes),
                most_of_all,
            })
        })
    }

    /// Notes that an execution has ended. If all stages together take more than their quota, forgets those of the executions
    /// that ended first.
    pub(crate) fn end(&self, stages: &Arc<Stages>) {
        let mut ended = self.ended();
        ended.push_back(Arc::downgrade(stages));
        while let Some(first) = ended.front() {
            // Executions are removed in about the order in which they ended.
            match first.upgrade() {
                Some(first) if self.bytes.load(Ordering::Relaxed) > stages.most_of_all => first.clear(),
                Some(_) => break,
                None => {}
            }
            ended.pop_front();
        }
    }

    fn ended(&self) -> MutexGuard<'_, VecDeque<Weak<Stages>>> {
        self.ended.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stages {
    /// The stages of a visit, by the number of the event with which it began.
    #[cfg(feature = "page")]
    pub(crate) fn visit(&self, entered: u64) -> Option<Value> {
        self.recorder.visit(entered)
    }

    fn clear(&self) {
        self.recorder.clear();
        self.count();
    }

    fn count(&self) {
        let bytes = self.recorder.bytes();
        let before = self.counted.swap(bytes, Ordering::Relaxed);
        if bytes >= before {
            self.all.fetch_add(bytes - before, Ordering::Relaxed);
        } else {
            self.all.fetch_sub(before - bytes, Ordering::Relaxed);
        }
    }
}

impl Drop for Stages {
    fn drop(&mut self) {
        self.all.fetch_sub(*self.counted.get_mut(), Ordering::Relaxed);
    }
}

impl Observer for Stages {
    fn interest(&self) -> Interest {
        Interest::Stages
    }

    fn on_event(&self, _: Event) {}

    fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        // Room is made when executions end, so those that run may exceed the quota by a quarter before they keep no more.
        let most = self.most_of_all.saturating_add(self.most_of_all / 4);
        if self.all.load(Ordering::Relaxed) > most {
            return;
        }
        self.recorder.on_stage(entered, stage);
        self.count();
    }
}

//! [`Reached`]: which parts of a definition its executions have reached, for the page.

#[cfg(feature = "page")]
use asl_coverage::{Counter, SharedHits};
#[cfg(feature = "page")]
use asl_engine::Observer;
use asl_engine::{Event, VisitStage};

use crate::config::Config;

/// What all executions of a revision have reached since the server started. It grows with the definition, not with the
/// executions.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reached {
    #[cfg(feature = "page")]
    pub(crate) hits: SharedHits,
}

/// Counts what one execution reaches, if the server has a page.
pub(crate) struct Tally {
    #[cfg(feature = "page")]
    counter: Option<Counter>,
}

#[cfg(feature = "page")]
impl Tally {
    pub(crate) fn of(reached: &Reached, config: &Config) -> Tally {
        Tally { counter: config.has_page().then(|| Counter::of(&reached.hits)) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.counter.is_some()
    }

    pub(crate) fn on_event(&self, event: &Event) {
        if let Some(counter) = &self.counter {
            counter.count(event);
        }
    }

    pub(crate) fn on_stage(&self, entered: u64, stage: VisitStage<'_>) {
        if let Some(counter) = &self.counter {
            counter.on_stage(entered, stage);
        }
    }
}

#[cfg(not(feature = "page"))]
impl Tally {
    pub(crate) fn of(_: &Reached, _: &Config) -> Tally {
        Tally {}
    }

    pub(crate) fn is_on(&self) -> bool {
        false
    }

    pub(crate) fn on_event(&self, _: &Event) {}

    pub(crate) fn on_stage(&self, _: u64, _: VisitStage<'_>) {}
}

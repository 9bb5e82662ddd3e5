//! [`Arrivals`]: news that is not granted yet.

use std::collections::BTreeMap;
use std::time::Duration;

use super::turn::News;

/// News that is not granted yet. Each kind is found without looking at the others: many timers may have come due while
/// nobody looked, and each instant is a turn of its own.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// Stops in the middle of the last turn.
    stops: Vec<News>,
    /// What came due at an instant in milliseconds, in the order in which the execution began to wait for it.
    timed: BTreeMap<(u128, u64), News>,
    rest: Vec<News>,
}

impl Arrivals {
    /// News of the effect that was opened as number `order`. An effect has one piece of news that came due at most: its
    /// end.
    pub(super) fn add(&mut self, news: News, due: Option<Duration>, order: u64) {
        match due {
            _ if news.learned.is_midway() => self.stops.push(news),
            Some(due) => drop(self.timed.insert((due.as_millis(), order), news)),
            None => self.rest.push(news),
        }
    }

    pub(super) fn take_stops(&mut self) -> Vec<News> {
        std::mem::take(&mut self.stops)
    }

    pub(super) fn take_rest(&mut self) -> Vec<News> {
        std::mem::take(&mut self.rest)
    }

    /// When the first of the timers was due that `is_wanted`. Those before it are dropped.
    pub(super) fn first_due(&mut self, is_wanted: impl Fn(&News) -> bool) -> Option<u128> {
        loop {
            let first = self.timed.first_entry()?;
            if is_wanted(first.get()) {
                return Some(first.key().0);
            }
            first.remove();
        }
    }

    /// The timers that were due at this instant, which is the first.
    pub(super) fn take_due(&mut self, due: u128) -> Vec<News> {
        let mut taken = Vec::new();
        while let Some(first) = self.timed.first_entry().filter(|first| first.key().0 == due) {
            taken.push(first.remove());
        }
        taken
    }
}

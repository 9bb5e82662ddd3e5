//! [`Arrivals`]: news that is not granted yet.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::time::Duration;

use super::turn::News;

/// News that is not granted yet. Each kind is found without looking at the others: many timers may have come due while
/// nobody looked, and each instant is a turn of its own.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    /// Stops in the middle of the last turn.
    stops: Vec<News>,
    /// What came due at an instant, the first one on top.
    timed: BinaryHeap<Timed>,
    rest: Vec<News>,
}

/// News that came due.
#[derive(Debug)]
struct Timed {
    /// The instant in milliseconds.
    due: u128,
    /// When the execution began to wait for it.
    order: u64,
    news: News,
}

impl Ord for Timed {
    /// The first one is the greatest.
    fn cmp(&self, other: &Timed) -> Ordering {
        (other.due, other.order).cmp(&(self.due, self.order))
    }
}

impl PartialOrd for Timed {
    fn partial_cmp(&self, other: &Timed) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Timed {
    fn eq(&self, other: &Timed) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Timed {}

impl Arrivals {
    /// News of the effect that was opened as number `order`. An effect has one piece of news that came due at most: its
    /// end.
    pub(super) fn add(&mut self, news: News, due: Option<Duration>, order: u64) {
        match due {
            _ if news.learned.is_midway() => self.stops.push(news),
            Some(due) => self.timed.push(Timed { due: due.as_millis(), order, news }),
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
            let first = self.timed.peek()?;
            if is_wanted(&first.news) {
                return Some(first.due);
            }
            self.timed.pop();
        }
    }

    /// The timers that were due at this instant, which is the first.
    pub(super) fn take_due(&mut self, due: u128) -> Vec<News> {
        let mut taken = Vec::new();
        while self.timed.peek().is_some_and(|first| first.due == due) {
            taken.extend(self.timed.pop().map(|timed| timed.news));
        }
        taken
    }
}

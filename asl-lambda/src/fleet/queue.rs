//! [`Queue`]: the children that wait, and which of them go together.

use std::collections::VecDeque;
use std::sync::Arc;

use asl_engine::{ChildEnd, Failure};
use asl_value::Text;
use tokio::sync::oneshot;
use tokio::time::Instant;

/// What an event may have: 6 MB, less what is around the children.
///
/// Source: <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
pub(super) const MOST_BYTES: usize = 6_291_556 - 4_096;

/// The children that wait.
pub(super) struct Queue {
    /// How many children go together at most.
    most: usize,
    /// Those that have not been sent, or that their worker has sent back, by Map Run.
    fresh: VecDeque<(Arc<Place>, VecDeque<Waiting>)>,
    /// Those that were sent in vain. They stay together.
    again: Vec<(Instant, Batch)>,
}

/// Which Map Run a child belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) state: Text,
    pub(super) map_run: Text,
    pub(super) role_arn: Text,
    pub(super) trace_header: Option<Text>,
}

/// A child that has not ended.
pub(super) struct Waiting {
    /// Its ARN, which is the same however often it is sent.
    pub(super) name: Text,
    /// Its JSON text in the event of a worker.
    pub(super) json: String,
    /// How often its worker crashed while it was alone there.
    pub(super) crashes: u32,
    pub(super) end: oneshot::Sender<Result<ChildEnd, Failure>>,
}

impl Waiting {
    /// Ends it. Nobody waits any more if it was aborted.
    pub(super) fn ended(self, end: Result<ChildEnd, Failure>) {
        let _ = self.end.send(end);
    }
}

/// Children that go to a worker together.
pub(super) struct Batch {
    pub(super) place: Arc<Place>,
    pub(super) children: Vec<Waiting>,
    /// How often it was not even begun, because of a problem of the service.
    pub(super) refusals: u32,
    /// How often it was not even begun, because too many invocations ran.
    pub(super) throttled: u32,
}

impl Queue {
    pub(super) fn new(most: usize) -> Queue {
        Queue { most, fresh: VecDeque::new(), again: Vec::new() }
    }

    /// Adds a child at the end.
    pub(super) fn push(&mut self, place: Place, child: Waiting) {
        match self.fresh.iter_mut().find(|(known, _)| **known == place) {
            Some((_, children)) => children.push_back(child),
            None => self.fresh.push_back((Arc::new(place), VecDeque::from([child]))),
        }
    }

    /// Puts children back that have not begun. They go first.
    pub(super) fn put_back(&mut self, place: &Arc<Place>, children: Vec<Waiting>) {
        let known = self.fresh.iter().position(|(known, _)| known == place);
        let mut waiting =
            known.and_then(|at| self.fresh.remove(at)).map(|(_, waiting)| waiting).unwrap_or_default();
        children.into_iter().rev().for_each(|child| waiting.push_front(child));
        self.fresh.push_front((Arc::clone(place), waiting));
    }

    /// Lets a batch wait until an instant.
    pub(super) fn wait(&mut self, until: Instant, batch: Batch) {
        self.again.push((until, batch));
    }

    /// The next batch, if one may be sent now, for one of `places` that are free.
    ///
    /// Small ones that were sent in vain go first: if a function can run nothing at all, this is known soon. Fresh children
    /// are spread over the places.
    pub(super) fn take(&mut self, now: Instant, places: usize) -> Option<Batch> {
        self.forget_aborted();
        let due = self.again.iter().enumerate().filter(|(_, (until, _))| *until <= now);
        if let Some((index, _)) = due.min_by_key(|(_, (_, batch))| batch.children.len()) {
            return Some(self.again.swap_remove(index).1);
        }
        let (place, mut waiting) = self.fresh.pop_front()?;
        let share = waiting.len().div_ceil(places.max(1)).clamp(1, self.most);
        let (mut children, mut bytes) = (Vec::with_capacity(share), 0);
        while children.len() < share
            && let Some(child) = waiting.pop_front()
        {
            bytes += child.json.len() + 1;
            if bytes > MOST_BYTES && !children.is_empty() {
                waiting.push_front(child);
                break;
            }
            children.push(child);
        }
        if !waiting.is_empty() {
            // Map Runs take turns.
            self.fresh.push_back((Arc::clone(&place), waiting));
        }
        Some(Batch { place, children, refusals: 0, throttled: 0 })
    }

    /// When the next batch that was sent in vain may be sent again.
    pub(super) fn next(&self) -> Option<Instant> {
        self.again.iter().map(|(until, _)| *until).min()
    }

    #[cfg(test)]
    fn is_empty(&self) -> bool {
        self.fresh.is_empty() && self.again.is_empty()
    }

    fn forget_aborted(&mut self) {
        // A Map Run aborts all of its children at once.
        let is_wanted = |child: Option<&Waiting>| child.is_some_and(|child| !child.end.is_closed());
        self.fresh.retain(|(_, children)| is_wanted(children.front()) || is_wanted(children.back()));
        self.again.retain(|(_, batch)| batch.children.iter().any(|child| is_wanted(Some(child))));
    }
}

impl Batch {
    /// Two halves, or this one if it has one child.
    pub(super) fn halves(mut self) -> Vec<Batch> {
        let rest = self.children.split_off(self.children.len().div_ceil(2));
        let place = Arc::clone(&self.place);
        let halves = [self, Batch { place, children: rest, refusals: 0, throttled: 0 }];
        halves.into_iter().filter(|half| !half.children.is_empty()).collect()
    }

    /// Resolves when none of the children is wanted any more.
    pub(super) async fn abandoned(&mut self) {
        for child in &mut self.children {
            child.end.closed().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deadline;

    type Ends = Vec<oneshot::Receiver<Result<ChildEnd, Failure>>>;

    fn queue(most: usize, sizes: &[usize]) -> (Queue, Ends) {
        let (mut queue, mut ends) = (Queue::new(most), Ends::new());
        for (index, size) in sizes.iter().enumerate() {
            let (end, ended) = oneshot::channel();
            ends.push(ended);
            queue.push(place(), child(index, *size, end));
        }
        (queue, ends)
    }

    fn place() -> Place {
        let text = || Text::from("m");
        Place { state: text(), map_run: text(), role_arn: text(), trace_header: None }
    }

    fn child(index: usize, size: usize, end: oneshot::Sender<Result<ChildEnd, Failure>>) -> Waiting {
        Waiting { name: index.to_string().into(), json: "x".repeat(size), crashes: 0, end }
    }

    /// The children of each batch, taken while this many places are free.
    #[track_caller]
    fn check(most: usize, sizes: &[usize], places: usize, expect: &[usize]) {
        let (mut queue, _ends) = queue(most, sizes);
        let now = deadline::instant();
        let mut taken = Vec::new();
        for free in (1..=places).rev() {
            taken.extend(queue.take(now, free).map(|batch| batch.children.len()));
        }
        assert_eq!(taken, expect);
    }

    #[test]
    fn children_are_spread_over_the_places() {
        check(100, &[1; 10], 4, &[3, 3, 2, 2]);
        check(100, &[1; 3], 5, &[1, 1, 1]);
        check(2, &[1; 10], 3, &[2, 2, 2]);
        check(100, &[], 3, &[]);
    }

    #[test]
    fn a_batch_fits_into_an_event() {
        check(100, &[MOST_BYTES / 2; 3], 1, &[1]);
        check(100, &[MOST_BYTES / 3; 7], 3, &[2, 2, 2]);
    }

    #[test]
    fn what_was_sent_in_vain_waits_and_goes_first() {
        let (mut queue, _ends) = queue(4, &[1; 6]);
        let now = deadline::instant();
        let later = now + std::time::Duration::from_secs(1);
        let first = queue.take(now, 1).expect("a batch");
        first.halves().into_iter().for_each(|half| queue.wait(later, half));
        assert_eq!(queue.take(now, 1).map(|batch| batch.children.len()), Some(2), "the fresh ones");
        assert!(queue.take(now, 1).is_none());
        assert_eq!(queue.next(), Some(later));
        let again: Vec<usize> =
            std::iter::from_fn(|| queue.take(later, 1)).map(|batch| batch.children.len()).collect();
        assert_eq!(again, [2, 2]);
        assert!(queue.is_empty());
    }

    #[test]
    fn what_is_sent_back_goes_first() {
        let (mut queue, _ends) = queue(2, &[1; 4]);
        let now = deadline::instant();
        let first = queue.take(now, 1).expect("a batch");
        queue.put_back(&first.place, first.children);
        let names: Vec<Text> = std::iter::from_fn(|| queue.take(now, 1))
            .flat_map(|batch| batch.children.into_iter().map(|child| child.name.clone()).collect::<Vec<_>>())
            .collect();
        assert_eq!(names, ["0", "1", "2", "3"].map(Text::from));
    }

    #[test]
    fn aborted_children_are_not_sent() {
        let (mut queue, ends) = queue(2, &[1; 4]);
        drop(ends);
        assert!(queue.take(deadline::instant(), 1).is_none());
        assert!(queue.is_empty());
    }
}

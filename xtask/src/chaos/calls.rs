//! [`Calls`]: which calls of functions were repeated, and whether a kill was the reason.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// The calls of functions by what was sent, which differs for each attempt of each task.
///
/// A task that was in flight when the server was killed is called again. No other is: a call is repeated only if a kill
/// lies between the two.
#[derive(Default)]
pub(super) struct Calls {
    of: Mutex<HashMap<String, Vec<Instant>>>,
}

impl Calls {
    pub(super) fn add(&self, sent: String) {
        let mut of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        of.entry(sent).or_default().push(Instant::now());
    }

    /// The number of calls, of those that were repeated, and what was repeated without a kill. `kills` has the moments from
    /// the signal to the start of the next process.
    pub(super) fn repeated(&self, kills: &[(Instant, Instant)]) -> (usize, usize, Vec<String>) {
        let of = self.of.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut repeated, mut without) = (0, Vec::new());
        for (sent, times) in of.iter() {
            for pair in times.windows(2) {
                repeated += 1;
                if let [first, second] = pair
                    && !kills.iter().any(|(killed, started)| first < started && killed < second)
                {
                    without.push(sent.clone());
                }
            }
        }
        (of.len(), repeated, without)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_a_kill_is_a_reason_to_call_again() {
        let begin = Instant::now();
        let at = |millis| begin + Duration::from_millis(millis);
        let kills = [(at(100), at(200))];
        for (times, expected) in [
            (vec![at(10)], (0, 0)),
            (vec![at(10), at(210)], (1, 0)),
            (vec![at(10), at(20)], (1, 1)),
            (vec![at(210), at(220)], (1, 1)),
            (vec![at(10), at(210), at(220)], (2, 1)),
        ] {
            let calls = Calls::default();
            calls.of.lock().expect("no panic").insert("a".to_owned(), times);
            let (of, repeated, without) = calls.repeated(&kills);
            assert_eq!((of, repeated, without.len()), (1, expected.0, expected.1));
        }
    }
}

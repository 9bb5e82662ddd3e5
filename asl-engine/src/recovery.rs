//! `Retry` and `Catch`: pure decisions, without a clock.

use std::sync::Arc;
use std::time::Duration;

use asl_model::error_name;
use asl_query::{DataFlow, Template};
use asl_value::Text;

use crate::Failure;
use crate::entropy::Entropy;
use crate::ids::StateId;

/// `Retry` and `Catch` of a state.
#[derive(Debug, Clone, Default)]
pub(crate) struct Recovery {
    pub(crate) retriers: Box<[Retrier]>,
    pub(crate) catchers: Box<[Catcher]>,
}

#[derive(Debug, Clone)]
pub(crate) struct Retrier {
    pub(crate) error_equals: Box<[Text]>,
    /// Seconds.
    pub(crate) interval: f64,
    pub(crate) max_attempts: u64,
    pub(crate) backoff_rate: f64,
    /// Seconds.
    pub(crate) max_delay: Option<f64>,
    pub(crate) full_jitter: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct Catcher {
    pub(crate) error_equals: Box<[Text]>,
    pub(crate) flow: Arc<dyn DataFlow>,
    pub(crate) assign: Option<Template>,
    pub(crate) next: StateId,
}

/// How often each retrier has retried in one visit of a state.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct RetryState {
    attempts: Vec<u64>,
    /// All retries of the visit: `$$.State.RetryCount`.
    pub(crate) count: u64,
}

/// What becomes of a failure, and which retrier or catcher has decided, counted from 0.
#[derive(Debug)]
pub(crate) enum Decision<'r> {
    Retry {
        index: usize,
        after: Duration,
    },
    Catch {
        index: usize,
        catcher: &'r Catcher,
    },
    /// `exhausted` is the retrier that has no attempt left.
    Fail {
        exhausted: Option<usize>,
    },
}

impl RetryState {
    /// The counts of the retriers, and of all retries.
    pub(crate) fn of(attempts: Vec<u64>, count: u64) -> RetryState {
        RetryState { attempts, count }
    }

    /// See [`of`](RetryState::of).
    pub(crate) fn parts(&self) -> (&[u64], u64) {
        (&self.attempts, self.count)
    }
}

impl Recovery {
    pub(crate) fn is_empty(&self) -> bool {
        self.retriers.is_empty() && self.catchers.is_empty()
    }

    /// The first retrier that matches decides; when it is exhausted, later ones are not tried.
    ///
    /// Spec: <https://states-language.net/#errors>
    pub(crate) fn decide(
        &self,
        state: &mut RetryState,
        failure: &Failure,
        entropy: &dyn Entropy,
    ) -> Decision<'_> {
        let name = failure.matched_name();
        let mut retriers = self.retriers.iter().enumerate();
        let retrier = retriers.find(|(_, retrier)| error_name::matches(&retrier.error_equals, name));
        if let Some((index, retrier)) = retrier {
            state.attempts.resize(self.retriers.len(), 0);
            if let Some(attempts) = state.attempts.get_mut(index)
                && *attempts < retrier.max_attempts
            {
                let after = retrier.delay(*attempts, entropy);
                *attempts += 1;
                state.count += 1;
                return Decision::Retry { index, after };
            }
        }
        let mut catchers = self.catchers.iter().enumerate();
        match catchers.find(|(_, catcher)| error_name::matches(&catcher.error_equals, name)) {
            Some((index, catcher)) => Decision::Catch { index, catcher },
            None => Decision::Fail { exhausted: retrier.map(|(index, _)| index) },
        }
    }
}

impl RetryState {
    /// The state after the matching retrier has retried `retries` times.
    pub(crate) fn after(recovery: &Recovery, retries: u64) -> RetryState {
        RetryState { attempts: vec![retries; recovery.retriers.len()], count: retries }
    }
}

impl Retrier {
    /// The delay before the retry that follows `attempts` earlier ones.
    fn delay(&self, attempts: u64, entropy: &dyn Entropy) -> Duration {
        /// The longest execution, so that no exponent overflows.
        const YEAR: f64 = 365.0 * 86_400.0;
        let exponent = i32::try_from(attempts).unwrap_or(i32::MAX);
        let seconds = self.interval * self.backoff_rate.powi(exponent);
        let seconds = seconds.min(self.max_delay.unwrap_or(YEAR)).clamp(0.0, YEAR);
        let seconds = if self.full_jitter { seconds * entropy.unit() } else { seconds };
        Duration::try_from_secs_f64(seconds).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SeededEntropy;

    fn retrier(errors: &[&str], interval: f64, max_attempts: u64) -> Retrier {
        Retrier {
            error_equals: errors.iter().map(|name| Text::from(*name)).collect(),
            interval,
            max_attempts,
            backoff_rate: 2.0,
            max_delay: None,
            full_jitter: false,
        }
    }

    fn catcher(errors: &[&str]) -> Catcher {
        let error_equals = errors.iter().map(|name| Text::from(*name)).collect();
        Catcher { error_equals, flow: Arc::new(asl_query::PassThrough), assign: None, next: StateId::FIRST }
    }

    /// `expect`: seconds of each retry, then `catch N` or `fail`.
    #[track_caller]
    fn check(recovery: &Recovery, errors: &[&str], expect: &[&str]) {
        let (mut state, entropy) = (RetryState::default(), SeededEntropy::new(1));
        let decisions =
            errors.iter().map(|name| match recovery.decide(&mut state, &Failure::new(*name, ""), &entropy) {
                Decision::Retry { after, .. } => after.as_secs_f64().to_string(),
                Decision::Catch { index, .. } => format!("catch {index}"),
                Decision::Fail { .. } => "fail".to_owned(),
            });
        assert_eq!(decisions.collect::<Vec<_>>(), expect);
        assert_eq!(state.count as usize, expect.iter().filter(|text| text.parse::<f64>().is_ok()).count());
    }

    #[test]
    fn counts_attempts_per_retrier() {
        // The example of the specification.
        let recovery = Recovery {
            retriers: [retrier(&["ErrorA", "ErrorB"], 1.0, 2), retrier(&["ErrorC"], 5.0, 3)].into(),
            catchers: [catcher(&["States.ALL"])].into(),
        };
        check(&recovery, &["ErrorA", "ErrorB", "ErrorC", "ErrorB"], &["1", "2", "5", "catch 0"]);
    }

    #[test]
    fn an_exhausted_retrier_hides_later_ones() {
        let recovery = Recovery {
            retriers: [retrier(&["Error"], 1.0, 1), retrier(&["States.ALL"], 9.0, 5)].into(),
            catchers: [].into(),
        };
        check(&recovery, &["Error", "Error"], &["1", "fail"]);
        let never = Recovery { retriers: [retrier(&["Error"], 1.0, 0)].into(), catchers: [].into() };
        check(&never, &["Error"], &["fail"]);
    }

    #[test]
    fn delays_back_off_up_to_a_maximum() {
        let one = |change: fn(&mut Retrier)| {
            let mut retrier = retrier(&["States.ALL"], 3.0, 6);
            change(&mut retrier);
            Recovery { retriers: [retrier].into(), catchers: [].into() }
        };
        let errors = ["Error"; 5];
        check(&one(|_| ()), &errors, &["3", "6", "12", "24", "48"]);
        check(&one(|retrier| retrier.max_delay = Some(10.0)), &errors, &["3", "6", "10", "10", "10"]);
        check(
            &one(|retrier| retrier.backoff_rate = 1.5),
            &errors,
            &["3", "4.5", "6.75", "10.125", "15.1875"],
        );
        // A year is the longest: nothing overflows.
        check(&one(|retrier| retrier.backoff_rate = 1e300), &errors[..2], &["3", "31536000"]);
    }

    #[test]
    fn full_jitter_stays_below_the_delay_and_repeats_with_the_seed() {
        let mut jittered = retrier(&["States.ALL"], 10.0, 1000);
        (jittered.full_jitter, jittered.backoff_rate) = (true, 1.0);
        let delays = |seed| {
            let entropy = SeededEntropy::new(seed);
            (0..1000).map(|attempts| jittered.delay(attempts, &entropy).as_secs_f64()).collect::<Vec<_>>()
        };
        let first = delays(7);
        assert!(first.iter().all(|delay| (0.0..10.0).contains(delay)));
        let mean = first.iter().sum::<f64>() / 1000.0;
        assert!((4.0..6.0).contains(&mean), "{mean}");
        assert_eq!(first, delays(7));
        assert_ne!(first, delays(8));
    }

    #[test]
    fn runtime_errors_are_never_caught() {
        let recovery = Recovery {
            retriers: [retrier(&["States.ALL"], 1.0, 3)].into(),
            catchers: [catcher(&["States.Runtime"]), catcher(&["States.ALL"])].into(),
        };
        check(&recovery, &["States.Runtime"], &["fail"]);
        check(&recovery, &["States.DataLimitExceeded"], &["1"]);
    }
}

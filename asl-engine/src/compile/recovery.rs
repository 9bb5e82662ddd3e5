//! `Retry` and `Catch`.

use asl_model::{Catcher, Filters, JitterStrategy, Retrier};
use asl_query::{Site, Yields};

use super::field::Refused;
use super::{Compiler, Place, target};
use crate::recovery;

impl Compiler {
    pub(super) fn recovery(
        &mut self,
        place: Place<'_>,
        retry: &[Retrier],
        catch: &[Catcher],
    ) -> Result<recovery::Recovery, Refused> {
        let catch_at = place.pointer.key("Catch");
        let mut catchers = Vec::with_capacity(catch.len());
        for (index, catcher) in catch.iter().enumerate() {
            let pointer = catch_at.index(index);
            catchers.push(self.catcher(Place { pointer: &pointer, ..place }, catcher));
        }
        Ok(recovery::Recovery {
            retriers: retry.iter().map(retrier).collect(),
            catchers: catchers.into_iter().collect::<Result<_, _>>()?,
        })
    }

    fn catcher(&mut self, place: Place<'_>, catcher: &Catcher) -> Result<recovery::Catcher, Refused> {
        let (result_path, output) = (catcher.result_path.clone(), catcher.output.clone());
        let filters = Filters { result_path, output, ..Filters::default() };
        let flow = self.flow(place, &filters, Yields::ErrorOutput);
        let assign = self.template(place, "Assign", catcher.assign.as_ref(), Site::Catch)?;
        Ok(recovery::Catcher {
            error_equals: catcher.error_equals.clone().into(),
            flow: flow.ok_or(Refused)?,
            assign,
            next: target(place.states, &catcher.next).ok_or(Refused)?,
        })
    }
}

/// The defaults are those of the specification: one second, three attempts, a backoff rate of 2.
fn retrier(retrier: &Retrier) -> recovery::Retrier {
    recovery::Retrier {
        error_equals: retrier.error_equals.clone().into(),
        interval: retrier.interval_seconds.unwrap_or(1) as f64,
        max_attempts: retrier.max_attempts.unwrap_or(3),
        backoff_rate: retrier.backoff_rate.unwrap_or(2.0),
        max_delay: retrier.max_delay_seconds.map(|seconds| seconds as f64),
        full_jitter: retrier.jitter_strategy == Some(JitterStrategy::Full),
    }
}

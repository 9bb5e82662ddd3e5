//! How many items may fail.

use asl_query::{Env, EvalError};

use crate::program::Distributed;
use crate::setting::Setting;
use crate::{Failure, MapRunSettings};

impl MapRunSettings {
    /// What the fields of a state ask for.
    pub(crate) fn eval(
        max_concurrency: u64,
        fields: &Distributed,
        env: &Env<'_>,
    ) -> Result<MapRunSettings, EvalError> {
        Ok(MapRunSettings {
            max_concurrency,
            tolerated_failure_count: Setting::eval_optional(&fields.tolerated_count, env)?,
            tolerated_failure_percentage: Setting::eval_optional(&fields.tolerated_percentage, env)?,
        })
    }

    /// Fails if one of the two settings is exceeded. Without any, no item may fail. While `total` is unknown, nothing is
    /// known of the percentage, except that it is more than 0 once an item has failed.
    ///
    /// UNRECORDED: failed iterations of a Map in INLINE mode, which tolerates none here.
    pub(crate) fn check(&self, failed: u64, total: Option<u64>) -> Result<(), Failure> {
        let failed_items = failed as f64;
        // Divided last: 11 of 11 are 100 %, and not a little more.
        let percent = match total {
            Some(total) => failed_items * 100.0 / total.max(1) as f64,
            None => failed_items * f64::MIN_POSITIVE,
        };
        let is_exceeded = match (self.tolerated_failure_count, self.tolerated_failure_percentage) {
            (None, None) => failed > 0,
            (count, percentage) => {
                count.is_some_and(|count| failed > count)
                    || percentage.is_some_and(|percentage| percent > percentage)
            }
        };
        if !is_exceeded {
            return Ok(());
        }
        // Recorded.
        let cause = "The specified tolerated failure threshold was exceeded";
        Err(Failure::new(asl_model::error_name::EXCEED_TOLERATED_FAILURE_THRESHOLD, cause))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_percentage_is_exceeded_only_beyond_its_edge() {
        for (failed, total, percentage, is_exceeded) in [
            (11, Some(11), 100.0, false),
            (11, Some(22), 50.0, false),
            (12, Some(22), 50.0, true),
            (199, Some(1000), 19.9, false),
            (200, Some(1000), 19.9, true),
            (0, Some(0), 0.0, false),
            (1, None, 0.0, true),
            (1_000_000, None, 1.0, false),
        ] {
            let settings =
                MapRunSettings { tolerated_failure_percentage: Some(percentage), ..Default::default() };
            let found = settings.check(failed, total).is_err();
            assert_eq!(found, is_exceeded, "{failed} of {total:?} at {percentage} %");
        }
        for total in 1..2000 {
            let settings = MapRunSettings { tolerated_failure_percentage: Some(100.0), ..Default::default() };
            assert!(settings.check(total, Some(total)).is_ok(), "{total}");
        }
    }
}

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
        let share = total.map_or(f64::MIN_POSITIVE, |total| 100.0 / total.max(1) as f64);
        let percent = failed as f64 * share;
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

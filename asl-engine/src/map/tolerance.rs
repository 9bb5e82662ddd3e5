//! How many items may fail.

use asl_query::Env;

use crate::interpret::{Trouble, Visit};
use crate::program::{Distributed, Quantity};
use crate::{Failure, MapRunSettings};

impl MapRunSettings {
    /// What a state asks for, but for the concurrency.
    pub(crate) fn tolerance(
        fields: &Distributed,
        visit: &Visit<'_>,
        env: &Env<'_>,
    ) -> Result<MapRunSettings, Trouble> {
        let count = fields.tolerated_count.as_ref().map(|field| visit.integer(field, env)).transpose()?;
        let percentage = match &fields.tolerated_percentage {
            None => None,
            Some(Quantity::Fixed(percentage)) => Some(*percentage),
            // The language has checked that it is a number.
            Some(Quantity::Expr(expr)) => expr.eval(env)?.as_f64(),
        };
        Ok(MapRunSettings {
            max_concurrency: 0,
            tolerated_failure_count: count,
            tolerated_failure_percentage: percentage,
        })
    }

    /// Either breach fails; without any of the two fields nothing may fail.
    ///
    /// UNRECORDED: failed iterations of a Map in INLINE mode, which tolerates none either.
    pub(crate) fn check(&self, failed: u64, total: u64) -> Result<(), Failure> {
        let percent = failed as f64 * 100.0 / total.max(1) as f64;
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

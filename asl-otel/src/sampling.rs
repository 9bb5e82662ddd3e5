//! [`Sampling`]: which executions are recorded.

use opentelemetry::trace::{SpanKind, TraceId};
use opentelemetry_sdk::trace::{Sampler, SamplingDecision, ShouldSample};

use crate::Remote;

/// Which executions are recorded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sampling {
    /// Whether an execution is recorded if, and only if, the span that it belongs to is.
    pub follows_parent: bool,
    /// Which part of the others is recorded: 0 to 1.
    pub ratio: f64,
}

/// All, except those that belong to a span that is not recorded: `parentbased_always_on`.
impl Default for Sampling {
    fn default() -> Self {
        Sampling { follows_parent: true, ratio: 1.0 }
    }
}

impl Sampling {
    /// Reads the values of `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG`.
    ///
    /// # Errors
    /// An unknown sampler, or a ratio that is not between 0 and 1.
    pub fn read(sampler: Option<&str>, argument: Option<&str>) -> Result<Sampling, String> {
        let sampler = sampler.unwrap_or("parentbased_always_on");
        let (follows_parent, name) = match sampler.strip_prefix("parentbased_") {
            Some(name) => (true, name),
            None => (false, sampler),
        };
        let ratio = match name {
            "always_on" => 1.0,
            "always_off" => 0.0,
            "traceidratio" => ratio(argument.unwrap_or("1"))?,
            _ => return Err(format!("OTEL_TRACES_SAMPLER: there is no sampler `{sampler}`")),
        };
        Ok(Sampling { follows_parent, ratio })
    }

    pub(crate) fn takes(&self, parent: Option<&Remote>, trace_id: TraceId) -> bool {
        match parent.and_then(|parent| parent.sampled).filter(|_| self.follows_parent) {
            Some(sampled) => sampled,
            None => {
                let sampler = Sampler::TraceIdRatioBased(self.ratio);
                let result = sampler.should_sample(None, trace_id, "", &SpanKind::Internal, &[], &[]);
                result.decision == SamplingDecision::RecordAndSample
            }
        }
    }
}

fn ratio(text: &str) -> Result<f64, String> {
    let ratio = text.parse().ok().filter(|ratio| (0.0..=1.0).contains(ratio));
    ratio.ok_or_else(|| format!("OTEL_TRACES_SAMPLER_ARG: expected a number from 0 to 1, found `{text}`"))
}

//! The arguments of `asl estimate`.

use std::path::PathBuf;

use super::Format;
use super::definition::Definition;

#[derive(Debug, clap::Args)]
pub(crate) struct Estimate {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// Runs a month
    #[arg(long, value_name = "N", default_value_t = 1_000_000)]
    pub(crate) runs: u64,
    /// Seconds that a task takes, unless the bounds say otherwise
    #[arg(long, value_name = "SECONDS", default_value_t = 0.1, value_parser = seconds)]
    pub(crate) duration: f64,
    /// How often loops turn, how many items Maps have, how often tasks are retried, how long states take:
    /// {"visits": {"Poll": 12}, "items": {"Each": 200}, "retries": {"Charge": 1}, "seconds": {"Approve": 86400}}
    #[arg(long, value_name = "FILE", conflicts_with = "history")]
    pub(crate) bounds: Option<PathBuf>,
    /// Counts what this execution used, instead of the longest way through: a history as `asl run --history` and
    /// `aws stepfunctions get-execution-history` write it
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<PathBuf>,
    /// The memory of functions, in MB
    #[arg(long, value_name = "MB", default_value_t = 128)]
    pub(crate) memory: u32,
    /// Bytes that an operation of a durable execution stores
    #[arg(long, value_name = "BYTES", default_value_t = 1_024)]
    pub(crate) payload: u32,
    /// Days that a durable execution is kept after its end
    #[arg(long, value_name = "DAYS", default_value_t = 14, value_parser = clap::value_parser!(u32).range(1..=90))]
    pub(crate) retention: u32,
    /// A table, or one JSON object
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

fn seconds(text: &str) -> Result<f64, String> {
    let seconds = text.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0);
    seconds.ok_or_else(|| "expected a number of seconds".to_owned())
}

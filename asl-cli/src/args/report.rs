//! The arguments of `asl report`.

use std::path::PathBuf;

use super::definition::Substitutions;

#[derive(Debug, clap::Args)]
pub(crate) struct HtmlReport {
    /// Log records of executions: lines of a function's log, of `asl serve --logs`, or of CloudWatch Logs as `aws logs`
    /// prints them. A history, as `asl run --history` writes it, will do, too. `-` for standard input
    #[arg(value_name = "LOGFILE|-")]
    pub(crate) log: PathBuf,
    /// The definition of the machine, to draw its graph
    #[arg(long, value_name = "FILE")]
    pub(crate) definition: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
    /// Only the execution of this name or ARN
    #[arg(long, value_name = "NAME|ARN")]
    pub(crate) execution: Option<String>,
    /// The file to write [default: standard output]
    #[arg(long, short, value_name = "FILE.html")]
    pub(crate) output: Option<PathBuf>,
}

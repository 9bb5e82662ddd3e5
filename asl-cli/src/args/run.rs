//! The arguments of `asl run`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use asl_engine::Clock;

use super::definition::Definition;
use super::format::Format;
use super::machine::{Kind, Memory};
#[cfg(feature = "aws")]
use super::services::Services;

#[derive(Debug, clap::Args)]
pub(crate) struct Run {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The input: JSON text, a file, or `-` for standard input
    #[arg(long, value_name = "JSON|FILE|-", default_value = "{}", allow_negative_numbers = true)]
    pub(crate) input: String,
    /// Mocked results of tasks, in the format of Step Functions Local's MockConfigFile
    #[arg(long, value_name = "FILE[#[MACHINE/]CASE]")]
    pub(crate) mocks: Option<String>,
    /// A folder that replaces S3 for the readers and writers of distributed Maps, with a sub-folder for each bucket
    #[arg(long, value_name = "DIR")]
    pub(crate) objects: Option<PathBuf>,
    /// Other machines of type STANDARD, which tasks can start and describe: files, or folders of *.asl.json and *.asl.yaml.
    /// Each is named after its file
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) with: Vec<PathBuf>,
    /// Other machines of type EXPRESS
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) with_express: Vec<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(crate) services: Services,
    /// Writes the history of the execution to this file, as GetExecutionHistory returns it
    #[arg(long, value_name = "FILE")]
    pub(crate) history: Option<PathBuf>,
    /// Writes an HTML file that shows the execution: graph, timeline, events, and what each state made of its data
    #[arg(long, value_name = "FILE.html")]
    pub(crate) report: Option<PathBuf>,
    /// Seeds the random numbers, and so UUIDs and jitter, to make them reproducible
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,
    /// Waits in real time, instead of skipping waits and retry delays
    #[arg(long)]
    pub(crate) real_time: bool,
    /// Stops when standard input closes: with the program that started this one through a pipe, however that one ends
    #[arg(long)]
    pub(crate) stop_with_stdin: bool,
    /// Runs the child executions of distributed Maps on N threads, in real time
    #[arg(long, value_name = "N")]
    pub(crate) workers: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(crate) memory: Memory,
    #[command(flatten)]
    pub(crate) kind: Kind,
    /// Text for people, or one JSON object on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

impl Run {
    pub(crate) fn clock(&self) -> Clock {
        if self.real_time || self.workers.is_some() { Clock::real() } else { Clock::virtual_time() }
    }
}

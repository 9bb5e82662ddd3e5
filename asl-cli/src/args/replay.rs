//! The arguments of `asl replay`.

use std::path::PathBuf;

use super::definition::Substitutions;
use super::format::Format;
use super::machine::Kind;

#[derive(Debug, clap::Args)]
pub(crate) struct Replay {
    /// Records of executions, or folders of them: histories of `aws stepfunctions get-execution-history` or `asl run
    /// --history` (*.json), and journals (*.jsonl). NAME.describe.json describes the execution of NAME.json
    #[arg(value_name = "RECORD|DIR", required = true)]
    pub(crate) records: Vec<PathBuf>,
    /// The definition to run: .json, .yaml or .yml, or a template as for `asl run`
    #[arg(long, value_name = "FILE")]
    pub(crate) definition: PathBuf,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
    #[command(flatten)]
    pub(crate) kind: Kind,
    /// Text for people, or one JSON object for each record on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

//! The arguments of `asl bench`.

use std::path::PathBuf;

use clap::ValueEnum;

use super::definition::Definition;

#[derive(Debug, clap::Args)]
pub(crate) struct Bench {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The input: JSON text, a file, or `-` for standard input
    #[arg(long, value_name = "JSON|FILE|-", default_value = "{}", allow_negative_numbers = true)]
    pub(crate) input: String,
    /// The number of executions
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) repeat: u64,
    /// Mocks the tasks: `function:echo` returns its input, `function:fail` fails with its input's `error` and `cause`
    #[arg(long, value_enum, value_name = "KIND")]
    pub(crate) mock_tasks: Option<MockTasks>,
    /// The expected output of every execution, as a JSON value
    #[arg(long, value_name = "FILE")]
    pub(crate) expect: Option<PathBuf>,
    /// Records the history of each execution
    #[arg(long)]
    pub(crate) history: bool,
    /// Prints the results as one JSON object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum MockTasks {
    Echo,
}

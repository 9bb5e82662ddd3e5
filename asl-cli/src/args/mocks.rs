//! The arguments of `asl mocks`.

use std::path::PathBuf;

#[derive(Debug, clap::Args)]
pub(crate) struct Mocks {
    /// The history of an execution, as `asl run --history` and `aws stepfunctions get-execution-history` write it
    #[arg(value_name = "RECORD")]
    pub(crate) record: PathBuf,
    /// The name of the state machine in the mock file [default: that of a described execution]
    #[arg(long, value_name = "NAME")]
    pub(crate) machine: Option<String>,
    /// The name of the test case
    #[arg(long, value_name = "NAME", default_value = "Recorded")]
    pub(crate) case: String,
}

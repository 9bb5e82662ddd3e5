//! The arguments of `asl serve`.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::ValueEnum;

use super::access::Access;
use super::definition::Substitutions;
use super::machine::{Kind, Memory};
#[cfg(feature = "aws")]
use super::services::Services;

#[derive(Debug, clap::Args)]
pub(crate) struct Serve {
    /// Definitions to create as state machines: files, folders of *.asl.json and *.asl.yaml, templates of SAM,
    /// CloudFormation and CDK, or folders with one (`.`, `cdk.out`). `template.yaml#Orders` is one machine of a template.
    /// A file that changes is loaded again
    #[arg(value_name = "DEFINITION|DIR")]
    pub(crate) definitions: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) substitutions: Substitutions,
    /// The port to listen on; 0 for any free port
    #[arg(long, default_value_t = 8083)]
    pub(crate) port: u16,
    /// The address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    pub(crate) host: String,
    /// A host name that requests may use besides the names of this machine, `short` for names without a dot, as containers have,
    /// or `*` for any. Pages of a host that is named may send requests too. Can be repeated
    #[arg(long, value_name = "HOST")]
    pub(crate) allow_host: Vec<String>,
    #[command(flatten)]
    pub(crate) access: Access,
    /// The account in ARNs, or AWS_ACCOUNT_ID [default: with AWS_ENDPOINT_URL that of the emulator, else 123456789012]
    #[arg(long)]
    pub(crate) account: Option<String>,
    /// The region in ARNs, or AWS_DEFAULT_REGION [default: us-east-1]
    #[arg(long)]
    pub(crate) region: Option<String>,
    /// Mocked test cases, in the format of Step Functions Local's MockConfigFile, or SFN_MOCK_CONFIG
    #[arg(long, value_name = "FILE")]
    pub(crate) mocks: Option<String>,
    /// A folder that replaces S3 for the readers and writers of distributed Maps, with a sub-folder for each bucket
    #[arg(long, value_name = "DIR")]
    pub(crate) objects: Option<PathBuf>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(crate) services: Services,
    /// Skips waits and retry delays
    #[arg(long)]
    pub(crate) virtual_time: bool,
    /// How long a Wait state waits, in relation to what it says, or WAIT_TIME_SCALE: 0.5 is half as long, 0 not at all
    #[arg(long, value_name = "FACTOR", value_parser = factor)]
    pub(crate) wait_time_scale: Option<f64>,
    /// Runs the child executions of distributed Maps on N threads; a redrive begins those that were aborted from their
    /// start
    #[arg(long, value_name = "N", conflicts_with = "virtual_time")]
    #[cfg_attr(feature = "data-dir", arg(conflicts_with = "data_dir"))]
    pub(crate) workers: Option<NonZeroUsize>,
    /// Writes the log records of machines that have a loggingConfiguration, one JSON object per line: to one file per log
    /// group in this folder, or to standard output
    #[arg(long, value_name = "DIR|-")]
    pub(crate) logs: Option<String>,
    /// What is logged to standard error
    #[arg(long, value_enum, default_value_t = Log::Error)]
    pub(crate) log: Log,
    /// Allows EXPRESS executions to be described, listed and stopped, and keeps their history
    #[arg(long)]
    pub(crate) express_history: bool,
    /// Shows no page to browsers at `/`, and keeps nothing for it
    #[arg(long)]
    pub(crate) no_page: bool,
    /// The memory, in MiB, that the page gets for what the states of one execution made of their data; 0 for none
    #[arg(long, value_name = "MIB", default_value_t = 16, value_parser = clap::value_parser!(u16).range(..=1024))]
    pub(crate) stages: u16,
    /// The memory, in MiB, that executions may take after their end; beyond it, those that ended first are forgotten. The page
    /// gets the same for what their states made of their data
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u32).range(1..=1 << 20))]
    pub(crate) ended_mib: u32,
    #[cfg(feature = "data-dir")]
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Stops when standard input closes: with the program that started this one through a pipe, however that one ends
    #[arg(long)]
    pub(crate) stop_with_stdin: bool,
    #[command(flatten)]
    pub(crate) memory: Memory,
    #[command(flatten)]
    pub(crate) kind: Kind,
}

/// A factor of waits: a number that is not negative.
pub(crate) fn factor(text: &str) -> Result<f64, String> {
    let factor = text.parse().ok().filter(|factor: &f64| factor.is_finite() && *factor >= 0.0);
    factor.ok_or_else(|| format!("expected a number that is not negative, found `{text}`"))
}

/// Where everything is kept, and how long.
#[cfg(feature = "data-dir")]
#[derive(Debug, clap::Args)]
pub(crate) struct DataDir {
    /// Keeps everything in this folder: machines, activities, executions with their histories. It survives the process
    #[arg(long, value_name = "DIR", conflicts_with = "virtual_time")]
    pub(crate) data_dir: Option<PathBuf>,
    /// How many days ended executions are kept
    #[arg(long, value_name = "DAYS", default_value_t = 90, requires = "data_dir")]
    pub(crate) keep_days: u32,
    /// How large the data may become, in MiB, before the executions that ended first are removed
    #[arg(long, value_name = "MIB", default_value_t = 10_240, requires = "data_dir")]
    pub(crate) keep_mib: u32,
}

#[cfg(feature = "data-dir")]
impl DataDir {
    pub(crate) fn retention(&self) -> asl_local::Retention {
        asl_local::Retention {
            age: std::time::Duration::from_secs(u64::from(self.keep_days) * 86_400),
            bytes: u64::from(self.keep_mib) << 20,
        }
    }
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Log {
    Off,
    Error,
    /// Executions and refused requests
    Info,
    /// Every request
    Debug,
}

//! The arguments of `asl debug`.

use asl_debug::LaunchServices;

use super::machine::Kind;

#[derive(Debug, clap::Args)]
pub(crate) struct Debug {
    /// The definition: .json, .yaml or .yml, or a template as for `asl run`. A test names its own
    #[arg(value_name = "DEFINITION", required_unless_present = "test")]
    pub(crate) program: Option<String>,
    /// The input: JSON text or a file
    #[arg(long, value_name = "JSON|FILE", allow_negative_numbers = true)]
    pub(crate) input: Option<String>,
    /// Mocked results of tasks, in the format of Step Functions Local's MockConfigFile
    #[arg(long, value_name = "FILE[#[MACHINE/]CASE]")]
    pub(crate) mocks: Option<String>,
    /// A case of a test file, with its input and mocks
    #[arg(long, value_name = "FILE[#CASE|:LINE]", conflicts_with_all = ["program", "input", "mocks", "record"])]
    pub(crate) test: Option<String>,
    /// A record of an execution, to do it again: a history, or a journal
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["input", "mocks"])]
    pub(crate) record: Option<String>,
    /// Seeds the random numbers
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) seed: u64,
    /// A folder that replaces S3 for the readers and writers of distributed Maps, with a sub-folder for each bucket
    #[arg(long, value_name = "DIR")]
    pub(crate) objects: Option<String>,
    /// Other machines of type STANDARD, which tasks can start and describe: files or folders
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) with: Vec<String>,
    /// Other machines of type EXPRESS
    #[arg(long, value_name = "FILE|DIR")]
    pub(crate) with_express: Vec<String>,
    #[cfg(feature = "aws")]
    #[command(flatten)]
    pub(crate) services: super::services::Services,
    #[command(flatten)]
    pub(crate) kind: Kind,
}

impl Debug {
    /// What answers tasks that are not mocked.
    pub(crate) fn services(&self) -> LaunchServices {
        let services = LaunchServices {
            objects: self.objects.clone(),
            with: self.with.clone(),
            with_express: self.with_express.clone(),
            ..LaunchServices::default()
        };
        #[cfg(feature = "aws")]
        let services = LaunchServices {
            aws: self.services.aws,
            lambda_endpoint: self.services.lambda_endpoint.clone(),
            ..services
        };
        services
    }
}

//! Which services of AWS are called.

/// Which services of AWS are called for tasks that nothing else answers: one rule for all commands.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Services {
    /// Calls AWS for tasks that nothing else answers, with region, keys and endpoints of the environment and of AWS_PROFILE.
    /// Without it only services are called that the environment gives an endpoint: AWS_ENDPOINT_URL (all of them),
    /// AWS_ENDPOINT_URL_<SERVICE>, LAMBDA_ENDPOINT, SQS_ENDPOINT and the like
    #[arg(long)]
    pub(crate) aws: bool,
    /// Where Lambda functions are invoked, or LAMBDA_ENDPOINT
    #[arg(long, value_name = "URL")]
    pub(crate) lambda_endpoint: Option<String>,
}

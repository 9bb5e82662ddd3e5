//! The AWS services that tasks may call.

/// The AWS services that are called for tasks that nothing else answers: one rule for all commands.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Services {
    /// Calls AWS for tasks that nothing else answers, with the region, keys and endpoints of the environment and of
    /// AWS_PROFILE. Without this option, only services with an endpoint in the environment are called: AWS_ENDPOINT_URL (all
    /// of them), AWS_ENDPOINT_URL_<SERVICE>, LAMBDA_ENDPOINT, SQS_ENDPOINT and so on
    #[arg(long)]
    pub(crate) aws: bool,
    /// The endpoint that invokes Lambda functions, or LAMBDA_ENDPOINT
    #[arg(long, value_name = "URL")]
    pub(crate) lambda_endpoint: Option<String>,
}

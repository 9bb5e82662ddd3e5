//! The arguments of `asl policy`.

use super::definition::Definition;
use super::machine::Kind;

#[derive(Debug, clap::Args)]
pub(crate) struct Policy {
    #[command(flatten)]
    pub(crate) definition: Definition,
    /// The account of resources that are given by name
    #[arg(long, default_value = "*")]
    pub(crate) account: String,
    /// The region of resources that are given by name
    #[arg(long, default_value = "*")]
    pub(crate) region: String,
    /// The partition: aws, aws-cn, aws-us-gov
    #[arg(long, default_value = "aws")]
    pub(crate) partition: String,
    /// The machine's name, for the permissions of distributed Maps and HTTP tasks [default: the name of the file]
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// The machine has a logging configuration
    #[arg(long)]
    pub(crate) logging: bool,
    /// The machine has X-Ray tracing
    #[arg(long)]
    pub(crate) tracing: bool,
    /// The machine runs in a Lambda function, and this function runs the children of its distributed Maps, as its ASL_MAP_FUNCTION
    /// says: a name, an ARN, or `self` for a function with the name of the machine
    #[arg(long, value_name = "FUNCTION")]
    pub(crate) map_function: Option<String>,
    /// The machine runs in a Lambda function that keeps executions with distributed Maps here, as its ASL_MAP_CHECKPOINTS says
    #[arg(long, value_name = "S3-URI")]
    pub(crate) map_checkpoints: Option<String>,
    #[command(flatten)]
    pub(crate) kind: Kind,
}

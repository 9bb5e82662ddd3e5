//! [`PolicyOptions`]: what a definition does not say.

/// What [`policy`](crate::policy()) cannot see in a definition: where the machine runs, and what else its role does.
///
/// The default is any region and account of the partition `aws`, without logging and tracing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyOptions {
    /// `aws`, `aws-cn`, `aws-us-gov`
    pub partition: String,
    /// The region in ARNs, `*` for any.
    pub region: String,
    /// The account in ARNs, `*` for any.
    pub account: String,
    /// The machine's name, `*` for any. Distributed Maps start executions of their own machine.
    pub machine: String,
    /// Whether the machine has a `loggingConfiguration`.
    pub logs: bool,
    /// Whether the machine has a `tracingConfiguration`.
    pub traces: bool,
    /// The function whose invocations run the children of distributed Maps, if the machine runs in a function: `ASL_MAP_FUNCTION`
    /// of asl-lambda, which is a name, an ARN, or `self` for a function with the name of the machine. Distributed Maps then start
    /// no executions.
    pub map_function: Option<String>,
    /// Where such a function keeps executions that run out of time: `s3://bucket/prefix`, its `ASL_MAP_CHECKPOINTS`.
    pub map_checkpoints: Option<String>,
}

impl Default for PolicyOptions {
    fn default() -> Self {
        let any = || "*".to_owned();
        PolicyOptions {
            partition: "aws".to_owned(),
            region: any(),
            account: any(),
            machine: any(),
            logs: false,
            traces: false,
            map_function: None,
            map_checkpoints: None,
        }
    }
}

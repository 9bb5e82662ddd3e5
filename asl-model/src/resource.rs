//! [`Resource`]: the ARN of the work that a task does.

use std::fmt;

use asl_value::Text;

use crate::Arn;

/// The `Resource` of a task: the ARN as it is written, and what it represents.
///
/// ```
/// use asl_model::{Pattern, Resource, ResourceKind};
/// let resource = Resource::from("arn:aws:states:::states:startExecution.sync:2");
/// assert_eq!(
///     resource.kind(),
///     ResourceKind::Service { service: "states", action: "startExecution", pattern: Pattern::Sync2 }
/// );
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Resource {
    arn: Text,
}

/// What a [`Resource`] represents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ResourceKind<'a> {
    /// `arn:aws:lambda:eu-west-1:123456789012:function:name:qualifier`: a function that is called directly.
    Lambda {
        /// The function's name.
        function: &'a str,
        /// A version or an alias.
        qualifier: Option<&'a str>,
    },
    /// `arn:aws:states:eu-west-1:123456789012:activity:name`
    Activity {
        /// The activity's name.
        name: &'a str,
    },
    /// `arn:aws:states:::sqs:sendMessage.waitForTaskToken`
    Service {
        /// `lambda`, `dynamodb`, `http`, `aws-sdk:s3`.
        service: &'a str,
        /// `invoke`, `getItem`.
        action: &'a str,
        /// How the state waits for the result.
        pattern: Pattern,
    },
    /// Anything else.
    Other,
}

/// How a state waits for a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Until the service responds.
    RequestResponse,
    /// `.sync`: until the job that it started has ended.
    Sync,
    /// `.sync:2`: like `.sync`, with the output parsed as JSON.
    Sync2,
    /// `.waitForTaskToken`: until the task token is returned.
    WaitForTaskToken,
}

impl Pattern {
    /// The end of the ARN, such as `.sync:2`; empty for request-response.
    pub fn suffix(self) -> &'static str {
        match self {
            Pattern::RequestResponse => "",
            Pattern::Sync => ".sync",
            Pattern::Sync2 => ".sync:2",
            Pattern::WaitForTaskToken => ".waitForTaskToken",
        }
    }
}

impl Resource {
    /// The ARN as it is written.
    pub fn as_str(&self) -> &str {
        &self.arn
    }

    /// The ARN as [`Text`].
    pub fn text(&self) -> &Text {
        &self.arn
    }

    /// What the ARN represents. Whether services and actions exist is not checked.
    pub fn kind(&self) -> ResourceKind<'_> {
        let Some(arn) = Arn::parse(&self.arn).filter(|arn| !arn.partition.is_empty()) else {
            return ResourceKind::Other;
        };
        match (arn.service, arn.kind()) {
            ("lambda", ("function", rest)) => lambda(rest),
            ("states", ("activity", name)) if !name.is_empty() && !arn.account.is_empty() => {
                ResourceKind::Activity { name }
            }
            // AWS ignores a region and an account that are written.
            ("states", _) if !arn.region.contains(' ') => service(arn.resource),
            _ => ResourceKind::Other,
        }
    }
}

fn lambda(rest: &str) -> ResourceKind<'_> {
    let (function, qualifier) = match rest.split_once(':') {
        Some((function, qualifier)) => (function, Some(qualifier)),
        None => (rest, None),
    };
    if function.is_empty() || qualifier == Some("") {
        return ResourceKind::Other;
    }
    ResourceKind::Lambda { function, qualifier }
}

fn service(rest: &str) -> ResourceKind<'_> {
    let suffixes = [Pattern::Sync2, Pattern::Sync, Pattern::WaitForTaskToken];
    let (name, pattern) = suffixes
        .iter()
        .find_map(|pattern| Some((rest.strip_suffix(pattern.suffix())?, *pattern)))
        .unwrap_or((rest, Pattern::RequestResponse));
    // The service of an SDK integration contains a colon: `aws-sdk:s3:getObject`.
    match name.rsplit_once(':') {
        Some((service, action)) if !service.is_empty() && !action.is_empty() && !action.contains('.') => {
            ResourceKind::Service { service, action, pattern }
        }
        _ => ResourceKind::Other,
    }
}

impl From<&str> for Resource {
    fn from(arn: &str) -> Self {
        Resource { arn: arn.into() }
    }
}

impl From<String> for Resource {
    fn from(arn: String) -> Self {
        Resource { arn: arn.into() }
    }
}

impl From<Text> for Resource {
    fn from(arn: Text) -> Self {
        Resource { arn }
    }
}

impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.arn)
    }
}

impl fmt::Debug for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.arn.as_str(), f)
    }
}

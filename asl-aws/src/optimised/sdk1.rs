//! How the Java SDK 1, which most optimised integrations use, shows responses and errors.

use asl_engine::{Failure, SdkResponse};
use asl_value::{Object, Value};

use super::service::OptimisedService;
use crate::{Answer, ErrorKind, ServiceError};

/// The result of an optimised integration: the output and the metadata of the response, sorted by name.
pub(super) fn with_metadata(output: Object, answer: &Answer) -> Value {
    let headers = answer.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut members = output;
    members.extend(SdkResponse::new(answer.status, &answer.request_id).metadata(headers));
    Value::Object(sorted(members))
}

/// Recorded: members are sorted by name.
pub(super) fn sorted(members: Object) -> Object {
    let mut members = members.into_members();
    members.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
    members.into_iter().collect()
}

impl OptimisedService {
    /// The failure of a task, from an error of the service.
    pub(crate) fn failure(&self, error: &ServiceError) -> Failure {
        match error.kind {
            ErrorKind::Role => error.failure(),
            ErrorKind::Client => {
                Failure::new(format!("{}.SdkClientException", self.prefix), error.message.as_str())
            }
            _ if self.name_in_sdk1.is_empty() => {
                let mut failure = error.failure();
                let class = failure.error.as_deref().and_then(|error| error.split_once('.'));
                if let Some((_, class)) = class {
                    failure.error = Some(format!("{}.{class}", self.prefix).into());
                }
                failure
            }
            _ => {
                let base = || format!("{}Exception", self.name_in_sdk1.trim_end_matches("v2"));
                let exception = error.exception.as_ref().map_or_else(base, |exception| exception.to_string());
                let response = SdkResponse::new(error.status, &error.request_id);
                let cause = response.cause(self.name_in_sdk1, &error.code, error.message_or_null());
                Failure::new(format!("{}.{exception}", self.prefix), cause)
            }
        }
    }
}

//! [`Aws`]: the task handler.

use asl_engine::{Failure, Task, TaskHandler};
use asl_model::{Pattern, Resource, ResourceKind, error_name};
use asl_value::Value;
use async_trait::async_trait;

use crate::{Caller, Config, ConfigError, sdk};

/// Calls AWS for every task that names one of its services.
///
/// Cloning it is cheap; clones share connections and credentials.
#[derive(Debug, Clone)]
pub struct Aws {
    caller: Caller,
}

impl Aws {
    /// With region, endpoints and credentials as the environment says.
    ///
    /// # Errors
    /// Names each variable that is missing or wrong.
    pub fn from_env() -> Result<Aws, ConfigError> {
        Ok(Aws::new(Config::from_env()?))
    }

    /// With settings of one's own.
    pub fn new(config: Config) -> Aws {
        Aws { caller: Caller::new(config) }
    }

    /// What signs and sends.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
}

#[async_trait]
impl TaskHandler for Aws {
    fn check(&self, resource: &Resource, arguments: &Value) -> Result<(), String> {
        match sdk_action(resource) {
            Some((service, action)) => sdk::check(&self.caller, service, action, arguments),
            None => Ok(()),
        }
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match sdk_action(task.resource) {
            Some((service, action)) => sdk::call(&self.caller, service, action, &task).await,
            None => {
                let message = format!("asl-aws does not serve `{}`", task.resource);
                Err(Failure::new(error_name::RUNTIME, message))
            }
        }
    }
}

/// The service and the action of `arn:aws:states:::aws-sdk:SERVICE:ACTION`.
fn sdk_action(resource: &Resource) -> Option<(&str, &str)> {
    match resource.kind() {
        ResourceKind::Service { service, action, pattern: Pattern::RequestResponse } => {
            Some((service.strip_prefix("aws-sdk:")?, action))
        }
        _ => None,
    }
}

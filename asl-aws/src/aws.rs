//! [`Aws`]: the task handler.

use std::sync::Arc;

use asl_engine::{Failure, Task, TaskHandler, TaskRefusal};
use asl_model::{Pattern, Resource, ResourceKind, error_name};
use asl_value::Value;
use async_trait::async_trait;

use crate::in_process::{InProcess, OwnServices};
use crate::integration::Integration;
use crate::{Caller, Config, ConfigError, Polling, optimised, sdk, serves};

/// Does the work of tasks by calling AWS: Lambda functions, `aws-sdk:*` of every service, the optimised integrations with
/// `.sync` and `.waitForTaskToken`, `http:invoke`, `apigateway:invoke` and `eks:*`. It also reads and writes the objects of
/// distributed Maps in S3, as an [`ObjectStore`](asl_engine::ObjectStore).
///
/// Give it to an [`Engine`](asl_engine::Engine) as its handler, or as the fallback of a
/// [`Registry`](asl_engine::Registry) whose functions do the other tasks. Results and errors match those of Step
/// Functions. To call AWS outside of a task, use a [`Caller`].
///
/// Two things depend on what runs the machine. A task with `.waitForTaskToken` is refused unless
/// [`with_tokens`](Aws::with_tokens) promises that tokens come back. Activities are never served, because only
/// Step Functions itself distributes their tasks.
///
/// Cloning is cheap; clones share connections and credentials.
///
/// ```
/// use asl_aws::{Aws, Config};
/// use asl_engine::{Engine, Registry, TaskHandler};
/// use asl_model::Resource;
///
/// let aws = Aws::new(Config::new("eu-west-1"));
/// assert!(aws.serves(&Resource::from("arn:aws:states:::sqs:sendMessage")).is_ok());
/// assert!(aws.serves(&Resource::from("arn:aws:states:::aws-sdk:sqs:sendMesage")).is_err());
/// let engine = Engine::builder().tasks(Registry::new().fallback(aws)).build();
/// # let _ = engine;
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-services.html>
#[derive(Debug, Clone)]
pub struct Aws {
    caller: Caller,
    polling: Polling,
    own: OwnServices,
    has_tokens: bool,
}

impl Aws {
    /// A handler with region, endpoints and credentials from the environment; see [`Config::from_env`].
    ///
    /// # Errors
    /// Names each variable that is missing or wrong.
    pub fn from_env() -> Result<Aws, ConfigError> {
        Ok(Aws::new(Config::from_env()?))
    }

    /// A handler with these settings. It connects to nothing before its first task.
    pub fn new(config: Config) -> Aws {
        Aws {
            caller: Caller::new(config),
            polling: Polling::default(),
            own: OwnServices::default(),
            has_tokens: false,
        }
    }

    /// Sets how often `.sync` tasks ask for the status of their jobs.
    #[must_use]
    pub fn with_polling(self, polling: Polling) -> Aws {
        Aws { polling, ..self }
    }

    /// Declares that the caller delivers task tokens. A `.waitForTaskToken` call never completes by itself; the caller must
    /// drop its future when the token arrives. Without this declaration such tasks are refused.
    #[must_use]
    pub fn with_tokens(self) -> Aws {
        Aws { has_tokens: true, ..self }
    }

    /// Sends the tasks of `aws-sdk:NAME:action` to `service` instead of AWS or an endpoint: `sfn` in a process that is
    /// itself the Step Functions API. The service's protocol must be one of the two plain JSON protocols.
    #[must_use]
    pub fn with_own_service(mut self, name: &'static str, service: Arc<dyn InProcess>) -> Aws {
        self.own.add(name, service);
        self
    }

    /// The client that signs and sends.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }
}

fn unserved(resource: &Resource) -> Failure {
    Failure::new(error_name::RUNTIME, sdk::unrecognized(resource))
}

#[async_trait]
impl TaskHandler for Aws {
    fn serves(&self, resource: &Resource) -> Result<(), TaskRefusal> {
        serves::serves(&self.caller, resource).map_err(TaskRefusal::new)
    }

    fn check(&self, _: &str, resource: &Resource, arguments: &mut Value) -> Result<(), TaskRefusal> {
        let ResourceKind::Service { service, action, pattern } = resource.kind() else { return Ok(()) };
        if pattern == Pattern::WaitForTaskToken && !self.has_tokens {
            let message = format!("`{resource}` needs a task token, which cannot be returned here");
            return Err(TaskRefusal::new(message));
        }
        match Integration::of(service, action, pattern) {
            Some(integration) => {
                let checked = integration.check(&self.caller, resource, pattern, arguments);
                checked.map_err(TaskRefusal::new)
            }
            None => Err(TaskRefusal::new(sdk::unrecognized(resource))),
        }
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match task.resource.kind() {
            ResourceKind::Lambda { .. } => optimised::call_function(&self.caller, &task).await,
            ResourceKind::Service { service, action, pattern } => {
                match Integration::of(service, action, pattern) {
                    Some(integration) => {
                        integration.run(&self.caller, self.polling, &self.own, &task, pattern).await
                    }
                    None => Err(unserved(task.resource)),
                }
            }
            _ => Err(unserved(task.resource)),
        }
    }

    fn restored(&self) {
        self.caller.restored();
    }
}

//! [`Aws`]: the task handler.

use std::sync::Arc;

use asl_engine::{Failure, Task, TaskHandler};
use asl_model::{Pattern, Resource, ResourceKind, error_name};
use asl_value::Value;
use async_trait::async_trait;

use crate::in_process::{InProcess, OwnServices};
use crate::optimised::{self, Service};
use crate::sync::{self, Job, Polling};
use crate::{Caller, Config, ConfigError, Known, apigateway, http_task, known, kubernetes, sdk, serves};

/// Calls AWS for every task that names one of its services.
///
/// Cloning it is cheap; clones share connections and credentials.
#[derive(Debug, Clone)]
pub struct Aws {
    caller: Caller,
    polling: Polling,
    own: OwnServices,
    has_tokens: bool,
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
        Aws {
            caller: Caller::new(config),
            polling: Polling::default(),
            own: OwnServices::default(),
            has_tokens: false,
        }
    }

    /// How often the jobs of `.sync` are looked at.
    #[must_use]
    pub fn with_polling(self, polling: Polling) -> Aws {
        Aws { polling, ..self }
    }

    /// Promises that whoever calls this handler hands task tokens back: it drops the call of a `.waitForTaskToken` task,
    /// which itself never ends well, when the token comes. Without the promise such tasks are refused.
    #[must_use]
    pub fn with_tokens(self) -> Aws {
        Aws { has_tokens: true, ..self }
    }

    /// Asks `service` for the tasks of `aws-sdk:NAME:action`, instead of AWS or an endpoint: `sfn` of a process that is
    /// the Step Functions API. Its protocol must be one of the two of plain JSON.
    #[must_use]
    pub fn with_own_service(mut self, name: &'static str, service: Arc<dyn InProcess>) -> Aws {
        self.own.add(name, service);
        self
    }

    /// What signs and sends.
    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    pub(crate) fn own(&self, service: &str) -> Option<&dyn InProcess> {
        self.own.get(service)
    }

    pub(crate) fn polling(&self) -> Polling {
        self.polling
    }

    async fn service(
        &self,
        task: &Task<'_>,
        service: &str,
        action: &str,
        pattern: Pattern,
    ) -> Result<Value, Failure> {
        let start = Start::of(service, action, pattern).ok_or_else(|| unserved(task.resource))?;
        let started = match &start {
            Start::Http => return http_task::invoke(self, task).await,
            Start::Kubernetes => kubernetes::call(self, task, action, pattern).await?,
            Start::ApiGateway => apigateway::invoke(self, task).await?,
            Start::Sdk { service } => sdk::call(self, service, action, task).await?,
            Start::Optimised { service, .. } => optimised::start(self, task, service, action).await?,
        };
        match (pattern, start) {
            (Pattern::WaitForTaskToken, _) => {
                task.submitted(started);
                // The token ends it from outside.
                std::future::pending().await
            }
            (_, Start::Optimised { service, job: Some(job) }) => {
                task.submitted(started.clone());
                sync::wait(self, task, service, job, pattern, &started).await
            }
            _ => Ok(started),
        }
    }
}

/// How the work of a task begins.
pub(crate) enum Start<'a> {
    Http,
    ApiGateway,
    Kubernetes,
    Sdk { service: &'a str },
    Optimised { service: &'static Service, job: Option<&'static Job> },
}

impl Start<'_> {
    /// `None`: no integration of this crate.
    pub(crate) fn of<'a>(service: &'a str, action: &str, pattern: Pattern) -> Option<Start<'a>> {
        let is_job = matches!(pattern, Pattern::Sync | Pattern::Sync2);
        match service.strip_prefix("aws-sdk:") {
            None if service == "http" => Some(Start::Http),
            None if service == "apigateway" => Some(Start::ApiGateway),
            None if service == "eks" && (action == "runJob" || action == "call" && !is_job) => {
                Some(Start::Kubernetes)
            }
            Some(service) => (!is_job).then_some(Start::Sdk { service }),
            None => {
                let job = if is_job { Some(Job::of(service, action)?) } else { None };
                Some(Start::Optimised { service: Service::named(service)?, job })
            }
        }
    }
}

fn unserved(resource: &Resource) -> Failure {
    Failure::new(error_name::RUNTIME, unrecognized(resource))
}

/// In AWS's words, which refuses the definition.
fn unrecognized(resource: &Resource) -> String {
    format!(
        "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the resource is not \
         available in this region."
    )
}

#[async_trait]
impl TaskHandler for Aws {
    fn serves(&self, resource: &Resource) -> Result<(), String> {
        serves::serves(&self.caller, resource)
    }

    fn check(&self, _: &str, resource: &Resource, arguments: &mut Value) -> Result<(), String> {
        let ResourceKind::Service { service, action, pattern } = resource.kind() else { return Ok(()) };
        if pattern == Pattern::WaitForTaskToken && !self.has_tokens {
            return Err(format!("nobody can hand back the token of a task of `{resource}` here"));
        }
        if (service, pattern) == ("ecs", Pattern::Sync) {
            optimised::ecs::mark(arguments);
        }
        let reach = self.caller.config().reach;
        match (service.strip_prefix("aws-sdk:"), service) {
            (Some(service), _) if known(service, action) == Known::Removed => {
                Err(format!("{} AWS has removed its integration with `{service}`.", unrecognized(resource)))
            }
            (Some(service), _)
                if matches!(known(service, action), Known::UnknownService | Known::UnknownAction) =>
            {
                Err(unrecognized(resource))
            }
            (Some(service), _) => sdk::check(&self.caller, service, action, arguments),
            (None, "http") => http_task::check(reach, arguments),
            (None, "eks") if matches!(action, "call" | "runJob") => {
                kubernetes::check(reach, action, arguments)
            }
            (None, "apigateway") => apigateway::check(reach, arguments),
            (None, service) => optimised::check(&self.caller, service, action, arguments),
        }
    }

    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match task.resource.kind() {
            ResourceKind::Lambda { .. } => {
                let service = Service::named("lambda").ok_or_else(|| unserved(task.resource))?;
                optimised::lambda::by_arn(self, &task, service).await
            }
            ResourceKind::Service { service, action, pattern } => {
                self.service(&task, service, action, pattern).await
            }
            _ => Err(unserved(task.resource)),
        }
    }

    fn restored(&self) {
        self.caller.restored();
    }
}

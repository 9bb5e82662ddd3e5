//! [`Integration`]: which integration does the work of a task.

use asl_engine::{Failure, Task};
use asl_model::{Pattern, Resource};
use asl_value::Value;

use crate::in_process::OwnServices;
use crate::kubernetes::ClusterAction;
use crate::optimised::{self, OptimisedService, OptimisedTask};
use crate::sync::{self, Job};
use crate::{Caller, Polling, apigateway, http_task, kubernetes, sdk};

/// The integration in `arn:aws:states:::SERVICE:ACTION`.
pub(crate) enum Integration<'a> {
    Http,
    ApiGateway,
    Kubernetes(ClusterAction),
    Sdk { service: &'a str, action: &'a str },
    Optimised { service: &'static OptimisedService, action: &'a str, job: Option<&'static Job> },
}

impl<'a> Integration<'a> {
    /// `None` if Step Functions has no such integration.
    pub(crate) fn of(service: &'a str, action: &'a str, pattern: Pattern) -> Option<Integration<'a>> {
        let is_job = matches!(pattern, Pattern::Sync | Pattern::Sync2);
        if let Some(service) = service.strip_prefix("aws-sdk:") {
            return (!is_job).then_some(Integration::Sdk { service, action });
        }
        Some(match (service, action) {
            ("http", _) => Integration::Http,
            ("apigateway", _) => Integration::ApiGateway,
            ("eks", "runJob") => Integration::Kubernetes(ClusterAction::RunJob),
            ("eks", "call") if !is_job => Integration::Kubernetes(ClusterAction::Call),
            _ => {
                let job = if is_job { Some(sync::jobs::of(service, action)?) } else { None };
                Integration::Optimised { service: OptimisedService::named(service)?, action, job }
            }
        })
    }

    /// Refuses arguments that no attempt could succeed with, and completes the others.
    ///
    /// # Errors
    /// AWS's text about the problem.
    pub(crate) fn check(
        &self,
        caller: &Caller,
        resource: &Resource,
        pattern: Pattern,
        arguments: &mut Value,
    ) -> Result<(), String> {
        let reach = caller.config().reach;
        match *self {
            Integration::Http => http_task::check(reach, arguments),
            Integration::ApiGateway => apigateway::check(reach, arguments),
            Integration::Kubernetes(action) => kubernetes::check(caller.config(), action, arguments),
            Integration::Sdk { service, action } => sdk::check(caller, resource, service, action, arguments),
            Integration::Optimised { service, action, .. } => {
                optimised::check(caller, service, action, pattern, arguments)
            }
        }
    }

    /// Does the work of a task.
    pub(crate) async fn run(
        &self,
        caller: &Caller,
        polling: Polling,
        own: &OwnServices,
        task: &Task<'_>,
        pattern: Pattern,
    ) -> Result<Value, Failure> {
        // What an earlier process has started is not started again.
        let earlier = task.resumed().and_then(|earlier| earlier.submitted);
        let started = match (self, earlier) {
            (Integration::Http, _) => return http_task::invoke(caller, task).await,
            (Integration::Kubernetes(action), earlier) => {
                kubernetes::call(caller, polling, task, *action, pattern, earlier).await?
            }
            (_, Some(started)) => started,
            (Integration::ApiGateway, None) => apigateway::invoke(caller, task).await?,
            (Integration::Sdk { service, action }, None) => {
                sdk::call(caller, own.get(service), service, action, task).await?
            }
            (Integration::Optimised { service, action, .. }, None) => {
                optimised::start(&OptimisedTask { caller, task, service, action }).await?
            }
        };
        match (pattern, self) {
            (Pattern::WaitForTaskToken, _) => {
                task.submitted(started);
                // The token ends the task from outside.
                std::future::pending().await
            }
            (_, Integration::Optimised { service, job: Some(job), .. }) => {
                task.submitted(started.clone());
                sync::wait(caller, polling, task, service, job, pattern, &started).await
            }
            _ => Ok(started),
        }
    }
}

//! The optimised integrations: how each differs from plainly calling an operation.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/integrate-optimized.html>

mod agentcore;
mod bedrock;
mod ecs;
mod emr;
mod emr_serverless;
mod events;
mod lambda;
mod sdk1;
mod service;
mod sqs;
pub(crate) mod states;
mod task;

use asl_engine::Failure;
use asl_model::Pattern;
use asl_value::Value;

use crate::arguments::{self, unusable};
use crate::caller::operation;
use crate::{Caller, Names};
pub(crate) use lambda::call_function;
use sdk1::with_metadata;
pub(crate) use service::{OptimisedService, Special};
pub(crate) use task::OptimisedTask;
use task::members;

/// Starts the work of a task, and returns the result of a request-response task.
pub(crate) async fn start(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    match task.service.special {
        Special::AgentCore => agentcore::invoke_harness(task).await,
        Special::Bedrock if task.action == "invokeModel" => bedrock::invoke_model(task).await,
        Special::Ecs => ecs::run_task(task).await,
        Special::Emr => emr::call(task).await,
        Special::EmrServerless => emr_serverless::call(task).await,
        Special::Events => events::put_events(task).await,
        Special::Lambda => lambda::invoke(task).await,
        Special::Sqs => sqs::send_message(task).await,
        Special::Bedrock | Special::States | Special::Nothing => {
            let answer = task.send(task.action, task.arguments().clone()).await?;
            Ok(with_metadata(members(&answer.output), &answer))
        }
    }
}

/// Refuses arguments that the operation does not take, or that have another type, and completes the others.
pub(crate) fn check(
    caller: &Caller,
    service: &OptimisedService,
    action: &str,
    pattern: Pattern,
    arguments: &mut Value,
) -> Result<(), String> {
    if service.special == Special::Ecs && pattern == Pattern::Sync {
        ecs::mark(arguments);
    }
    let (operation_name, params) = match service.special {
        Special::Bedrock if action == "invokeModel" => (action, bedrock::request(arguments)),
        Special::Emr => match emr::request(action, arguments) {
            Some(request) => request,
            None => return Ok(()),
        },
        _ => (action, arguments.clone()),
    };
    let known = caller.service(service.sdk_name(operation_name))?;
    let operation = operation(&known, operation_name).map_err(|error| error.message)?;
    let problems = arguments::problems(&known, &operation, &params, Names::Model).join(", ");
    if problems.is_empty() {
        return Ok(());
    }
    let problems = match service.special {
        Special::Emr => emr::in_own_names(action, problems),
        _ => problems,
    };
    Err(unusable(arguments, &problems))
}

#[cfg(test)]
mod tests;

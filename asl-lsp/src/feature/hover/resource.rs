//! Words of the language: types of states, resources, error names.

use asl_model::{Pattern, Resource, ResourceKind};

use crate::document::Definition;
use crate::reference::errors;
use crate::services;
use crate::syntax::NodeId;

/// What the value of a field is.
pub(super) fn of_value(definition: &Definition, node: NodeId, value: &str) -> Option<String> {
    let tree = &definition.tree;
    if let Some(member) = tree.member_of(node) {
        return match member.key.value.as_str() {
            "Resource" => of_resource(value),
            "Type" => of_type(value),
            "Error" => errors::about(value).map(|about| format!("**`{value}`**\n\n{about}")),
            _ => None,
        };
    }
    let list = tree.parent(node)?;
    let in_list = tree.member_of(list).is_some_and(|member| member.key.value == "ErrorEquals");
    let about = errors::about(value).filter(|_| in_list)?;
    Some(format!("**`{value}`**\n\n{about}"))
}

fn of_type(kind: &str) -> Option<String> {
    let about = match kind {
        "Task" => "Does work: calls a service, a function or an activity.",
        "Pass" => "Passes its input on, or computes an output.",
        "Choice" => "Selects the next state by the first rule that is true.",
        "Wait" => "Waits for some time, or until an instant.",
        "Succeed" => "Ends the machine with success.",
        "Fail" => "Ends the machine with an error.",
        "Parallel" => "Runs branches concurrently. Its result is an array of their outputs.",
        "Map" => "Runs a machine for each item. Its result is an array of the outputs.",
        _ => return None,
    };
    Some(format!("**{kind}** state\n\n{about}"))
}

fn of_resource(arn: &str) -> Option<String> {
    let resource = Resource::from(arn);
    Some(match resource.kind() {
        ResourceKind::Lambda { function, qualifier } => {
            let qualifier =
                qualifier.map(|qualifier| format!(", version or alias `{qualifier}`")).unwrap_or_default();
            format!(
                "The Lambda function **`{function}`**{qualifier}, called directly: its input is the input of the state, and its result is the payload alone."
            )
        }
        ResourceKind::Activity { name } => {
            format!("The activity **`{name}`**: a worker polls for the task and reports its result.")
        }
        ResourceKind::Service { service, action, pattern } => {
            let waits = match pattern {
                Pattern::RequestResponse => "The state ends when the service has responded.",
                Pattern::Sync => "The state ends when the job that it starts has ended.",
                Pattern::Sync2 => {
                    "The state ends when the job that it starts has ended. The output is JSON, not a text."
                }
                Pattern::WaitForTaskToken => {
                    "The state ends when `$$.Task.Token` is returned by SendTaskSuccess or SendTaskFailure."
                }
            };
            let kind = if service.starts_with("aws-sdk:") {
                "An SDK integration"
            } else {
                "An optimised integration"
            };
            format!(
                "**`{service}:{action}`**\n\n{kind} of Step Functions. {waits}{}",
                required(service, action)
            )
        }
        _ => return None,
    })
}

/// The parameters that a service requires.
fn required(service: &str, action: &str) -> String {
    let all = services::parameters(service, action, &[]);
    let required: Vec<String> = all
        .into_iter()
        .filter(|parameter| parameter.is_required)
        .map(|parameter| format!("`{}`", parameter.name))
        .collect();
    match required.is_empty() {
        true => String::new(),
        false => format!("\n\nRequired: {}.", required.join(", ")),
    }
}

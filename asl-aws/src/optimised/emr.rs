//! `elasticmapreduce:*`: operations of EMR under other names, for one thing at a time.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html>

use asl_engine::{Failure, Task};
use asl_model::error_name;
use asl_value::{Object, Value, json};

use super::{Service, members, send, with_metadata};
use crate::path::{at, text};
use crate::{Answer, Aws};

/// How an action calls EMR: its operation, and its arguments' names there.
struct Action {
    name: &'static str,
    operation: &'static str,
    /// `ClusterId` as `JobFlowIds[]`: the only element of a list.
    renamed: &'static [(&'static str, &'static str)],
    /// The result: its name, and where it is in the answer or, after `$`, in the arguments.
    result: (&'static str, &'static str),
}

static ACTIONS: &[Action] = &[
    Action {
        name: "createCluster",
        operation: "runJobFlow",
        renamed: &[],
        result: ("ClusterId", "JobFlowId"),
    },
    Action {
        name: "terminateCluster",
        operation: "terminateJobFlows",
        renamed: &[("ClusterId", "JobFlowIds[]")],
        result: ("ClusterId", "$ClusterId"),
    },
    Action {
        name: "addStep",
        operation: "addJobFlowSteps",
        renamed: &[("ClusterId", "JobFlowId"), ("Step", "Steps[]")],
        result: ("StepId", "StepIds[0]"),
    },
    Action {
        name: "cancelStep",
        operation: "cancelSteps",
        renamed: &[("StepId", "StepIds[]")],
        result: ("CancelStepsInfo", "CancelStepsInfoList[0]"),
    },
    Action {
        name: "setClusterTerminationProtection",
        operation: "setTerminationProtection",
        renamed: &[("ClusterId", "JobFlowIds[]")],
        result: ("ClusterId", "$ClusterId"),
    },
];

pub(super) async fn call(
    aws: &Aws,
    task: &Task<'_>,
    service: &Service,
    action: &str,
) -> Result<Value, Failure> {
    let arguments = &task.arguments;
    match action {
        "modifyInstanceFleetByName" => {
            let id = id_of(aws, task, service, "listInstanceFleets", "InstanceFleets", "InstanceFleetName")
                .await?;
            let answer = send(aws, task, service, "modifyInstanceFleet", fleet(arguments, id)).await?;
            Ok(with_metadata(members(&answer.output), &answer))
        }
        "modifyInstanceGroupByName" => {
            let id = id_of(aws, task, service, "listInstanceGroups", "InstanceGroups", "InstanceGroupName")
                .await?;
            let answer = send(aws, task, service, "modifyInstanceGroups", group(arguments, id)).await?;
            Ok(with_metadata(members(&answer.output), &answer))
        }
        _ => {
            let known = ACTIONS.iter().find(|known| known.name == action);
            let Some(known) = known else {
                return Err(Failure::new(
                    error_name::RUNTIME,
                    format!("there is no elasticmapreduce:{action}"),
                ));
            };
            let answer = send(aws, task, service, known.operation, known.request(arguments)).await?;
            Ok(known.result(arguments, &answer))
        }
    }
}

/// The operation of an action and its parameters; `None` if there is no such action. Of what is known by its name, any id.
pub(super) fn request(action: &str, arguments: &Value) -> Option<(&'static str, Value)> {
    let id = || Value::from("");
    Some(match action {
        "modifyInstanceFleetByName" => ("modifyInstanceFleet", fleet(arguments, id())),
        "modifyInstanceGroupByName" => ("modifyInstanceGroups", group(arguments, id())),
        _ => {
            let known = ACTIONS.iter().find(|known| known.name == action)?;
            (known.operation, known.request(arguments))
        }
    })
}

/// What is wrong with parameters, by the names that the action has for them.
pub(super) fn in_own_names(action: &str, problems: String) -> String {
    let renamed = ACTIONS.iter().find(|known| known.name == action).map_or(&[][..], |known| known.renamed);
    renamed.iter().fold(problems, |problems, (own, operations)| {
        problems.replace(&format!("'{}'", operations.trim_end_matches("[]")), &format!("'{own}'"))
    })
}

fn fleet(arguments: &Value, id: Value) -> Value {
    let mut params = members(arguments);
    params.remove("InstanceFleetName");
    if let Some(Value::Object(mut fleet)) = params.remove("InstanceFleet") {
        fleet.insert("InstanceFleetId", id);
        params.insert("InstanceFleet", Value::Object(fleet));
    }
    Value::Object(params)
}

fn group(arguments: &Value, id: Value) -> Value {
    let mut params = members(arguments);
    params.remove("InstanceGroupName");
    if let Some(Value::Object(mut group)) = params.remove("InstanceGroup") {
        group.insert("InstanceGroupId", id);
        params.insert("InstanceGroups", Value::from_iter([Value::Object(group)]));
    }
    Value::Object(params)
}

impl Action {
    fn request(&self, arguments: &Value) -> Value {
        let rename = |(name, value): (asl_value::Text, Value)| {
            let renamed = self.renamed.iter().find(|(known, _)| *known == name.as_str());
            match renamed.map(|(_, renamed)| renamed.strip_suffix("[]").ok_or(*renamed)) {
                Some(Ok(list)) => (list.into(), Value::from_iter([value])),
                Some(Err(renamed)) => (renamed.into(), value),
                None => (name, value),
            }
        };
        Value::Object(members(arguments).into_members().into_iter().map(rename).collect())
    }

    fn result(&self, arguments: &Value, answer: &Answer) -> Value {
        let (name, place) = self.result;
        let found = match place.strip_prefix('$') {
            Some(name) => arguments.get(name),
            None => at(&answer.output, place),
        };
        let found = found.cloned().unwrap_or_default();
        let mut result: Object = [(name, found)].into_iter().collect();
        if let Some(arn) = answer.output.get("ClusterArn") {
            result.insert("ClusterArn", arn.clone());
        }
        with_metadata(result, answer)
    }
}

/// The id of the fleet or group that an argument names.
async fn id_of(
    aws: &Aws,
    task: &Task<'_>,
    service: &Service,
    operation: &str,
    list: &str,
    argument: &str,
) -> Result<Value, Failure> {
    let params = json!({"ClusterId": text(&task.arguments, "ClusterId")});
    let answer = send(aws, task, service, operation, params).await?;
    let name = text(&task.arguments, argument);
    let known = answer.output.get(list).and_then(Value::as_array);
    let found = known.and_then(|known| known.iter().find(|known| text(known, "Name") == name));
    found.and_then(|found| found.get("Id")).cloned().ok_or_else(|| {
        // UNRECORDED: the error for a fleet or group of EMR that does not exist.
        let message = format!("The cluster has no {} named '{name}'", argument.trim_end_matches("Name"));
        Failure::new(format!("{}.AmazonElasticMapReduceException", service.prefix), message)
    })
}

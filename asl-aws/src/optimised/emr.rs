//! `elasticmapreduce:*`: actions with names of their own, each for one cluster, step, fleet or group, where operations of
//! EMR take lists.
//!
//! Source: <https://docs.aws.amazon.com/step-functions/latest/dg/connect-emr.html>

use asl_engine::Failure;
use asl_model::error_name;
use asl_value::{Object, Value, json};

use super::sdk1::with_metadata;
use super::task::{OptimisedTask, members};
use crate::Answer;
use crate::params::{Param, answer, answer_at, argument, renamed};
use crate::path::text;

/// How an action calls EMR, as data.
struct Action {
    name: &'static str,
    operation: &'static str,
    /// The arguments that the operation takes under another name.
    renamed: &'static [Param],
    /// The member of the result.
    result: Param,
}

static ACTIONS: &[Action] = &[
    Action {
        name: "createCluster",
        operation: "runJobFlow",
        renamed: &[],
        result: answer_at("ClusterId", "JobFlowId"),
    },
    Action {
        name: "terminateCluster",
        operation: "terminateJobFlows",
        renamed: &[renamed("JobFlowIds", "ClusterId").in_list()],
        result: argument("ClusterId"),
    },
    Action {
        name: "addStep",
        operation: "addJobFlowSteps",
        renamed: &[renamed("JobFlowId", "ClusterId"), renamed("Steps", "Step").in_list()],
        result: answer_at("StepId", "StepIds[0]"),
    },
    Action {
        name: "cancelStep",
        operation: "cancelSteps",
        renamed: &[renamed("StepIds", "StepId").in_list()],
        result: answer_at("CancelStepsInfo", "CancelStepsInfoList[0]"),
    },
    Action {
        name: "setClusterTerminationProtection",
        operation: "setTerminationProtection",
        renamed: &[renamed("JobFlowIds", "ClusterId").in_list()],
        result: argument("ClusterId"),
    },
];

pub(super) async fn call(task: &OptimisedTask<'_>) -> Result<Value, Failure> {
    let arguments = task.arguments();
    match task.action {
        "modifyInstanceFleetByName" => {
            let id = id_of(task, "listInstanceFleets", "InstanceFleets", "InstanceFleetName").await?;
            let answer = task.send("modifyInstanceFleet", fleet(arguments, id)).await?;
            Ok(with_metadata(members(&answer.output), &answer))
        }
        "modifyInstanceGroupByName" => {
            let id = id_of(task, "listInstanceGroups", "InstanceGroups", "InstanceGroupName").await?;
            let answer = task.send("modifyInstanceGroups", group(arguments, id)).await?;
            Ok(with_metadata(members(&answer.output), &answer))
        }
        name => {
            let Some(action) = Action::named(name) else {
                return Err(Failure::new(
                    error_name::RUNTIME,
                    format!("there is no elasticmapreduce:{name}"),
                ));
            };
            let answer = task.send(action.operation, action.request(arguments)).await?;
            Ok(action.result(arguments, &answer))
        }
    }
}

/// The operation of an action and its parameters, with an empty id for a fleet or group that is given by name. `None` for
/// an unknown action.
pub(super) fn request(action: &str, arguments: &Value) -> Option<(&'static str, Value)> {
    let id = || Value::from("");
    Some(match action {
        "modifyInstanceFleetByName" => ("modifyInstanceFleet", fleet(arguments, id())),
        "modifyInstanceGroupByName" => ("modifyInstanceGroups", group(arguments, id())),
        _ => {
            let action = Action::named(action)?;
            (action.operation, action.request(arguments))
        }
    })
}

/// Replaces the operation's names in a text about problems with the action's own.
pub(super) fn in_own_names(action: &str, problems: String) -> String {
    let renamed = Action::named(action).map_or(&[][..], |action| action.renamed);
    renamed.iter().fold(problems, |problems, param| match param.argument() {
        Some(own) => problems.replace(&format!("'{}'", param.name), &format!("'{own}'")),
        None => problems,
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
    fn named(name: &str) -> Option<&'static Action> {
        ACTIONS.iter().find(|action| action.name == name)
    }

    fn request(&self, arguments: &Value) -> Value {
        let mut params = Object::new();
        for (name, value) in members(arguments).into_members() {
            match self.renamed.iter().find(|param| param.argument() == Some(name.as_str())) {
                Some(param) => param.add(&mut params, arguments, &Value::Null),
                None => drop(params.insert(name, value)),
            }
        }
        Value::Object(params)
    }

    fn result(&self, arguments: &Value, answer: &Answer) -> Value {
        let mut result: Object = [(self.result.name, Value::Null)].into_iter().collect();
        self.result.add(&mut result, arguments, &answer.output);
        CLUSTER_ARN.add(&mut result, arguments, &answer.output);
        with_metadata(result, answer)
    }
}

const CLUSTER_ARN: Param = answer("ClusterArn");

/// The id of the fleet or group whose name is in an argument.
async fn id_of(
    task: &OptimisedTask<'_>,
    operation: &str,
    list: &str,
    argument: &str,
) -> Result<Value, Failure> {
    let params = json!({"ClusterId": text(task.arguments(), "ClusterId")});
    let answer = task.send(operation, params).await?;
    let name = text(task.arguments(), argument);
    let known = answer.output.get(list).and_then(Value::as_array);
    let found = known.and_then(|known| known.iter().find(|known| text(known, "Name") == name));
    found.and_then(|found| found.get("Id")).cloned().ok_or_else(|| {
        // UNRECORDED: the error for a fleet or group of EMR that does not exist.
        let message = format!("The cluster has no {} named '{name}'", argument.trim_end_matches("Name"));
        Failure::new(format!("{}.AmazonElasticMapReduceException", task.service.prefix), message)
    })
}

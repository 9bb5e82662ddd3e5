//! [`policy()`]: what a machine's role must be allowed to do.

mod facts;
mod grants;
mod options;
mod resource;
mod scope;
mod sdk;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use asl_model::StateMachine;
use asl_value::{Array, Object, Value, json};

use grants::Grants;
pub use options::PolicyOptions;
use scope::StatementScope;

/// An IAM policy, with notes for people who review it.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// `{"Version": "2012-10-17", "Statement": [{"Sid", "Effect", "Action", "Resource", "Condition"?}]}`
    pub document: Value,
    /// One line each: resources that are computed at run time and are patterns in the policy, and tasks that run as another
    /// role.
    pub notes: Vec<String>,
}

/// The least-privilege policy for the role of a machine, including nested machines.
///
/// Use it to write or to review a role. It covers Lambda functions, optimised and SDK integrations, HTTP tasks, distributed
/// Maps and, if the options say so, logging and tracing. The permissions of the workers of an activity, or of a cluster's
/// access rules, are not part of it.
///
/// The resources of a task are those that its `Parameters` or `Arguments` name. If they are computed, the statement's `Sid`
/// ends with `ResourceComputed` and its ARN is a pattern, which you should narrow. A task with `Credentials` needs a role of
/// its own, which the machine's role only has to assume.
///
/// ```
/// use asl_aws::{PolicyOptions, policy};
/// use asl_model::{Source, parse};
/// let source = Source::json(r#"{"StartAt": "Put", "States": {"Put": {
///     "Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem",
///     "Parameters": {"TableName": "orders", "Item.$": "$"}, "End": true}}}"#);
/// let machine = parse(&source).machine.unwrap();
/// let options = PolicyOptions { region: "eu-west-1".into(), ..PolicyOptions::default() };
/// let statement = policy(&machine, &options).document["Statement"][0].clone();
/// assert_eq!(statement["Action"][0], "dynamodb:PutItem".into());
/// assert_eq!(statement["Resource"][0], "arn:aws:dynamodb:eu-west-1:*:table/orders".into());
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html>
pub fn policy(machine: &StateMachine, options: &PolicyOptions) -> Policy {
    let mut grants = Grants::new(options);
    grants.of_machine(machine);
    if options.logs {
        grants.unscoped(facts::LOGS);
    }
    if options.traces {
        grants.unscoped(facts::TRACES);
    }
    let (scopes, notes) = grants.into_parts();
    let mut statements: BTreeMap<(StatementScope, BTreeSet<String>), Vec<String>> = BTreeMap::new();
    for ((scope, resource), actions) in scopes {
        statements.entry((scope, actions)).or_default().push(resource);
    }
    let mut ids = BTreeSet::new();
    let mut list: Vec<Value> = statements
        .iter()
        .map(|((scope, actions), resources)| {
            statement(unique(scope.id(actions), &mut ids), scope, actions, resources)
        })
        .collect();
    if list.is_empty() {
        // AWS's advice for a machine without tasks, since a policy needs a statement.
        list.push(json!({"Sid": "NoTasks", "Effect": "Deny", "Action": "*", "Resource": "*"}));
    }
    Policy { document: json!({"Version": "2012-10-17", "Statement": Value::from_iter(list)}), notes }
}

fn unique(id: String, taken: &mut BTreeSet<String>) -> String {
    let mut candidate = id.clone();
    let mut number = 2;
    while !taken.insert(candidate.clone()) {
        candidate = format!("{id}{number}");
        number += 1;
    }
    candidate
}

fn statement(id: String, scope: &StatementScope, actions: &BTreeSet<String>, resources: &[String]) -> Value {
    let actions: Array = actions.iter().map(|action| format!("{}:{action}", scope.service).into()).collect();
    let resources: Array = resources.iter().map(|resource| resource.as_str().into()).collect();
    let mut members = Object::new();
    members.insert("Sid", id.into());
    members.insert("Effect", "Allow".into());
    members.insert("Action", Value::Array(actions));
    members.insert("Resource", Value::Array(resources));
    if !scope.conditions.is_empty() {
        let mut tests = Object::new();
        for [operator, key, value] in &scope.conditions {
            let test: Object = [(key.as_str(), Value::from(value.as_str()))].into_iter().collect();
            tests.insert(operator.as_str(), Value::Object(test));
        }
        members.insert("Condition", Value::Object(tests));
    }
    Value::Object(members)
}

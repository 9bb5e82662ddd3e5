//! What the API shows of a machine and an activity.

use serde_json::{Map, Value, json};

use super::super::client::Client;
use crate::Result;

/// What is shown when there is neither.
pub(super) fn nothing() -> Value {
    json!({"machine": null, "versions": {}, "aliases": {}, "tags": {}, "activity": null, "activityTags": {}})
}

/// `{"machine": {"definition": "{…}", "revisionId": …, "creationDate": …}, "versions": {"arn:…:1": {…}}, "aliases":
/// {"arn:…:a": {…}}, "tags": {"k": "v"}, "activity": {"creationDate": …}, "activityTags": {…}}`
pub(super) fn take(client: &Client, machine: &str, activity: &str) -> Result<Value> {
    let mut snapshot = nothing();
    let of_machine = json!({"stateMachineArn": machine});
    if let Some(described) = if_exists(client, "DescribeStateMachine", &of_machine)? {
        snapshot["machine"] = members(&described, &["definition", "revisionId", "creationDate", "status"]);
        for (action, list, arn, describe, shown) in [
            (
                "ListStateMachineVersions",
                "stateMachineVersions",
                "stateMachineVersionArn",
                ("DescribeStateMachine", "stateMachineArn", "versions"),
                &["definition", "description", "creationDate"][..],
            ),
            (
                "ListStateMachineAliases",
                "stateMachineAliases",
                "stateMachineAliasArn",
                ("DescribeStateMachineAlias", "stateMachineAliasArn", "aliases"),
                &["routingConfiguration", "description", "creationDate"][..],
            ),
        ] {
            let (describe, parameter, member) = describe;
            for item in client.list(action, list, &of_machine)? {
                let arn = item[arn].as_str().unwrap_or_default();
                let described = client.ask(describe, &json!({parameter: arn}))?;
                snapshot[member][arn] = members(&described, shown);
            }
        }
        snapshot["tags"] = tags(client, machine)?;
    }
    let listed = client.list("ListStateMachines", "stateMachines", &json!({}))?;
    let is_listed = listed.iter().any(|listed| listed["stateMachineArn"] == *machine);
    if is_listed == snapshot["machine"].is_null() {
        return Err(
            format!("{machine} is listed: {is_listed}, and described as {}", snapshot["machine"]).into()
        );
    }
    if let Some(described) = if_exists(client, "DescribeActivity", &json!({"activityArn": activity}))? {
        snapshot["activity"] = members(&described, &["creationDate"]);
        snapshot["activityTags"] = tags(client, activity)?;
    }
    Ok(snapshot)
}

/// The members in which two snapshots differ.
pub(super) fn differing<'a>(expected: &'a Value, found: &Value) -> Vec<&'a str> {
    let members = expected.as_object().into_iter().flatten();
    members.filter(|(name, value)| found[name.as_str()] != **value).map(|(name, _)| name.as_str()).collect()
}

fn members(of: &Value, names: &[&str]) -> Value {
    Value::Object(names.iter().map(|name| ((*name).to_owned(), of[*name].clone())).collect::<Map<_, _>>())
}

fn tags(client: &Client, arn: &str) -> Result<Value> {
    let tags = client.ask("ListTagsForResource", &json!({"resourceArn": arn}))?;
    let tags = tags["tags"].as_array().into_iter().flatten();
    let tags = tags.map(|tag| (tag["key"].as_str().unwrap_or_default().to_owned(), tag["value"].clone()));
    Ok(Value::Object(tags.collect()))
}

fn if_exists(client: &Client, action: &str, request: &Value) -> Result<Option<Value>> {
    match client.until_answered(action, request)?.0 {
        Ok(answer) => Ok(Some(answer)),
        Err(error) if error.name.ends_with("DoesNotExist") => Ok(None),
        Err(error) => Err(error.into()),
    }
}

//! The cases of the corpus that have histories of executions.

use std::path::Path;

use serde_json::Value;

use super::recorded::{member, record};
use crate::Result;

/// A case with recorded executions.
pub(super) struct Case {
    /// `area/case`
    pub(super) id: String,
    /// `STANDARD` or `EXPRESS`
    pub(super) machine_type: String,
    pub(super) executions: Vec<Execution>,
}

/// A recorded execution and its definition.
pub(super) struct Execution {
    pub(super) definition: String,
    pub(super) record: Value,
}

/// The cases with histories, in the order of their names.
pub(super) fn cases(folder: &Path) -> Result<Vec<Case>> {
    let mut files = Vec::new();
    for area in std::fs::read_dir(folder.join("corpus"))? {
        let area = area?.path();
        if area.is_dir() {
            for file in std::fs::read_dir(area)? {
                files.extend(
                    Some(file?.path()).filter(|path| path.extension().is_some_and(|end| end == "json")),
                );
            }
        }
    }
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let text = std::fs::read_to_string(&file)?;
        let case = case(&text).map_err(|error| format!("{}: {error}", file.display()))?;
        cases.extend(case.filter(|case| !case.executions.is_empty()));
    }
    if cases.is_empty() {
        return Err(format!("there are no recorded executions in `{}`", folder.display()).into());
    }
    Ok(cases)
}

fn case(text: &str) -> Result<Option<Case>> {
    let case: Value = serde_json::from_str(text)?;
    let text = |name: &str| member(&case, &[name]).as_str().map(str::to_owned);
    let (Some(id), Some(expected)) = (text("id"), member(&case, &["expected"]).as_object()) else {
        return Ok(None);
    };
    let steps = member(&case, &["steps"]).as_array().map(Vec::as_slice).unwrap_or_default();
    let mut executions = Vec::new();
    for (key, answer) in expected {
        let Some(events) = member(answer, &["events"]).as_array() else { continue };
        let (definition, input) = began(steps, key).ok_or_else(|| format!("no definition of `{key}`"))?;
        executions.push(record(definition, input, events));
    }
    Ok(Some(Case { id, machine_type: text("type").unwrap_or_else(|| "STANDARD".to_owned()), executions }))
}

/// The definition and the input of the execution whose history is matched with `key`: from the history to its execution, and
/// from that to its machine.
fn began<'c>(steps: &'c [Value], key: &str) -> Option<(&'c str, &'c str)> {
    let matched = steps.iter().find(|step| member(step, &["match"]) == key)?;
    let history = call(steps, member(matched, &["value", "$ref"]).as_str()?)?;
    let started = call(steps, reference(member(history, &["params", "executionArn"]))?)?;
    let created = call(steps, reference(member(started, &["params", "stateMachineArn"]))?)?;
    let input = member(started, &["params", "input"]).as_str().unwrap_or("{}");
    Some((member(created, &["params", "definition"]).as_str()?, input))
}

/// The call whose answer is kept under a name.
fn call<'c>(steps: &'c [Value], name: &str) -> Option<&'c Value> {
    let background = |step: &'c Value| member(step, &["background"]).as_array().into_iter().flatten();
    let all = steps.iter().flat_map(|step| std::iter::once(step).chain(background(step)));
    let mut calls = all.map(|step| step.get("poll").unwrap_or(step));
    calls.find(|call| member(call, &["as"]) == name)
}

/// `s1` of `@@{s1.executionArn}@@`.
fn reference(value: &Value) -> Option<&str> {
    value.as_str()?.strip_prefix("@@{")?.split(['.', '}']).next()
}

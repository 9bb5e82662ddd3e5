//! `ResultPath` and `OutputPath` as `Output`.

use asl_value::Value;

use super::common::{Refused, expression, text};
use super::path::{Roots, expression as path_expression};
use super::template::as_expression;

/// The result of a state's work, in terms of JSONata.
pub(super) enum WorkResult {
    /// One expression.
    Query(String),
    /// JSON with expressions in it.
    Template(Value),
}

/// The output of a state. `None` if it is what JSONata has by default.
pub(super) fn output(state: &Value, result: &WorkResult, input: &str) -> Result<Option<Value>, Refused> {
    let kind = state.get("Type").and_then(Value::as_str).unwrap_or_default();
    let has_result = matches!(kind, "Task" | "Parallel" | "Pass");
    let result_path = state.get("ResultPath").filter(|_| has_result);
    let selected = match state.get("OutputPath") {
        None => None,
        Some(Value::Null) => return Ok(Some(Value::Object(asl_value::Object::new()))),
        Some(path) => Some(text("OutputPath", path)?).filter(|path| *path != "$"),
    };
    let written = |query: &str| Ok(Some(expression(query)));
    match (result_path, selected) {
        (None, None) => Ok(whole(result, kind, input)),
        (Some(Value::Null), None) => written("$states.input"),
        (Some(Value::Null), Some(path)) => {
            written(&path_expression(path, &Roots { dollar: "$states.input" })?)
        }
        (None, Some(path)) => match result {
            WorkResult::Query(query) => written(&path_expression(path, &Roots { dollar: query })?),
            WorkResult::Template(_) => Err("`OutputPath` selects a part of a template".to_owned()),
        },
        (Some(place), selected) => placed(text("ResultPath", place)?, selected, result, kind, input),
    }
}

fn placed(
    place: &str,
    selected: Option<&str>,
    result: &WorkResult,
    kind: &str,
    input: &str,
) -> Result<Option<Value>, Refused> {
    if place == "$" {
        return match (selected, result) {
            (None, result) => Ok(whole(result, kind, input)),
            (Some(path), WorkResult::Query(query)) => {
                Ok(Some(expression(&path_expression(path, &Roots { dollar: query })?)))
            }
            (Some(_), WorkResult::Template(_)) => Err("`OutputPath` selects a part of a template".to_owned()),
        };
    }
    let Some(path) = selected else {
        let written = match result {
            WorkResult::Query(query) => query.clone(),
            WorkResult::Template(template) => as_expression(template)?,
        };
        return inserted(place, &written).map(Some);
    };
    // The part that was just inserted, or another one.
    let inside = path.strip_prefix(place).filter(|rest| rest.is_empty() || rest.starts_with(['.', '[']));
    match (inside, result) {
        (Some(rest), WorkResult::Query(query)) => {
            Ok(Some(expression(&path_expression(&format!("${rest}"), &Roots { dollar: query })?)))
        }
        (Some(""), WorkResult::Template(template)) => Ok(Some(template.clone())),
        _ => Err("`OutputPath` and `ResultPath` do not concern the same field".to_owned()),
    }
}

fn whole(result: &WorkResult, kind: &str, input: &str) -> Option<Value> {
    match result {
        WorkResult::Template(template) => Some(template.clone()),
        // Without `Output`, a Task yields its result and others their input.
        WorkResult::Query(_) if matches!(kind, "Task" | "Parallel") => None,
        WorkResult::Query(_) if input == "$states.input" => None,
        WorkResult::Query(query) => Some(expression(query)),
    }
}

/// The input with a value at a place: `$.price`.
pub(super) fn inserted(place: &str, value: &str) -> Result<Value, Refused> {
    if place == "$" {
        return Ok(expression(value));
    }
    let name = place
        .strip_prefix("$.")
        .filter(|name| !name.is_empty() && !name.contains(['.', '[', '\'', '"', '\\']));
    let name = name.ok_or_else(|| format!("`ResultPath` `{place}` is not one field of the input"))?;
    Ok(expression(&format!("$merge([$states.input, {{{}: {value}}}])", Value::from(name).to_json())))
}

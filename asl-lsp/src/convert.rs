//! A state of JSONPath as a state of JSONata, where that is exact.
//!
//! The state has the same output and variables, and calls the same work, whenever the JSONPath state succeeds. Where that
//! fails because a path matches nothing, this fails, too, with another error; but a comparison of a missing value in a Choice
//! is false. What cannot be converted so is refused, with the reason.

mod choice;
mod common;
mod output;
mod path;
mod template;

use asl_value::{Array, Object, Value};

use common::{Refused, expression, literal, text};
use output::{WorkResult, output};
use path::{Roots, query};
use template::template;

/// The fields that have the same meaning in both languages.
const SAME: &[&str] = &[
    "Comment",
    "Resource",
    "Branches",
    "TimeoutSeconds",
    "HeartbeatSeconds",
    "Retry",
    "Seconds",
    "Timestamp",
    "Error",
    "Cause",
    "Default",
    "Next",
    "End",
];

/// Fields whose value is a path, with the fields that take an expression.
const PATHS: &[(&str, &str)] = &[
    ("TimeoutSecondsPath", "TimeoutSeconds"),
    ("HeartbeatSecondsPath", "HeartbeatSeconds"),
    ("SecondsPath", "Seconds"),
    ("TimestampPath", "Timestamp"),
    ("ErrorPath", "Error"),
    ("CausePath", "Cause"),
];

/// The fields around the work of a state, which `output` reads.
const FILTERS: &[&str] = &["InputPath", "OutputPath", "ResultPath", "ResultSelector", "Parameters", "Result"];

/// Converts a state.
pub(crate) fn to_jsonata(state: &Value) -> Result<Value, Refused> {
    let fields = state.as_object().ok_or("the state is not an object")?;
    let kind = state.get("Type").and_then(Value::as_str).ok_or("the state has no type")?;
    if kind == "Map" {
        return Err(
            "a Map is not converted: its items and its iterations read their input in several places"
                .to_owned(),
        );
    }
    if kind == "Choice"
        && let Some(name) = ["InputPath", "OutputPath"].into_iter().find(|name| state.get(name).is_some())
    {
        return Err(format!(
            "`{name}` of a Choice is for all its rules, but in JSONata a rule that matches has its own output"
        ));
    }
    let mut converted = Object::new();
    converted.insert("Type", Value::from(kind));
    converted.insert("QueryLanguage", Value::from("JSONata"));
    let input = input(state)?;
    let roots = Roots { dollar: &input };
    for (name, value) in fields.iter().filter(|(name, _)| !["Type", "QueryLanguage"].contains(&name.as_str()))
    {
        match name.as_str() {
            "Assign" => converted.insert("Assign", assign(kind, value, state)?),
            "Catch" => converted.insert("Catch", catch(value)?),
            "Choices" => converted.insert("Choices", choice::rules(value, &roots)?),
            "Credentials" => converted.insert("Credentials", template(value, &roots)?),
            name if SAME.contains(&name) => converted.insert(name, literal(name, value)?),
            name if FILTERS.contains(&name) => None,
            name => match PATHS.iter().find(|(path, _)| *path == name) {
                Some((_, field)) => converted.insert(*field, query(text(name, value)?, &roots)?),
                None => return Err(format!("the field `{name}` has no counterpart")),
            },
        };
    }
    if matches!(kind, "Task" | "Parallel") {
        let arguments = match state.get("Parameters") {
            Some(parameters) => template(parameters, &roots)?,
            None => expression(&input),
        };
        converted.insert("Arguments", arguments);
    }
    if kind != "Fail"
        && let Some(output) = output(state, &result(kind, state, &input)?, &input)?
    {
        converted.insert("Output", output);
    }
    Ok(Value::Object(ordered(converted)))
}

/// The expression of the input after `InputPath`.
fn input(state: &Value) -> Result<String, Refused> {
    match state.get("InputPath") {
        None => Ok("$states.input".to_owned()),
        Some(Value::Null) => Err("`InputPath` is null".to_owned()),
        Some(path) => path::expression(text("InputPath", path)?, &Roots { dollar: "$states.input" }),
    }
}

/// What the work of a state yields, before `ResultPath`.
fn result(kind: &str, state: &Value, input: &str) -> Result<WorkResult, Refused> {
    let templated =
        |value: &Value, dollar: &str| Ok(WorkResult::Template(template(value, &Roots { dollar })?));
    match (kind, state.get("ResultSelector")) {
        ("Task" | "Parallel", Some(selector)) => templated(selector, "$states.result"),
        ("Task" | "Parallel", None) => Ok(WorkResult::Query("$states.result".to_owned())),
        ("Pass", _) => match (state.get("Result"), state.get("Parameters")) {
            (Some(result), _) => Ok(WorkResult::Template(literal("Result", result)?)),
            (None, Some(parameters)) => templated(parameters, input),
            (None, None) => Ok(WorkResult::Query(input.to_owned())),
        },
        _ => Ok(WorkResult::Query(input.to_owned())),
    }
}

/// `Assign`, whose `$` is the result of the work or, where there is none, the input.
fn assign(kind: &str, value: &Value, state: &Value) -> Result<Value, Refused> {
    let dollar = match kind {
        "Task" | "Parallel" => "$states.result",
        "Choice" | "Wait" | "Succeed" if state.get("InputPath").is_none() => "$states.input",
        // The `$` of a Pass depends on its other fields.
        _ => "",
    };
    template(value, &Roots { dollar })
}

fn catch(value: &Value) -> Result<Value, Refused> {
    let catchers = value.as_array().ok_or("`Catch` is not an array")?;
    let mut converted = Vec::new();
    for catcher in catchers.iter() {
        let mut fields = Object::new();
        for (name, value) in catcher.as_object().into_iter().flat_map(Object::iter) {
            match name.as_str() {
                "ErrorEquals" | "Comment" | "Next" => {
                    fields.insert(name.clone(), value.clone());
                }
                "Assign" => {
                    fields.insert("Assign", template(value, &Roots { dollar: "$states.errorOutput" })?);
                }
                "ResultPath" => {}
                other => return Err(format!("the field `{other}` of a catcher has no counterpart")),
            }
        }
        let output = match catcher.get("ResultPath") {
            None => expression("$states.errorOutput"),
            Some(Value::Null) => expression("$states.input"),
            Some(path) => output::inserted(text("ResultPath", path)?, "$states.errorOutput")?,
        };
        fields.insert("Output", output);
        converted.push(Value::Object(fields));
    }
    Ok(Value::Array(converted.into_iter().collect::<Array>()))
}

/// The fields in the usual order: what the state is, what it does, where it leads.
fn ordered(fields: Object) -> Object {
    let first = ["Type", "QueryLanguage", "Comment", "Resource", "Arguments", "Branches", "Choices"];
    let last = ["Output", "Assign", "Retry", "Catch", "Default", "Next", "End"];
    let rank = |name: &str| match (
        first.iter().position(|known| *known == name),
        last.iter().position(|known| *known == name),
    ) {
        (Some(at), _) => at,
        (None, Some(at)) => 100 + at,
        (None, None) => 50,
    };
    let mut members: Vec<_> = fields.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    members.sort_by_key(|(name, _)| rank(name));
    members.into_iter().collect()
}

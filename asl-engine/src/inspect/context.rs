//! The context object that a test gives: what it may contain, and what a state sees of it.

use asl_value::{Object, Value};

/// What a member must be.
#[derive(Clone, Copy)]
enum Kind {
    Any,
    Text,
    Integer,
    Members(&'static [(&'static str, Kind)]),
}

const CONTEXT: &[(&str, Kind)] = &[
    (
        "Execution",
        Kind::Members(&[
            ("Id", Kind::Text),
            ("Input", Kind::Any),
            ("Name", Kind::Text),
            ("RoleArn", Kind::Text),
            ("StartTime", Kind::Text),
            ("RedriveCount", Kind::Integer),
            ("RedriveTime", Kind::Text),
        ]),
    ),
    (
        "State",
        Kind::Members(&[("Name", Kind::Text), ("EnteredTime", Kind::Text), ("RetryCount", Kind::Integer)]),
    ),
    ("StateMachine", Kind::Members(&[("Id", Kind::Text), ("Name", Kind::Text)])),
    ("Task", Kind::Members(&[("Token", Kind::Text)])),
    ("Map", Kind::Members(&[("Item", Kind::Members(MAP_ITEM))])),
];

const MAP_ITEM: &[(&str, Kind)] =
    &[("Index", Kind::Integer), ("Value", Kind::Any), ("Key", Kind::Text), ("Source", Kind::Text)];

/// Refuses a context object that no state could have.
///
/// # Errors
/// AWS's text, without its prefix.
pub(super) fn check(given: &Value, is_inside_map: bool, has_token: bool) -> Result<(), String> {
    members(given, "", CONTEXT)?;
    if given.get("Map").is_some() && !is_inside_map {
        return Err("'Map' field is not supported when mocking a Context object".to_owned());
    }
    if given.get("Task").is_some() && !has_token {
        return Err("Context object contains 'Task' when state is not a Task state with a '.sync' or \
                    '.waitForTaskToken' service integration pattern"
            .to_owned());
    }
    Ok(())
}

/// The recursion is as deep as [`CONTEXT`].
fn members(given: &Value, path: &str, allowed: &'static [(&str, Kind)]) -> Result<(), String> {
    let Value::Object(given) = given else {
        let path = if path.is_empty() { "Context object" } else { path };
        return Err(format!("{path} must be an object"));
    };
    for (name, value) in given {
        let Some((_, kind)) = allowed.iter().find(|(allowed, _)| *allowed == name.as_str()) else {
            return Err(format!("Field '{name}' is not allowed"));
        };
        let path = if path.is_empty() { name.to_string() } else { format!("{path}.{name}") };
        // UNRECORDED: AWS's text for members of a context object that are not strings.
        match kind {
            Kind::Any => {}
            Kind::Text if value.as_str().is_none() => return Err(format!("{path} must be a string")),
            Kind::Integer if value.as_i64().is_none() => return Err(format!("{path} must be an integer")),
            Kind::Text | Kind::Integer => {}
            Kind::Members(allowed) => members(value, &path, allowed)?,
        }
    }
    Ok(())
}

/// What the state sees of a context object that a test gives. Recorded: all of it and nothing else, even if it is `{}`.
///
/// UNRECORDED: an iteration of the tested Map still has its own `Map.Item`, which its `ItemSelector` needs.
pub(super) fn seen(given: &Object, built: &Object) -> Value {
    let mut seen = given.clone();
    if let Some(map) = built.get("Map") {
        seen.insert("Map", map.clone());
    }
    Value::Object(seen)
}

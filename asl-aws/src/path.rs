//! Paths into values, as the tables of this crate write them.

use asl_value::Value;

/// The value at a path: `Tasks[0].TaskArn`. The empty path is the value itself.
pub(crate) fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    let mut found = value;
    for step in path.split('.').filter(|step| !step.is_empty()) {
        found = match step.strip_suffix("[0]") {
            Some(name) => found.get(name)?.at(0)?,
            None => found.get(step)?,
        };
    }
    Some(found)
}

/// The text at a path, empty if there is none.
pub(crate) fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    at(value, path).and_then(Value::as_str).unwrap_or_default()
}

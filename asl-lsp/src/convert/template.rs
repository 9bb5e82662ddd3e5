//! A payload template: keys that end in `.$` become keys with an expression.

use asl_value::{Array, Object, Value};

use super::common::{Refused, literal};
use super::path::{Roots, expression, query};

/// A template of JSONPath as one of JSONata.
pub(super) fn template(value: &Value, roots: &Roots<'_>) -> Result<Value, Refused> {
    match value {
        Value::Object(members) => {
            let mut converted = Object::new();
            for (name, value) in members.iter() {
                let (name, value) = match name.strip_suffix(".$") {
                    None => (name.as_str(), template(value, roots)?),
                    Some(name) => {
                        let path = value.as_str().ok_or_else(|| format!("`{name}.$` is not a text"))?;
                        (name, query(path, roots)?)
                    }
                };
                if converted.insert(name, value).is_some() {
                    return Err(format!("`{name}` is there twice"));
                }
            }
            Ok(Value::Object(converted))
        }
        Value::Array(items) => {
            let items: Result<Vec<Value>, Refused> = items.iter().map(|item| template(item, roots)).collect();
            Ok(Value::Array(items?.into_iter().collect::<Array>()))
        }
        other => literal("a template", other),
    }
}

/// A template that has been converted, as one expression: `{"a": $states.result.b}`.
pub(super) fn as_expression(template: &Value) -> Result<String, Refused> {
    match template {
        Value::Object(members) => {
            let mut written = Vec::new();
            for (name, value) in members.iter() {
                written.push(format!("{}: {}", Value::from(name).to_json(), as_expression(value)?));
            }
            Ok(format!("{{{}}}", written.join(", ")))
        }
        Value::Array(items) if items.iter().any(|item| item.to_json().contains("{%")) => {
            // JSONata would make one array of the arrays inside.
            Err("an array with paths in it would have to become part of an expression".to_owned())
        }
        Value::String(text) => {
            let inner = text.strip_prefix("{% ").and_then(|rest| rest.strip_suffix(" %}"));
            Ok(inner.map_or_else(|| template.to_json(), str::to_owned))
        }
        other => Ok(other.to_json()),
    }
}

/// The expression of a path that may be a call.
pub(super) fn path(text: &str, roots: &Roots<'_>) -> Result<String, Refused> {
    expression(text, roots)
}

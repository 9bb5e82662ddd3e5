//! What the parts of a conversion share.

use asl_value::Value;

/// Why a state is not converted.
pub(crate) type Refused = String;

/// The text of a field.
pub(super) fn text<'v>(name: &str, value: &'v Value) -> Result<&'v str, Refused> {
    value.as_str().ok_or_else(|| format!("`{name}` is not a text"))
}

/// A value that must not contain what JSONata would evaluate.
pub(super) fn literal(name: &str, value: &Value) -> Result<Value, Refused> {
    let mut open = vec![value];
    while let Some(value) = open.pop() {
        match value {
            // Machines inside of a state have their own language.
            Value::Object(_) | Value::Array(_) if name == "Branches" => {}
            Value::Object(members) => open.extend(members.iter().map(|(_, value)| value)),
            Value::Array(items) => open.extend(items.iter()),
            Value::String(text) if text.trim_start().starts_with("{%") => {
                return Err(format!("`{name}` contains the text `{text}`, which JSONata would evaluate"));
            }
            _ => {}
        }
    }
    Ok(value.clone())
}

/// `{% … %}`
pub(super) fn expression(text: &str) -> Value {
    Value::from(format!("{{% {text} %}}"))
}

//! The rules of a Choice as conditions.

use asl_value::{Array, Object, Value};

use super::common::{Refused, expression, literal};
use super::path::Roots;
use super::template::{path, template};

/// The rules of a Choice.
pub(super) fn rules(value: &Value, roots: &Roots<'_>) -> Result<Value, Refused> {
    let rules = value.as_array().ok_or("`Choices` is not an array")?;
    let mut converted = Vec::new();
    for rule in rules.iter() {
        let mut fields = Object::new();
        if let Some(comment) = rule.get("Comment") {
            fields.insert("Comment", literal("Comment", comment)?);
        }
        fields.insert("Condition", expression(&condition(rule, roots)?));
        if let Some(assign) = rule.get("Assign") {
            fields.insert("Assign", template(assign, roots)?);
        }
        if let Some(next) = rule.get("Next") {
            fields.insert("Next", next.clone());
        }
        converted.push(Value::Object(fields));
    }
    Ok(Value::Array(converted.into_iter().collect::<Array>()))
}

fn condition(rule: &Value, roots: &Roots<'_>) -> Result<String, Refused> {
    for (field, word) in [("And", " and "), ("Or", " or ")] {
        if let Some(list) = rule.get(field).and_then(Value::as_array) {
            let parts: Result<Vec<String>, Refused> =
                list.iter().map(|rule| condition(rule, roots)).collect();
            return Ok(parts?.iter().map(|part| format!("({part})")).collect::<Vec<_>>().join(word));
        }
    }
    if let Some(inner) = rule.get("Not") {
        return Ok(format!("$not({})", condition(inner, roots)?));
    }
    let variable = rule.get("Variable").and_then(Value::as_str).ok_or("a rule has no `Variable`")?;
    let variable = path(variable, roots)?;
    let known = |name: &str| ["Variable", "Next", "Comment", "Assign"].contains(&name);
    let operator = rule.as_object().into_iter().flat_map(Object::iter).find(|(name, _)| !known(name));
    let (operator, operand) = operator.ok_or("a rule has no operator")?;
    comparison(&variable, operator, operand, roots)
}

fn comparison(variable: &str, operator: &str, operand: &Value, roots: &Roots<'_>) -> Result<String, Refused> {
    if let Some(test) = type_test(variable, operator, operand) {
        return Ok(test);
    }
    let (name, by_path) = match operator.strip_suffix("Path") {
        Some(name) => (name, true),
        None => (operator, false),
    };
    // Without the test of the type, `1 < "a"` would be an error; in JSONPath it is false.
    let (kind, sign) = match name {
        "StringEquals" => ("string", "="),
        "BooleanEquals" => ("boolean", "="),
        "NumericEquals" => ("number", "="),
        "NumericLessThan" => ("number", "<"),
        "NumericGreaterThan" => ("number", ">"),
        "NumericLessThanEquals" => ("number", "<="),
        "NumericGreaterThanEquals" => ("number", ">="),
        _ => return Err(format!("`{operator}` has no exact counterpart")),
    };
    let is_kind = |value: &str| format!("$type({value}) = \"{kind}\"");
    if by_path {
        let other = path(operand.as_str().ok_or_else(|| format!("`{operator}` is not a text"))?, roots)?;
        return Ok(format!("{} and {} and {variable} {sign} {other}", is_kind(variable), is_kind(&other)));
    }
    let operand = operand.to_json();
    Ok(match sign {
        "=" => format!("{variable} = {operand}"),
        _ => format!("{} and {variable} {sign} {operand}", is_kind(variable)),
    })
}

/// `IsPresent` and the like.
fn type_test(variable: &str, operator: &str, operand: &Value) -> Option<String> {
    let expected = operand.as_bool()?;
    let kind = match operator {
        "IsPresent" if expected => return Some(format!("$exists({variable})")),
        "IsPresent" => return Some(format!("$not($exists({variable}))")),
        "IsNull" => "null",
        "IsString" => "string",
        "IsNumeric" => "number",
        "IsBoolean" => "boolean",
        _ => return None,
    };
    Some(format!("$type({variable}) {} \"{kind}\"", if expected { "=" } else { "!=" }))
}

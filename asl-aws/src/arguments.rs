//! Parameters of an operation, checked against its model.

mod rules;

use asl_engine::Entropy;
use asl_value::{Array, Object, Timestamp, Value};

use crate::naming::{means, spelled};
use crate::table::{Location, Member, Operation, Service, Shape, Structure};
use crate::{Names, http_date};
pub(crate) use rules::Rules;

/// Parameters as the model names them, and everything that is wrong with them.
pub(crate) struct Checked {
    /// Members have their names in the model, absent ones are left out, and each scalar has the type in which it is sent.
    pub(crate) value: Value,
    /// AWS's texts: `The field "X" is not supported by Step Functions`.
    pub(crate) problems: Vec<String>,
}

/// The parameters of an operation, as its model names them.
///
/// # Errors
/// AWS's text about everything that is wrong.
pub(crate) fn input(
    service: &Service,
    operation: &Operation<'_>,
    params: &Value,
    names: Names,
) -> Result<Value, String> {
    let Checked { value, problems } = checked(service, operation, params, names);
    if problems.is_empty() { Ok(value) } else { Err(unusable(params, &problems.join(", "))) }
}

/// What is wrong with the parameters of an operation, one by one.
pub(crate) fn problems(
    service: &Service,
    operation: &Operation<'_>,
    params: &Value,
    names: Names,
) -> Vec<String> {
    checked(service, operation, params, names).problems
}

fn checked(service: &Service, operation: &Operation<'_>, params: &Value, names: Names) -> Checked {
    let rules = Rules::of(names, service.id(), operation.name);
    match operation.input {
        Some(input) => check(&Member::root(service, input), params, rules),
        None => Checked { value: Value::Object(Object::new()), problems: Vec::new() },
    }
}

/// Observed: the text around the problems.
pub(crate) fn unusable(arguments: &Value, problems: &str) -> String {
    format!("The Parameters '{arguments}' could not be used to start the Task: [{problems}]")
}

/// The input, with a random token in each absent member that makes a repeated request count once.
pub(crate) fn with_tokens(
    service: &Service,
    operation: &Operation<'_>,
    input: &Value,
    key: Option<&str>,
    entropy: &dyn Entropy,
) -> Value {
    let structure = operation.input.and_then(|input| Member::root(service, input).structure());
    let mut object = input.as_object().cloned().unwrap_or_default();
    for member in structure.into_iter().flat_map(|structure| structure.members()) {
        if member.is_idempotency_token() && !object.contains_key(member.name) {
            object.insert(member.name, key.map_or_else(|| entropy.uuid().into(), Value::from));
        }
    }
    Value::Object(object)
}

/// Checks the value of a shape; `null` counts as absent.
pub(crate) fn check(shape: &Member<'_>, value: &Value, rules: Rules) -> Checked {
    let mut checker = ArgumentChecker { rules, depth: 0, problems: Vec::new() };
    let value = checker.value(shape, "", value);
    Checked { value: value.unwrap_or_default(), problems: checker.problems }
}

struct ArgumentChecker {
    rules: Rules,
    /// The number of enclosing structures.
    depth: usize,
    problems: Vec<String>,
}

impl ArgumentChecker {
    /// `None` if there is a problem.
    fn value(&mut self, member: &Member<'_>, field: &str, value: &Value) -> Option<Value> {
        match (member.shape(), value) {
            (Shape::Structure(structure), Value::Object(object)) => Some(self.structure(structure, object)),
            (Shape::List(item, _), Value::Array(array)) => {
                let items = array.iter().filter_map(|value| self.value(&item, field, value));
                Some(Value::Array(items.collect::<Array>()))
            }
            (Shape::Map { value: item, .. }, Value::Object(object)) => {
                let mut map = Object::new();
                for (key, value) in object.iter().filter(|(_, value)| !value.is_null()) {
                    if let Some(value) = self.value(&item, key, value) {
                        map.insert(key, value);
                    }
                }
                Some(Value::Object(map))
            }
            (Shape::Document, _) => Some(value.clone()),
            (Shape::Text { .. } | Shape::Blob(_), Value::String(text)) if !member.is_json() => {
                Some(Value::String(text.clone()))
            }
            (Shape::Text { .. } | Shape::Blob(_), _) if self.takes_json(member, value) => {
                Some(Value::String(value.to_json().into()))
            }
            (Shape::Boolean, Value::Bool(_)) => Some(value.clone()),
            (Shape::Integer(_), Value::Number(number)) if number.as_i64().is_some() => Some(value.clone()),
            (Shape::Float(_), Value::Number(_)) => Some(value.clone()),
            (Shape::Timestamp, Value::String(_) | Value::Number(_)) => {
                time(value).map(|time| Value::from(time.to_string())).or_else(|| self.malformed(field))
            }
            (shape, Value::String(text)) if !self.rules.are_types_fixed => {
                within(&shape, text).or_else(|| self.misfit(&shape, field))
            }
            (Shape::Integer(_), Value::Number(_)) => self.malformed(field),
            (shape, _) => self.misfit(&shape, field),
        }
    }

    /// Whether a value that is not text is accepted as JSON.
    ///
    /// Observed: SDK integrations convert anything to text. Optimised ones convert `Payload`, `Message`, `MessageBody`, `Input`
    /// and `Detail`, and refuse a number as `Payload` or an object as `S`.
    ///
    /// UNRECORDED: an array or a boolean where an optimised integration takes JSON; here an array is accepted, a boolean is not.
    fn takes_json(&self, member: &Member<'_>, value: &Value) -> bool {
        let is_document = || self.rules.documents.contains(&member.name);
        let is_nested = matches!(value, Value::Object(_) | Value::Array(_));
        member.is_json() || !self.rules.are_types_fixed || is_nested && is_document()
    }

    fn structure(&mut self, structure: Structure<'_>, given: &Object) -> Value {
        let takes_own = self.rules.takes_own_spelling && self.depth > 0;
        let names = self.rules.names;
        let is = move |name: &str, member: &Member<'_>| {
            means(name, member.name, names) || takes_own && name == member.name
        };
        let given = || given.iter().filter(|(_, value)| !value.is_null());
        let mut object = Object::new();
        self.depth += 1;
        for (name, value) in given() {
            match structure.members().find(|member| is(name, member)) {
                // UNRECORDED: AWS's text about a parameter that the operation does not have.
                None => {
                    self.problems.push(format!("The field \"{name}\" is not supported by Step Functions"))
                }
                Some(member) => {
                    if let Some(value) = self.value(&member, name, value) {
                        object.insert(member.name, value);
                    }
                }
            }
        }
        self.depth -= 1;
        for member in structure.members() {
            let is_given = || given().any(|(name, _)| is(name, &member));
            // Recorded: the service itself reports what is missing in the body. The other members are needed to make a request.
            let is_needed = member.is_required() && member.location() != Location::Body;
            if is_needed && !member.is_idempotency_token() && !is_given() {
                let name = spelled(member.name, names);
                // UNRECORDED: AWS's text about a missing parameter.
                self.problems.push(format!("The field \"{name}\" is required but was missing"));
            }
        }
        Value::Object(object)
    }

    /// The value has another type.
    ///
    /// Observed: `The value for the field 'S' must be a STRING`, also about a number as `Payload`.
    ///
    /// UNRECORDED: the text if something other than a string is expected; here with AWS's names for types elsewhere.
    fn misfit(&mut self, shape: &Shape<'_>, field: &str) -> Option<Value> {
        if !self.rules.are_types_fixed || self.depth == 0 {
            return self.malformed(field);
        }
        let kind = match shape {
            Shape::Text { .. } | Shape::Blob(_) | Shape::Timestamp => "a STRING",
            Shape::Structure(_) | Shape::Map { .. } | Shape::Document => "an OBJECT",
            Shape::List(..) => "an ARRAY",
            Shape::Boolean => "a BOOLEAN",
            Shape::Integer(_) | Shape::Float(_) => "a NUMBER",
        };
        self.problems.push(format!("The value for the field '{field}' must be {kind}"));
        None
    }

    fn malformed(&mut self, field: &str) -> Option<Value> {
        self.problems.push(format!("The value of the field '{field}' has an invalid format"));
        None
    }
}

/// The scalar that a text contains: `"5"`, `"true"`.
fn within(shape: &Shape<'_>, text: &str) -> Option<Value> {
    let value = Value::parse(text).ok()?;
    let fits = match shape {
        Shape::Boolean => value.as_bool().is_some(),
        Shape::Integer(_) => value.as_i64().is_some(),
        Shape::Float(_) => value.as_number().is_some(),
        _ => false,
    };
    fits.then_some(value)
}

/// A time in ISO 8601, in HTTP's format, or in seconds since 1970.
pub(crate) fn time(value: &Value) -> Option<Timestamp> {
    match value {
        Value::String(text) => {
            Timestamp::parse(text).or_else(|| http_date::parse(text)).or_else(|| seconds(text.parse().ok()?))
        }
        Value::Number(number) => seconds(number.as_f64()),
        _ => None,
    }
}

fn seconds(seconds: f64) -> Option<Timestamp> {
    let millis = (seconds * 1000.0).round();
    (millis.abs() < 1e15).then(|| Timestamp::from_epoch_millis(millis as i64))
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;
    use crate::table::Services;

    #[track_caller]
    fn check(action: (&str, &str), parameters: Value, expect: Value, problems: &[&str]) {
        let service = Services::default().get(action.0).unwrap();
        let input = service.operation(action.1).unwrap().input.unwrap();
        let checked = super::check(&Member::root(&service, input), &parameters, Rules::default());
        assert_eq!(checked.problems, problems);
        if problems.is_empty() {
            assert_eq!(checked.value, expect);
        }
    }

    #[test]
    fn names_become_those_of_the_model() {
        let attributes = json!({"id": {"S": "1"}, "camelCase": {"M": {"inner": {"N": "2"}}}});
        check(
            ("dynamodb", "putItem"),
            json!({"TableName": "t", "Item": (&attributes)}),
            json!({"TableName": "t", "Item": (&attributes)}),
            &[],
        );
        check(
            ("sfn", "startExecution"),
            json!({"StateMachineArn": "arn", "Name": null, "Input": {"a": [1]}}),
            json!({"stateMachineArn": "arn", "input": "{\"a\":[1]}"}),
            &[],
        );
        check(
            ("rds", "describeDBInstances"),
            json!({"DbInstanceIdentifier": "i", "MaxRecords": "20"}),
            json!({"DBInstanceIdentifier": "i", "MaxRecords": 20}),
            &[],
        );
        check(
            ("s3", "putObject"),
            json!({"Bucket": "b", "Key": "k", "Body": false, "ObjectLockRetainUntilDate": 1767225600}),
            json!({"Bucket": "b", "Key": "k", "Body": "false", "ObjectLockRetainUntilDate": "2026-01-01T00:00:00Z"}),
            &[],
        );
    }

    #[test]
    fn all_problems_are_reported() {
        check(
            ("sqs", "sendMessage"),
            json!({"QueueURL": "q", "MessageBody": "m", "DelaySeconds": [], "Deduplication": 1}),
            Value::Null,
            &[
                "The field \"QueueURL\" is not supported by Step Functions",
                "The value of the field 'DelaySeconds' has an invalid format",
                "The field \"Deduplication\" is not supported by Step Functions",
            ],
        );
        check(
            ("sqs", "sendMessage"),
            json!([]),
            Value::Null,
            &["The value of the field '' has an invalid format"],
        );
    }

    #[test]
    fn times() {
        let expect = Timestamp::parse("2026-01-01T00:00:00.5Z");
        assert_eq!(time(&json!(1767225600.5)), expect);
        assert_eq!(time(&json!("1767225600.5")), expect);
        assert_eq!(time(&json!("2026-01-01T00:00:00.5Z")), expect);
        assert_eq!(time(&json!("Thu, 01 Jan 2026 00:00:00 GMT")), Timestamp::parse("2026-01-01T00:00:00Z"));
        assert_eq!(time(&json!("soon")), None);
        assert_eq!(time(&json!(1e300)), None);
    }
}

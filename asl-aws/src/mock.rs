//! [`ResultModels`] and [`check_result`]: mocked results of tasks, checked against the models of their operations.

use std::ops::RangeInclusive;

use asl_engine::{FieldValidation, ResultSchema, TaskRefusal};
use asl_model::{Pattern, Resource, ResourceKind};
use asl_value::Value;

use crate::Names;
use crate::integration::Integration;
use crate::naming::{means, spelled};
use crate::optimised::Special;
use crate::table::{Bounds, Member, Services, Shape};

/// Checks a mocked result of an operation against its model, and returns AWS's texts about the problems: ``Field 'Count' must
/// be a number``.
///
/// Use it in tests, so that mocks do not drift from what a service really returns. Fields that are not in the model are
/// accepted, and so is any result of an unknown operation. [`ResultModels`] does the same for a task by its resource.
///
/// ```
/// use asl_aws::{Names, check_result};
/// use asl_engine::FieldValidation;
/// use asl_value::json;
/// let result = json!({"StartDate": 1});
/// assert_eq!(
///     check_result("sfn", "startExecution", &result, FieldValidation::Strict, Names::Sdk),
///     ["Required field 'ExecutionArn' is missing", "Field 'StartDate' must be a string"]
/// );
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html>
pub fn check_result(
    service: &str,
    action: &str,
    result: &Value,
    validation: FieldValidation,
    names: Names,
) -> Vec<String> {
    let mut checker = ResultChecker { validation, names, problems: Vec::new() };
    if validation != FieldValidation::None
        && let Some(service) = Services::default().get(service)
        && let Some(output) = service.operation(action).and_then(|operation| operation.output)
    {
        checker.value(&Member::root(&service, output), "", result);
    }
    checker.problems
}

/// The models of AWS's operations, for [`Engine::test_state`](asl_engine::Engine::test_state) and its mocked results.
///
/// A mock is checked against the operation that the task's integration calls; for a `.sync` task against the operation that
/// describes its job. Mocks of callbacks, functions, HTTP tasks and API Gateway are accepted as they are.
#[derive(Debug, Clone, Copy, Default)]
pub struct ResultModels;

impl ResultSchema for ResultModels {
    fn check(
        &self,
        resource: &Resource,
        result: &Value,
        validation: FieldValidation,
    ) -> Result<(), TaskRefusal> {
        let ResourceKind::Service { service, action, pattern } = resource.kind() else { return Ok(()) };
        let problems = match Integration::of(service, action, pattern) {
            // UNRECORDED: the result of a callback comes from the sender of the token, and is not checked here.
            _ if pattern == Pattern::WaitForTaskToken => Vec::new(),
            Some(Integration::Sdk { service, action }) => {
                check_result(service, action, result, validation, Names::Sdk)
            }
            Some(Integration::Optimised { service, action, job }) => {
                // Recorded: the result of a job is what the operation that describes it returns.
                let operation = job.map_or(action, |job| job.describe);
                let result = without_documents(result, service.special, pattern);
                check_result(service.sdk_name(operation), operation, &result, validation, Names::Model)
            }
            Some(Integration::Http | Integration::ApiGateway | Integration::Kubernetes(_)) | None => {
                Vec::new()
            }
        };
        problems.into_iter().next().map_or(Ok(()), |problem| Err(TaskRefusal::new(problem)))
    }
}

/// Replaces the texts whose JSON Step Functions parses: such members may be anything.
fn without_documents(result: &Value, special: Special, pattern: Pattern) -> Value {
    let documents: &[&str] = match (special, pattern) {
        (Special::Lambda, _) => &["Payload"],
        (Special::Bedrock, _) => &["Body"],
        (Special::States, Pattern::Sync2) => &["Input", "Output"],
        _ => return result.clone(),
    };
    let Value::Object(members) = result else { return result.clone() };
    let mut members = members.clone();
    for name in documents {
        if members.contains_key(name) {
            members.insert(*name, "".into());
        }
    }
    members.into()
}

struct ResultChecker {
    validation: FieldValidation,
    names: Names,
    problems: Vec<String>,
}

impl ResultChecker {
    fn value(&mut self, member: &Member<'_>, field: &str, value: &Value) {
        match (member.shape(), value) {
            (Shape::Structure(structure), Value::Object(object)) => {
                for member in structure.members() {
                    match object.iter().find(|(name, _)| means(name, member.name, self.names)) {
                        Some((name, value)) => self.value(&member, name, value),
                        None if member.is_required() && self.validation == FieldValidation::Strict => {
                            let name = spelled(member.name, self.names);
                            self.problems.push(format!("Required field '{name}' is missing"));
                        }
                        None => {}
                    }
                }
            }
            (Shape::List(item, bounds), Value::Array(array)) => {
                self.length(field, array.len()..=array.len(), bounds);
                array.iter().for_each(|value| self.value(&item, field, value));
            }
            (Shape::Map { value: item, .. }, Value::Object(object)) => {
                object.values().for_each(|value| self.value(&item, field, value));
            }
            (Shape::Text { .. }, _) if member.is_json() => {}
            (Shape::Text { choices, bounds }, Value::String(text)) => {
                if !choices.is_open() && !choices.iter().any(|choice| choice == text.as_str()) {
                    self.problems.push(format!("Field '{field}' is not an expected value"));
                }
                let length = text.chars().count();
                self.length(field, length..=length, bounds);
            }
            // The text itself or Base64: either length may be meant.
            (Shape::Blob(bounds), Value::String(text)) => {
                self.length(field, text.len() / 4 * 3..=text.len(), bounds);
            }
            (Shape::Integer(bounds) | Shape::Float(bounds), Value::Number(number)) => {
                self.range(field, number.as_f64(), bounds);
            }
            // Recorded: a time without a zone. UNRECORDED: whether a mocked time may be any text; here it may.
            (Shape::Timestamp, Value::String(_))
            | (Shape::Boolean, Value::Bool(_))
            | (Shape::Document, _) => {}
            // UNRECORDED: the text about a mocked result that is not an object.
            (shape, _) if field.is_empty() => {
                self.problems.push(format!("The result must be {}", kind(&shape)));
            }
            (shape, _) => self.problems.push(format!("Field '{field}' must be {}", kind(&shape))),
        }
    }

    /// Checks a length that may be any in a range: one of them must fit.
    fn length(&mut self, field: &str, lengths: RangeInclusive<usize>, bounds: Bounds<'_>) {
        let bound = |text: Option<&str>| text.and_then(|text| text.parse::<usize>().ok());
        if bound(bounds.min).is_some_and(|min| *lengths.end() < min) {
            self.problems.push(format!("Field '{field}' is smaller than the minimum length"));
        }
        // UNRECORDED: the text about a mocked field that is too long.
        if bound(bounds.max).is_some_and(|max| *lengths.start() > max) {
            self.problems.push(format!("Field '{field}' exceeds the maximum length"));
        }
    }

    fn range(&mut self, field: &str, number: f64, bounds: Bounds<'_>) {
        let bound = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok());
        if bound(bounds.max).is_some_and(|max| number > max) {
            self.problems.push(format!("Field '{field}' exceeds the maximum value"));
        }
        if bound(bounds.min).is_some_and(|min| number < min) {
            self.problems.push(format!("Field '{field}' is less than the minimum value"));
        }
    }
}

fn kind(shape: &Shape<'_>) -> &'static str {
    match shape {
        Shape::Structure(_) | Shape::Map { .. } | Shape::Document => "an object",
        Shape::List(..) => "an array",
        Shape::Text { .. } | Shape::Blob(_) | Shape::Timestamp => "a string",
        Shape::Boolean => "a boolean",
        Shape::Integer(_) | Shape::Float(_) => "a number",
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[track_caller]
    fn check_task(resource: &str, result: Value, expect: Result<(), &str>) {
        let resource = Resource::from(format!("arn:aws:states:::{resource}").as_str());
        let found = ResultModels.check(&resource, &result, FieldValidation::Strict);
        assert_eq!(found.as_ref().map(|_| ()).map_err(TaskRefusal::message), expect, "{resource} {result}");
    }

    #[test]
    fn results_of_tasks() {
        check_task("lambda:invoke", json!({"Payload": {"any": [1]}, "StatusCode": 200, "More": 1}), Ok(()));
        check_task("lambda:invoke", json!({"StatusCode": "200"}), Err("Field 'StatusCode' must be a number"));
        check_task("lambda:invoke.waitForTaskToken", json!({"StatusCode": "200"}), Ok(()));
        check_task("states:startExecution", json!({}), Err("Required field 'ExecutionArn' is missing"));
        let execution = json!({"ExecutionArn": "arn:e", "StateMachineArn": "arn:m", "Status": "SUCCEEDED",
            "StartDate": "2026-01-01T00:00:00Z", "Output": {"n": 1}});
        check_task("states:startExecution.sync:2", execution.clone(), Ok(()));
        check_task("states:startExecution.sync", execution, Err("Field 'Output' must be a string"));
        check_task(
            "aws-sdk:sfn:startExecution",
            json!({"ExecutionArn": 1}),
            Err("Field 'ExecutionArn' must be a string"),
        );
        check_task("http:invoke", json!(1), Ok(()));
    }

    /// What each kind of field may be, with the integration's names.
    #[test]
    fn fields_of_results() {
        for (resource, result, problem) in [
            ("aws-sdk:kms:encrypt", json!({"CiphertextBlob": "AQI="}), None),
            ("aws-sdk:kms:encrypt", json!({"CiphertextBlob": 1}), Some("'CiphertextBlob' must be a string")),
            (
                "aws-sdk:kms:encrypt",
                json!({"CiphertextBlob": ""}),
                Some("'CiphertextBlob' is smaller than the minimum length"),
            ),
            (
                "aws-sdk:kms:encrypt",
                json!({"CiphertextBlob": "A".repeat(8200)}),
                Some("'CiphertextBlob' exceeds the maximum length"),
            ),
            ("aws-sdk:kms:encrypt", json!({"CiphertextBlob": "A".repeat(8192)}), None),
            ("aws-sdk:kms:encrypt", json!({"KeyId": ""}), Some("'KeyId' is smaller than the minimum length")),
            (
                "aws-sdk:kms:encrypt",
                json!({"KeyId": "k".repeat(2049)}),
                Some("'KeyId' exceeds the maximum length"),
            ),
            (
                "aws-sdk:kms:encrypt",
                json!({"EncryptionAlgorithm": "ROT13"}),
                Some("'EncryptionAlgorithm' is not an expected value"),
            ),
            ("aws-sdk:lambda:getFunction", json!({"Configuration": {"Timeout": 1}}), None),
            (
                "aws-sdk:lambda:getFunction",
                json!({"Configuration": {"Timeout": 0}}),
                Some("'Timeout' is less than the minimum value"),
            ),
            (
                "aws-sdk:lambda:getFunction",
                json!({"Configuration": {"Timeout": 1_000_000}}),
                Some("'Timeout' exceeds the maximum value"),
            ),
            (
                "aws-sdk:lambda:getFunction",
                json!({"Configuration": []}),
                Some("'Configuration' must be an object"),
            ),
            (
                "aws-sdk:lambda:getFunction",
                json!({"Configuration": {"VpcConfig": {"SecurityGroupIds": ["a", "b", "c", "d", "e", "f"]}}}),
                Some("'SecurityGroupIds' exceeds the maximum length"),
            ),
            (
                "dynamodb:putItem",
                json!({"ConsumedCapacity": {"CapacityUnits": "1.5"}}),
                Some("'CapacityUnits' must be a number"),
            ),
            ("dynamodb:putItem", json!({"ConsumedCapacity": {"CapacityUnits": 1.5}}), None),
            ("dynamodb:getItem", json!({"Item": {"a": {"S": 1}}}), Some("'S' must be a string")),
            ("events:putEvents", json!({"Entries": "e"}), Some("'Entries' must be an array")),
            (
                "events:putEvents",
                json!({"Entries": [{"EventId": "e"}, {"EventId": []}]}),
                Some("'EventId' must be a string"),
            ),
            ("events:putEvents", json!({"entries": "e", "Random": 1}), None),
            ("sqs:sendMessage", json!({"MessageId": "m", "MD5OfMessageBody": "5"}), None),
            ("sns:publish", json!({"MessageId": 1}), Some("'MessageId' must be a string")),
            (
                "states:startExecution.sync",
                json!({"Status": "TIRED", "ExecutionArn": "a", "StateMachineArn": "m", "StartDate": "d"}),
                Some("'Status' is not an expected value"),
            ),
        ] {
            let expected = problem.map(|problem| format!("Field {problem}"));
            check_task(resource, result, expected.as_deref().map_or(Ok(()), Err));
        }
    }

    /// Recorded: a time may be any text, with or without a zone, and nothing else.
    #[test]
    fn times_are_texts() {
        let started = |date: Value| json!({"ExecutionArn": "arn:e", "StartDate": date});
        for resource in ["states:startExecution", "aws-sdk:sfn:startExecution"] {
            for date in ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456", "soon"] {
                check_task(resource, started(date.into()), Ok(()));
            }
            for date in [json!(1_764_103_483), json!(true), json!({})] {
                check_task(resource, started(date), Err("Field 'StartDate' must be a string"));
            }
        }
    }

    #[track_caller]
    fn check(action: (&str, &str), result: Value, validation: FieldValidation, expect: &[&str]) {
        assert_eq!(check_result(action.0, action.1, &result, validation, Names::Sdk), expect);
    }

    #[test]
    fn results() {
        use FieldValidation::{Present, Strict};
        let started = ("sfn", "startExecution");
        check(
            started,
            json!({"ExecutionArn": "arn", "StartDate": "2026-01-01T00:00:00Z", "New": 1}),
            Strict,
            &[],
        );
        check(started, json!({}), Present, &[]);
        let missing = ["Required field 'ExecutionArn' is missing", "Required field 'StartDate' is missing"];
        check(started, json!({}), Strict, &missing);
        check(started, json!([]), Present, &["The result must be an object"]);
        let described = json!({"Status": "TIRED", "Name": "", "RedriveCount": -1});
        let problems = [
            "Field 'Name' is smaller than the minimum length",
            "Field 'Status' is not an expected value",
            "Field 'RedriveCount' is less than the minimum value",
        ];
        let mut found = check_result("sfn", "describeExecution", &described, Present, Names::Sdk);
        found.retain(|problem| problems.contains(&problem.as_str()));
        assert!(found.len() >= 2, "{found:?}");
        check(("nowhere", "at"), json!(1), Strict, &[]);
    }
}

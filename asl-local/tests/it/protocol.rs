//! awsJson1_0: targets, bodies, errors.

use asl_local::{Config, Quotas};
use asl_value::json;

use crate::client::{Client, ROLE};

#[track_caller]
fn check(client: &Client, head: &str, body: &str, status: u16, expected: &str) -> impl Future<Output = ()> {
    let place = std::panic::Location::caller();
    let (client, head, body, expected) =
        (client.clone(), head.to_owned(), body.to_owned(), expected.to_owned());
    async move {
        let answer = client.send(&head, &body).await;
        assert_eq!((answer.status, answer.body.to_json()), (status, expected), "{place}");
    }
}

#[tokio::test]
async fn requests_that_make_no_sense_get_errors_in_the_shape_of_aws() {
    let quotas = Quotas { request_bytes: 64, ..Quotas::default() };
    let client = Client::of(Config { quotas, ..Config::default() }).await;
    let target = |action: &str| format!("POST / HTTP/1.1\r\nX-Amz-Target: AWSStepFunctions.{action}");
    let unknown = r#"{"__type":"com.amazon.coral.service#UnknownOperationException","message":""}"#;
    check(&client, &target("Sing"), "{}", 400, unknown).await;
    check(&client, "POST / HTTP/1.1", "{}", 400, unknown).await;
    check(&client, "POST / HTTP/1.1\r\nX-Amz-Target: Other.ListStateMachines", "{}", 400, unknown).await;
    check(&client, "DELETE / HTTP/1.1", "", 404, unknown).await;
    check(&client, "GET / HTTP/1.1", "", 200, r#"{"status":"ok"}"#).await;
    check(&client, &target("ListStateMachines"), "", 200, r#"{"stateMachines":[]}"#).await;
    let serialization = |message: &str| {
        format!(r#"{{"__type":"com.amazon.coral.service#SerializationException","message":"{message}"}}"#)
    };
    let list = target("ListStateMachines");
    check(&client, &list, "[", 400, &serialization("EOF while parsing a list at line 1 column 1")).await;
    check(&client, &list, "[]", 400, &serialization("expected an object, found array")).await;
    let long = format!("\"{}\"", "x".repeat(64));
    let large = r#"{"__type":"com.amazonaws.swf.service.v2.model#RequestEntityTooLargeException","message":"the request has more than 64 bytes"}"#;
    check(&client, &list, &long, 413, large).await;
}

#[tokio::test]
async fn members_that_do_not_fit_are_named() {
    let client = Client::new().await;
    let constraint = |value: &str, member: &str, rule: &str| {
        format!(
            "1 validation error detected: Value {value} at '{member}' failed to satisfy constraint: {rule}"
        )
    };
    for (action, body, message) in [
        (
            "ListStateMachines",
            json!({"maxResults": 1001}),
            constraint("'1001'", "maxResults", "Member must have value less than or equal to 1000"),
        ),
        (
            "CreateStateMachine",
            json!({"name": "a", "definition": "{}", "roleArn": ROLE, "loggingConfiguration": {"level": "SOME"}}),
            constraint(
                "'SOME'",
                "loggingConfiguration.level",
                "Member must satisfy enum value set: [OFF, FATAL, ERROR, ALL]",
            ),
        ),
        ("DescribeExecution", json!({}), constraint("null", "executionArn", "Member must not be null")),
        (
            "ListExecutions",
            json!({"stateMachineArn": "arn", "statusFilter": "DONE"}),
            constraint(
                "'DONE'",
                "statusFilter",
                "Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
            ),
        ),
    ] {
        client.refused(action, body, "ValidationException", &message).await;
    }
    let token = json!({"nextToken": "x".repeat(1025)});
    let message = constraint(
        &format!("'{}'", "x".repeat(1025)),
        "nextToken",
        "Member must have length less than or equal to 1024",
    );
    client.refused("ListStateMachines", token, "ValidationException", &message).await;
    let token = json!({"nextToken": "x"});
    client.refused("ListStateMachines", token, "InvalidToken", "Invalid Token: 'Invalid token'").await;
}

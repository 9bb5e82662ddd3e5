//! Events as AWS sends them, and responses as its own types read them.

use std::sync::Arc;

use asl_engine::{EventKind, HistoryRecorder};
use asl_lambda::{Invocation, Trigger, handle};
use asl_value::{Value, json};
use aws_lambda_events::alb::AlbTargetGroupResponse;
use aws_lambda_events::apigw::{ApiGatewayProxyResponse, ApiGatewayV2httpResponse};
use aws_lambda_events::cognito::CognitoEventUserPoolsPreSignup;
use aws_lambda_events::encodings::Body;
use aws_lambda_events::lambda_function_urls::LambdaFunctionUrlResponse;
use aws_lambda_events::streams::{DynamoDbEventResponse, KinesisEventResponse, SqsEventResponse};

use crate::machine::{adapter, echo, fail, pass};

const EVENTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/events");

pub(crate) fn fixture(name: &str) -> Value {
    Value::parse(&std::fs::read_to_string(format!("{EVENTS}/{name}.json")).unwrap()).unwrap()
}

pub(crate) fn fixtures() -> Vec<String> {
    let files =
        std::fs::read_dir(EVENTS).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = files.map(|file| file.strip_suffix(".json").unwrap().to_owned()).collect();
    names.sort();
    names
}

/// The trigger of a fixture by the start of its name; the first match counts.
const TRIGGERS: [(&str, Trigger); 31] = [
    ("alb-", Trigger::Alb),
    ("vpc-lattice-", Trigger::VpcLattice),
    // The event of an authorizer contains all of a request.
    ("apigw-custom-auth", Trigger::Direct),
    ("apigw-v2-custom-authorizer", Trigger::Direct),
    ("apigw-websocket", Trigger::WebSocket),
    ("apigw-v2-request", Trigger::HttpApi),
    ("apigw-sam-http", Trigger::HttpApi),
    ("apigw-", Trigger::RestApi),
    // An answer of the API of SQS, and what SNS posts to a URL.
    ("sqs-api", Trigger::Direct),
    ("sns-subscription", Trigger::Direct),
    ("sns-unsubscribe", Trigger::Direct),
    ("sqs-", Trigger::Sqs),
    ("sns-", Trigger::Sns),
    ("cloudwatch-alarm-sns", Trigger::Sns),
    // A request for an object, answered by a call.
    ("s3-object-lambda", Trigger::Direct),
    ("s3-", Trigger::S3),
    ("kinesis-firehose", Trigger::Direct),
    ("kinesis-", Trigger::Kinesis),
    // A single record.
    ("dynamodb-event-record", Trigger::Direct),
    ("dynamodb-", Trigger::DynamoDb),
    ("cloudwatch_logs-", Trigger::CloudWatchLogs),
    ("cognito-", Trigger::Cognito),
    ("ecr-image-scan", Trigger::EventBridge),
    ("eventbridge-", Trigger::EventBridge),
    ("autoscaling-", Trigger::EventBridge),
    ("codebuild-", Trigger::EventBridge),
    ("codedeploy-deployment", Trigger::EventBridge),
    ("codedeploy-instance", Trigger::EventBridge),
    // It has the same mistake as another fixture: `detailType`.
    ("codedeploy-lifecycle", Trigger::Direct),
    ("codepipeline-", Trigger::EventBridge),
    // Everything else that invokes functions.
    ("", Trigger::Direct),
];

#[test]
fn events_are_told_apart() {
    let fixtures = fixtures();
    for name in &fixtures {
        let (_, trigger) = TRIGGERS.iter().find(|(begin, _)| name.starts_with(begin)).unwrap();
        assert_eq!(Trigger::detect(&fixture(name)), *trigger, "{name}");
    }
    assert!(fixtures.len() > 150, "{}", fixtures.len());
    for event in ["null", "1", "\"x\"", "[]", "{}", r#"{"version":"2.0","requestContext":7}"#] {
        let event = Value::parse(event).unwrap();
        assert_eq!(Trigger::detect(&event), Trigger::Direct, "{event}");
    }
}

/// An event reaches its executions unchanged: as a whole, or record by record.
#[test]
fn events_come_in_unchanged() {
    let adapter = adapter(&echo(), &[("ASL_INPUT", "event")]);
    for name in fixtures() {
        let event = fixture(&name);
        let history = Arc::new(HistoryRecorder::new());
        let invocation = Invocation::new("r-1").with_observer(history.clone());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let answer = runtime.block_on(handle(&adapter, event.clone(), invocation)).unwrap();
        if matches!(Trigger::detect(&event), Trigger::Direct | Trigger::Cognito) {
            assert_eq!(answer, event, "{name}");
        }
        let inputs: Value = history
            .events()
            .into_iter()
            .filter_map(|event| match event.kind {
                EventKind::ExecutionStarted { input, .. } => Some(input),
                _ => None,
            })
            .collect();
        let is_direct = Trigger::detect(&event) == Trigger::Direct;
        let records = event.get("Records").filter(|_| !is_direct).cloned();
        let expect = records.unwrap_or_else(|| json!([event]));
        assert_eq!(inputs, expect, "{name}");
    }
}

/// Checks the payload of a fixture, or of its first record.
#[track_caller]
fn check_body(name: &str, body: Value) {
    let event = fixture(name);
    let part = event.get("Records").and_then(|records| records.at(0)).unwrap_or(&event);
    assert_eq!(Trigger::detect(&event).body(part), Ok(body), "{name}");
}

#[test]
fn events_carry_their_bodies() {
    check_body("apigw-v2-request-iam", json!({"a": 1}));
    check_body("apigw-v2-request-no-authorizer", json!({}));
    check_body("apigw-sam-http-request", json!({}));
    check_body("apigw-request", json!({"a": 1}));
    check_body("apigw-console-test-request", json!({"a": 1}));
    check_body("alb-lambda-target-request-multivalue-headers", json!("Some text"));
    check_body("eventbridge-schedule", json!({}));
    check_body("eventbridge-event-obj", json!({"instance-id": "i-abcd1111", "state": "pending"}));
    check_body("sqs-event", json!("Message Body"));
    check_body("sqs-event-obj", json!({"a": "Test", "b": 123}));
    check_body("sns-event", json!("Hello\r\nworld!"));
    check_body("kinesis-event", json!("Hello World"));
    let s3 = fixture("s3-event");
    check_body("s3-event", s3["Records"][0]["s3"].clone());
    let dynamodb = fixture("dynamodb-event");
    check_body("dynamodb-event", dynamodb["Records"][0]["dynamodb"].clone());
    let sign_up = fixture("cognito-event-userpools-presignup");
    check_body("cognito-event-userpools-presignup", sign_up["request"].clone());
    check_body(
        "cloudwatch_logs-event",
        json!({
            "messageType": "DATA_MESSAGE", "owner": "123456789123", "logGroup": "testLogGroup",
            "logStream": "testLogStream", "subscriptionFilters": ["testFilter"], "logEvents": [
                {"id": "eventId1", "timestamp": 1440442987000_i64, "message": "[ERROR] First test message"},
                {"id": "eventId2", "timestamp": 1440442987001_i64, "message": "[ERROR] Second test message"}
            ]
        }),
    );
}

#[track_caller]
fn answer(definition: &Value, name: &str) -> Value {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let adapter = adapter(definition, &[]);
    runtime.block_on(handle(&adapter, fixture(name), Invocation::new("r-1"))).unwrap()
}

/// Checks that the response of each machine can be read as the type of its gateway.
#[track_caller]
fn check_response(definition: &Value, name: &str, status: i64, body: &str) {
    let response = answer(definition, name);
    let (read, content) = match Trigger::detect(&fixture(name)) {
        Trigger::HttpApi => {
            let read: ApiGatewayV2httpResponse = asl_value::from_value(&response).unwrap();
            assert_eq!(read.cookies, Vec::<String>::new());
            ((read.status_code, read.headers, read.is_base64_encoded), read.body)
        }
        Trigger::Alb => {
            let read: AlbTargetGroupResponse = asl_value::from_value(&response).unwrap();
            assert!(read.status_description.unwrap().starts_with(&status.to_string()));
            let is_multi = read.headers.is_empty();
            let headers = if is_multi { read.multi_value_headers } else { read.headers };
            assert_eq!(is_multi, name.contains("multivalue"));
            ((read.status_code, headers, read.is_base64_encoded), read.body)
        }
        _ => {
            let read: ApiGatewayProxyResponse = asl_value::from_value(&response).unwrap();
            ((read.status_code, read.headers, read.is_base64_encoded), read.body)
        }
    };
    assert_eq!((read.0, read.2), (status, false));
    assert_eq!(read.1["content-type"], "application/json");
    assert_eq!(content, Some(Body::Text(body.to_owned())));
}

#[test]
fn responses_are_of_the_gateways_types() {
    for (name, body) in [
        ("apigw-v2-request-iam", r#"{"a":1}"#),
        ("apigw-request", r#"{"a":1}"#),
        ("alb-lambda-target-request-headers-only", r#""Hello from ALB""#),
        ("alb-lambda-target-request-multivalue-headers", r#""Some text""#),
        ("apigw-websocket-request", r#"{"a":1}"#),
    ] {
        let body = answer(&echo(), name)["body"].as_str().map_or(body.to_owned(), str::to_owned);
        check_response(&echo(), name, 200, &body);
        let cause = answer(&fail(), name)["body"].as_str().unwrap().to_owned();
        assert!(cause.starts_with(r#"{"error":"States.Runtime","#), "{cause}");
        check_response(&fail(), name, 500, &cause);
    }
}

/// The crate has no fixture for a function URL, which differs from an HTTP API only in the host.
#[test]
fn the_response_of_a_url_is_of_its_type() {
    let mut event = fixture("apigw-v2-request-iam").as_object().unwrap().clone();
    let mut context = event.take("requestContext").unwrap().as_object().unwrap().clone();
    context.insert("domainName", json!("abcdefghij.lambda-url.us-east-1.on.aws"));
    event.insert("requestContext", context.into());
    let event = Value::from(event);
    assert_eq!(Trigger::detect(&event), Trigger::FunctionUrl);
    for (definition, status) in [(echo(), 200), (fail(), 500)] {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let adapter = adapter(&definition, &[]);
        let response = runtime.block_on(handle(&adapter, event.clone(), Invocation::new("r-1"))).unwrap();
        let read: LambdaFunctionUrlResponse = asl_value::from_value(&response).unwrap();
        assert_eq!((read.status_code, read.is_base64_encoded, read.cookies.len()), (status, false, 0));
        assert_eq!(read.headers["content-type"], "application/json");
        assert!(read.body.is_some());
    }
}

#[test]
fn cognito_reads_what_was_filled_in() {
    let confirm = json!({"autoConfirmUser": true, "autoVerifyEmail": true, "autoVerifyPhone": false});
    let answer = answer(&pass(&confirm), "cognito-event-userpools-presignup");
    let read: CognitoEventUserPoolsPreSignup = asl_value::from_value(&answer).unwrap();
    assert!(read.response.auto_confirm_user && read.response.auto_verify_email);
    assert_eq!(read.request.user_attributes["email"], "<email>");
}

#[test]
fn failed_records_are_reported_as_lambda_reads_it() {
    let sqs: SqsEventResponse = asl_value::from_value(&answer(&fail(), "sqs-event")).unwrap();
    let failed = sqs.batch_item_failures.into_iter().map(|failure| failure.item_identifier.unwrap());
    assert_eq!(failed.collect::<Vec<_>>(), ["MessageID_1"]);
    let kinesis: KinesisEventResponse = asl_value::from_value(&answer(&fail(), "kinesis-event")).unwrap();
    let failed = kinesis.batch_item_failures.into_iter().map(|failure| failure.item_identifier.unwrap());
    assert_eq!(failed.collect::<Vec<_>>(), ["49568167373333333333333333333333333333333333333333333333"]);
    let dynamodb: DynamoDbEventResponse = asl_value::from_value(&answer(&echo(), "dynamodb-event")).unwrap();
    assert!(dynamodb.batch_item_failures.is_empty());
}

//! The committed table.

use std::time::{Duration, Instant};

use super::*;

#[test]
fn every_service_is_decoded() {
    let mut operations = 0;
    for name in names() {
        let service = load(name).unwrap_or_else(|| panic!("{name}"));
        for operation in service.operations() {
            operations += 1;
            assert!(!operation.name.is_empty() && operation.uri.starts_with('/'), "{name}:{operation:?}");
            assert!(service.operation(&action(operation.name)).is_some(), "{name}:{}", operation.name);
            for shape in [operation.input, operation.output].into_iter().flatten() {
                assert!(Member::root(&service, shape).structure().is_some(), "{name}:{}", operation.name);
            }
        }
        assert!(
            !service.id().is_empty() && !service.class().is_empty() && !service.signing_name().is_empty()
        );
    }
    println!("{} services, {operations} operations", names().count());
    assert!(
        names().count() >= 430 && operations >= 19_000,
        "{} services, {operations} operations",
        names().count()
    );
}

fn action(operation: &str) -> String {
    let mut chars = operation.chars();
    chars.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(chars).collect()
}

#[track_caller]
fn check(service: &str, id: &str, class: &str, signing_name: &str, protocol: Protocol) {
    let service = load(service).unwrap();
    assert_eq!([service.id(), service.class(), service.signing_name()], [id, class, signing_name]);
    assert_eq!(service.protocol(), protocol);
}

#[test]
fn services_go_by_the_names_of_step_functions() {
    check("dynamodb", "DynamoDB", "DynamoDb", "dynamodb", Protocol::Json);
    check("sfn", "SFN", "Sfn", "states", Protocol::Json);
    check("eventbridge", "EventBridge", "EventBridge", "events", Protocol::Json);
    check("cloudwatchlogs", "CloudWatch Logs", "CloudWatchLogs", "logs", Protocol::Json);
    check("secretsmanager", "Secrets Manager", "SecretsManager", "secretsmanager", Protocol::Json);
    check("lambda", "Lambda", "Lambda", "lambda", Protocol::RestJson);
    check("apigateway", "API Gateway", "ApiGateway", "apigateway", Protocol::RestJson);
    check("s3", "S3", "S3", "s3", Protocol::RestXml);
    check("sts", "STS", "Sts", "sts", Protocol::Query);
    check("ec2", "EC2", "Ec2", "ec2", Protocol::Ec2);
    check(
        "elasticloadbalancingv2",
        "Elastic Load Balancing v2",
        "ElasticLoadBalancingV2",
        "elasticloadbalancing",
        Protocol::Query,
    );
    // The service prefers CBOR, and has others.
    assert_ne!(load("cloudwatch").unwrap().protocol(), Protocol::Cbor);
    assert!(load("stepfunctions").is_none() && load("").is_none());
}

#[test]
fn errors_go_by_the_classes_of_the_java_sdk() {
    let class = |service: &str, code: &str| load(service).unwrap().exception(code).map(str::to_owned);
    assert_eq!(class("s3", "NoSuchBucket").as_deref(), Some("NoSuchBucketException"));
    assert_eq!(class("rds", "DBInstanceNotFound").as_deref(), Some("DbInstanceNotFoundException"));
    assert_eq!(class("sfn", "InvalidToken").as_deref(), Some("InvalidTokenException"));
    assert_eq!(class("dynamodb", "ValidationException"), None);
}

/// A bound that any machine meets; `cargo test -- --nocapture` prints the actual time.
#[test]
fn decoding_takes_no_time_to_speak_of() {
    for name in ["dynamodb", "sqs", "s3", "lambda", "ec2"] {
        let start = Instant::now();
        let service = load(name).unwrap();
        let time = start.elapsed();
        println!("{name}: {time:?}, {} operations", service.operations().count());
        assert!(time < Duration::from_secs(1));
    }
}

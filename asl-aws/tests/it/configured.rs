//! `Config::only_configured`: what a task's own hosts receive where AWS itself must not be called.

use asl_aws::{Aws, Config};
use asl_value::{Value, json};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::kubernetes::{AUTHORITY, acceptor};
use crate::run::{ending, run};
use crate::server::{Answer, Server};

/// With the developer's keys and these endpoints.
fn only(endpoints: &[(&str, &str)]) -> Aws {
    let keys = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
        ("AWS_SESSION_TOKEN", "token"),
    ];
    let variables =
        keys.iter().chain(endpoints).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Aws::new(Config::from_variables(variables).expect("a configuration").only_configured())
}

async fn ended(aws: Aws, resource: &str, parameters: Value) -> Value {
    let task = json!({"Resource": format!("arn:aws:states:::{resource}"), "Parameters": parameters});
    ending(&run(aws, task).await.0)
}

fn cluster(action: &str, endpoint: &str) -> Value {
    let mut parameters = json!({
        "ClusterName": "production", "CertificateAuthority": BASE64_STANDARD.encode(AUTHORITY), "Endpoint": endpoint
    });
    let more = match action {
        "eks:call" => json!({"Method": "GET", "Path": "/"}),
        _ => json!({"Job": {}}),
    };
    if let (Value::Object(parameters), Value::Object(more)) = (&mut parameters, more) {
        parameters.extend(more);
    }
    parameters
}

fn api(endpoint: &str, authentication: &str) -> Value {
    json!({"ApiEndpoint": endpoint, "Method": "GET", "AuthType": authentication})
}

fn message(queue: &str) -> Value {
    json!({"QueueUrl": queue, "MessageBody": "m"})
}

#[tokio::test]
async fn hosts_in_arguments_receive_nothing() {
    let answer = |_: &_| -> Answer { ("200 OK", "{}".to_owned()) };
    let (stranger, strange_cluster) =
        (Server::start(answer).await, Server::start_tls(Some(acceptor()), answer).await);
    let emulator = Server::start(answer).await;
    let of_cluster = "https://A1.gr7.us-east-1.eks.amazonaws.com";
    let of_api = "https://abc123.execute-api.us-east-1.amazonaws.com";
    let of_queue = "https://sqs.us-east-1.amazonaws.com/1/q";
    let not_configured = |field: &str| {
        format!("the host in `{field}` is not a configured endpoint, and AWS itself must not be called")
    };
    let (cluster_error, api_error) = (not_configured("Endpoint"), not_configured("ApiEndpoint"));
    let no_endpoint = "no endpoint is configured for SQS, and AWS itself must not be called";
    let (no_queue, invalid) =
        ("`QueueUrl` names no queue, and its host is not that of SQS", "has an invalid format]");
    // The endpoint of another service, and one for all services on this machine.
    let lambda = [("AWS_ENDPOINT_URL_LAMBDA", emulator.url.as_str())];
    let all = [("AWS_ENDPOINT_URL", emulator.url.as_str())];
    for (endpoints, resource, parameters, error, cause) in [
        (
            lambda,
            "eks:call",
            cluster("eks:call", of_cluster),
            "EKS.SdkClientException",
            cluster_error.as_str(),
        ),
        (lambda, "eks:runJob", cluster("eks:runJob", of_cluster), "EKS.SdkClientException", &cluster_error),
        (
            lambda,
            "eks:runJob.sync",
            cluster("eks:runJob", of_cluster),
            "EKS.SdkClientException",
            &cluster_error,
        ),
        (lambda, "eks:call", cluster("eks:call", &strange_cluster.url), "States.Runtime", invalid),
        (lambda, "apigateway:invoke", api(of_api, "IAM_ROLE"), "ApiGateway.SdkClientException", &api_error),
        (lambda, "apigateway:invoke", api(of_api, "NO_AUTH"), "ApiGateway.SdkClientException", &api_error),
        (lambda, "apigateway:invoke", api(&stranger.url, "IAM_ROLE"), "States.Runtime", invalid),
        (lambda, "sqs:sendMessage", message(&stranger.url), "SQS.SdkClientException", no_queue),
        (lambda, "sqs:sendMessage", message(of_queue), "SQS.SdkClientException", no_endpoint),
        (lambda, "aws-sdk:sqs:sendMessage", message(&stranger.url), "Sqs.SdkClientException", no_endpoint),
        (all, "eks:call", cluster("eks:call", of_cluster), "EKS.SdkClientException", &cluster_error),
        (all, "apigateway:invoke", api(of_api, "IAM_ROLE"), "ApiGateway.SdkClientException", &api_error),
        (all, "sqs:sendMessage", message(&stranger.url), "SQS.SdkClientException", no_queue),
    ] {
        let found = ended(only(&endpoints), resource, parameters).await;
        assert_eq!(found[0], json!(error), "{resource} {endpoints:?}: {found}");
        assert!(found[1].as_str().unwrap().ends_with(cause), "{resource} {endpoints:?}: {found}");
    }
    for server in [stranger, strange_cluster, emulator] {
        assert!(server.requests().is_empty(), "{}", server.url);
    }
}

#[tokio::test]
async fn configured_endpoints_are_called() {
    let answer = |_: &_| -> Answer { ("200 OK", r#"{"MessageId":"1"}"#.to_owned()) };
    let (emulator, eks) = (Server::start(answer).await, Server::start_tls(Some(acceptor()), answer).await);
    let all = [("AWS_ENDPOINT_URL", emulator.url.as_str())];
    let queues = [("AWS_ENDPOINT_URL_SQS", emulator.url.as_str())];
    for (endpoints, queue) in [
        (all, format!("{}/1/q", emulator.url)),
        (queues, format!("{}/1/q", emulator.url)),
        (queues, emulator.url.clone()),
        (queues, "http://sqs.us-east-1.localhost.localstack.cloud:4566/1/q".to_owned()),
        (queues, "https://sqs.us-east-1.amazonaws.com/1/q".to_owned()),
    ] {
        let before = emulator.requests().len();
        let found = ended(only(&endpoints), "sqs:sendMessage", message(&queue)).await;
        assert_eq!(
            (&found["MessageId"], emulator.requests().len()),
            (&json!("1"), before + 1),
            "{queue}: {found}"
        );
    }
    let found = ended(only(&all), "apigateway:invoke", api(&emulator.url, "IAM_ROLE")).await;
    assert_eq!(found["StatusCode"], json!(200), "{found}");
    // A token is a request to STS, so without an endpoint of STS there is none.
    let clusters =
        [("AWS_ENDPOINT_URL_EKS", eks.url.as_str()), ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")];
    let found = ended(only(&clusters), "eks:call", cluster("eks:call", &eks.url)).await;
    assert_eq!((&found["StatusCode"], eks.requests().len()), (&json!(200), 1), "{found}");
    let found = ended(only(&clusters[..1]), "eks:call", cluster("eks:call", &eks.url)).await;
    let no_endpoint = "no endpoint is configured for STS, and AWS itself must not be called";
    assert_eq!((found, eks.requests().len()), (json!(["EKS.SdkClientException", no_endpoint]), 1));
}

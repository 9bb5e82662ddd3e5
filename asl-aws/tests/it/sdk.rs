//! `aws-sdk:*` against a server on loopback: signatures, credentials, retries, errors.

use std::sync::atomic::{AtomicUsize, Ordering};

use asl_aws::{Aws, Config};
use asl_engine::{Engine, Registry, TaskHandler};
use asl_model::Resource;
use asl_value::{Value, json};

use crate::run::{ending, run};
use crate::server::{Answer, Request, Server};
use crate::signature::assert_signed;

const KEYS: [(&str, &str); 2] = [("AWS_ACCESS_KEY_ID", "AKID"), ("AWS_SECRET_ACCESS_KEY", "hush")];

fn aws(server: &Server, variables: &[(&str, &str)]) -> Aws {
    let fixed = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", server.url.as_str())];
    let variables =
        fixed.iter().chain(variables).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Aws::new(Config::from_variables(variables).unwrap())
}

fn task(resource: &str, parameters: Value) -> Value {
    json!({"Resource": format!("arn:aws:states:::aws-sdk:{resource}"), "Parameters": parameters})
}

/// How a task ended after this response, and what was sent.
async fn call(
    fields: Value,
    answer: impl Fn(&Request) -> Answer + Send + Sync + 'static,
) -> (Value, Vec<Request>) {
    let server = Server::start(answer).await;
    let (report, _) = run(aws(&server, &KEYS), fields).await;
    (ending(&report), server.requests())
}

#[tokio::test]
async fn requests_are_signed() {
    let fields = task("dynamodb:getItem", json!({"TableName": "t", "Key": {"id": {"S": "1"}}}));
    let (output, requests) = call(fields, |_| ("200 OK", r#"{"Item":{"id":{"S":"1"}}}"#.into())).await;
    assert_eq!(output, json!({"Item": {"id": {"S": "1"}}}));
    let authorization = requests[0].header("authorization").unwrap();
    assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential=AKID/"), "{authorization}");
    assert_signed(&requests[0], "hush", "eu-west-1/dynamodb");
    assert!(!format!("{requests:?}").contains("hush"));
    // Encoded headers, queries and paths.
    for (scope, resource, parameters) in [
        (
            "eu-west-1/lambda",
            "lambda:getFunction",
            json!({"FunctionName": "arn:a b/ü", "Qualifier": "$LATEST"}),
        ),
        (
            "eu-west-1/s3",
            "s3:putObject",
            json!({"Bucket": "b", "Key": "a/../ü b", "Body": "text", "Metadata": {"k": " v  w "}}),
        ),
        ("eu-west-1/s3", "s3:listObjectsV2", json!({"Bucket": "b", "Prefix": "x&y=ü", "Delimiter": "/"})),
        ("eu-west-1/sns", "sns:publish", json!({"TopicArn": "t", "Message": "ü"})),
        ("us-east-1/iam", "iam:listRoles", json!({})),
    ] {
        let (_, requests) = call(task(resource, parameters), |_| ("200 OK", String::new())).await;
        assert_signed(&requests[0], "hush", scope);
    }
}

#[tokio::test]
async fn calls_belong_to_the_trace_of_the_execution() {
    let (_, requests) = call(task("sqs:listQueues", json!({})), |_| ("200 OK", "{}".into())).await;
    let expected = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1;a=%0A%C3%A9";
    assert_eq!(requests[0].header("x-amzn-trace-id"), Some(expected));
    // Proxies may change this header.
    assert!(!requests[0].header("authorization").unwrap().contains("x-amzn-trace-id"));
    assert!(crate::run::TRACE.contains('\n'));
}

#[tokio::test]
async fn a_restored_process_has_neither_connections_nor_keys() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /keys" => ("200 OK", r#"{"AccessKeyId":"CID","SecretAccessKey":"s","Token":"t"}"#.into()),
        _ => ("200 OK", "{}".into()),
    })
    .await;
    let url = format!("{}/keys", server.url);
    let aws = aws(&server, &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str())]);
    let fields = || task("dynamodb:listTables", json!({}));
    for _ in 0..2 {
        run(aws.clone(), fields()).await;
    }
    assert_eq!((server.requests().len(), server.connections()), (3, 1), "keys are fetched once");
    let engine = Engine::builder().tasks(Registry::new().fallback(aws.clone())).build();
    engine.restored(7);
    run(aws, fields()).await;
    assert_eq!((server.requests().len(), server.connections()), (5, 2), "and once more");
}

#[tokio::test]
async fn put_object_has_a_checksum() {
    let fields = task("s3:putObject", json!({"Bucket": "b", "Key": "k", "Body": false}));
    let (output, requests) =
        call(fields, |_| ("200 OK\r\netag: \"e\"\r\nx-amz-checksum-crc32: K81oMA==", String::new())).await;
    assert_eq!(output, json!({"ETag": "\"e\"", "ChecksumCRC32": "K81oMA=="}));
    assert_eq!((requests[0].line.as_str(), requests[0].body.as_str()), ("PUT /b/k", "false"));
    assert_eq!(requests[0].header("x-amz-checksum-crc32"), Some("K81oMA=="));
}

#[tokio::test]
async fn errors_have_the_words_of_the_sdk() {
    let not_found = r#"{"__type":"a#ResourceNotFoundException","message":"no table"}"#;
    let fields = || task("dynamodb:scan", json!({"TableName": "t"}));
    let (ending, requests) =
        call(fields(), move |_| ("400 Bad Request\r\nx-amzn-requestid: r1", not_found.into())).await;
    let cause = "no table (Service: DynamoDb, Status Code: 400, Request ID: r1)";
    assert_eq!(ending, json!(["DynamoDb.ResourceNotFoundException", cause]));
    assert_eq!(requests.len(), 1, "the same question has the same answer");

    let (ending, requests) =
        call(fields(), |_| ("302 Found\r\nlocation: http://elsewhere/", String::new())).await;
    assert_eq!(requests.len(), 1, "redirects are not followed");
    assert_eq!(ending[0], json!("DynamoDb.DynamoDbException"));
    let (ending, _) = call(fields(), |_| ("200 OK", "no json".into())).await;
    assert_eq!(ending[0], json!("DynamoDb.SdkClientException"));
}

#[tokio::test]
async fn parameters_are_checked_before_anything_is_sent() {
    let (ending, requests) =
        call(task("sqs:sendMessage", json!({"Queue": 1})), |_| ("200 OK", "{}".into())).await;
    assert_eq!(ending[0], json!("States.Runtime"));
    let cause = "The Parameters '{\"Queue\":1}' could not be used to start the Task: \
                 [The field \"Queue\" is not supported by Step Functions]";
    assert!(ending[1].as_str().unwrap().ends_with(cause), "{ending}");
    assert_eq!(requests.len(), 0);
    for (action, more) in [
        ("sqs:dance", ""),
        ("nosuch:dance", ""),
        ("sts:assumeRole", ""),
        ("bedrockruntime:converseStream", ""),
        ("qldb:createLedger", " AWS has removed its integration with `qldb`."),
    ] {
        let (ending, requests) = call(task(action, json!({})), |_| ("200 OK", "{}".into())).await;
        let cause = format!(
            "The resource provided arn:aws:states:::aws-sdk:{action} is not recognized. The value is not a valid resource \
             ARN, or the resource is not available in this region.{more}"
        );
        assert!(ending[1].as_str().unwrap().ends_with(&cause), "{ending}");
        assert_eq!((&ending[0], requests.len()), (&json!("States.Runtime"), 0));
    }
}

#[test]
fn integrations_that_do_not_exist_are_refused_before_the_task_is_scheduled() {
    for integration in
        ["aws-sdk:sqs:sendMessage.sync", "eks:call.sync", "sqs:sendMessage.sync", "nosuch:dance"]
    {
        let resource = Resource::from(format!("arn:aws:states:::{integration}").as_str());
        let refused = Aws::new(Config::new("eu-west-1")).check("T", &resource, &mut json!({})).unwrap_err();
        let message = format!(
            "The resource provided {resource} is not recognized. The value is not a valid resource ARN, or the resource is \
             not available in this region."
        );
        assert_eq!(refused.to_string(), message);
    }
}

#[tokio::test]
async fn trouble_is_tried_again_and_no_more_than_twice() {
    let count = AtomicUsize::new(0);
    let fields = || task("sfn:startExecution", json!({"StateMachineArn": "arn"}));
    let (output, requests) = call(fields(), move |_| match count.fetch_add(1, Ordering::Relaxed) {
        0 => ("500 Internal Server Error", String::new()),
        1 => ("400 Bad Request", r#"{"__type":"ThrottlingException"}"#.into()),
        _ => ("200 OK", r#"{"executionArn":"a","startDate":0}"#.into()),
    })
    .await;
    assert_eq!(output, json!({"ExecutionArn": "a", "StartDate": "1970-01-01T00:00:00Z"}));
    assert_eq!(requests.len(), 3);
    assert_eq!(requests[0].body, requests[2].body);
    let (ending, requests) = call(fields(), |_| ("503 Service Unavailable", String::new())).await;
    assert_eq!((&ending[0], requests.len()), (&json!("Sfn.SfnException"), 3));
}

#[tokio::test]
async fn a_task_may_have_a_role_of_its_own() {
    let answer = |request: &Request| -> Answer {
        if !request.body.starts_with("Action=AssumeRole") {
            return ("200 OK", "{}".into());
        }
        if request.body.contains("refused") {
            return (
                "403 Forbidden",
                "<R><Error><Code>AccessDenied</Code><Message>no</Message></Error></R>".into(),
            );
        }
        let keys = "<R><AssumeRoleResult><Credentials><AccessKeyId>ROLEID</AccessKeyId><SecretAccessKey>s</SecretAccessKey>\
                    <SessionToken>tok</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>\
                    </AssumeRoleResult></R>";
        ("200 OK", keys.into())
    };
    let server = Server::start(answer).await;
    let aws = aws(&server, &KEYS);
    let fields = |role: &str| {
        let mut fields = task("sns:listTopics", json!({}));
        if let Value::Object(object) = &mut fields {
            object
                .insert("Credentials", json!({"RoleArn": format!("arn:aws:iam::111122223333:role/{role}")}));
            object.insert("Resource", "arn:aws:states:::aws-sdk:dynamodb:listTables".into());
        }
        fields
    };
    for _ in 0..2 {
        assert_eq!(ending(&run(aws.clone(), fields("other")).await.0), json!({}));
    }
    let requests = server.requests();
    assert_eq!(requests.len(), 3, "the role is assumed once");
    assert!(requests[2].header("authorization").unwrap().contains("Credential=ROLEID/"));
    assert_eq!(requests[2].header("x-amz-security-token"), Some("tok"));
    let ending = ending(&run(aws, fields("refused")).await.0);
    let cause = "The role arn:aws:iam::111122223333:role/main is not authorized to assume the task state's role, \
                 arn:aws:iam::111122223333:role/refused.";
    assert_eq!(ending, json!(["States.TaskFailed", cause]));
}

#[tokio::test]
async fn keys_may_come_from_the_container() {
    let server = Server::start(|request| match request.line.as_str() {
        "GET /keys" if request.header("authorization") == Some("hush") => {
            ("200 OK", r#"{"AccessKeyId":"CID","SecretAccessKey":"s","Token":"t"}"#.into())
        }
        "GET /keys" => ("403 Forbidden", String::new()),
        _ => ("200 OK", "{}".into()),
    })
    .await;
    let url = format!("{}/keys", server.url);
    let uri = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", url.as_str());
    let fields = || task("dynamodb:listTables", json!({}));
    let with_token = aws(&server, &[uri, ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush")]);
    assert!(!format!("{with_token:?}").contains("hush"));
    assert_eq!(ending(&run(with_token, fields()).await.0), json!({}));
    assert!(server.requests()[1].header("authorization").unwrap().contains("Credential=CID/"));
    let refused = ending(&run(aws(&server, &[uri]), fields()).await.0);
    assert_eq!(refused[1], json!("no credentials from `127.0.0.1`: status 403"));
    let nowhere = ending(&run(aws(&server, &[]), fields()).await.0);
    let cause = "Unable to load credentials from any of the providers in the chain";
    assert_eq!(nowhere, json!(["DynamoDb.SdkClientException", cause]));
}

#[tokio::test]
async fn a_service_that_is_not_there_is_an_error_of_the_client() {
    let variables = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", "http://127.0.0.1:9")];
    let variables =
        variables.iter().chain(&KEYS).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let aws = Aws::new(Config::from_variables(variables).unwrap());
    let ending = ending(&run(aws, task("sqs:listQueues", json!({}))).await.0);
    assert_eq!(ending[0], json!("Sqs.SdkClientException"));
    assert!(ending[1].as_str().unwrap().starts_with("Unable to execute HTTP request: "), "{ending}");
}

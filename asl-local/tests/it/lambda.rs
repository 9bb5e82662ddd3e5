//! Functions, invoked at an endpoint that this test listens at.

use asl_local::Config;
use asl_value::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::client::{Client, one_state, text};

/// Answers one invocation; gives its request line and payload.
async fn function(listener: TcpListener, head: &str, payload: &str) -> (String, String) {
    let (mut stream, _) = listener.accept().await.expect("an invocation");
    let mut request = String::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.expect("read");
        request.push_str(std::str::from_utf8(&buffer[..read]).expect("text"));
        let Some((head, body)) = request.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            break;
        }
    }
    let answer = format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{payload}", payload.len());
    stream.write_all(answer.as_bytes()).await.expect("written");
    let (head, body) = request.split_once("\r\n\r\n").expect("a head");
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

const FUNCTION: &str = "arn:aws:lambda:us-east-1:123456789012:function:f";
const PATH: &str =
    "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/invocations";

async fn check(
    state: Value,
    head: &'static str,
    payload: &'static str,
    line: &str,
    sent: &str,
    expected: [&str; 2],
) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
    let client = Client::of(Config { lambda_endpoint: Some(endpoint), ..Config::default() }).await;
    let function = tokio::spawn(function(listener, head, payload));
    let machine = client.machine("STANDARD", one_state(state)).await;
    let arn = client.start(&machine, r#"{"n":1}"#).await;
    let ended = client.ended(&arn).await;
    assert_eq!(function.await.expect("invoked"), (line.to_owned(), sent.to_owned()));
    let found = match ended["status"] == json!("SUCCEEDED") {
        true => ["output".to_owned(), text(&ended, "output")],
        false => [text(&ended, "error"), text(&ended, "cause")],
    };
    assert_eq!(found[0], expected[0]);
    assert!(found[1].contains(expected[1]), "{} in {}", expected[1], found[1]);
}

#[tokio::test]
async fn functions_are_invoked() {
    let by_arn = json!({"Type": "Task", "Resource": FUNCTION, "End": true});
    let invoke = json!({
        "Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true,
        "Parameters": {"FunctionName": "f", "Payload.$": "$", "Qualifier": "live"}
    });
    let line = format!("POST {PATH} HTTP/1.1");
    check(by_arn.clone(), "200 OK", "[2]", &line, r#"{"n":1}"#, ["output", "[2]"]).await;
    let raised = r#"{"errorMessage":"m","errorType":"CustomError"}"#;
    let head = "200 OK\r\nx-amz-function-error: Unhandled";
    check(by_arn.clone(), head, raised, &line, r#"{"n":1}"#, ["CustomError", raised]).await;
    let missing = r#"{"Type":"User","Message":"Function not found: f"}"#;
    let head = "404 Not Found\r\nx-amzn-errortype: ResourceNotFoundException";
    let cause = "Function not found: f (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; \
                 Request ID: ";
    check(by_arn, head, missing, &line, r#"{"n":1}"#, ["Lambda.ResourceNotFoundException", cause]).await;
    let line = "POST /2015-03-31/functions/f/invocations?Qualifier=live HTTP/1.1";
    let head = "200 OK\r\nx-amz-executed-version: 7";
    let output = r#"{"ExecutedVersion":"7","Payload":{"a":1},"SdkHttpMetadata":"#;
    check(invoke, head, r#"{"a":1}"#, line, r#"{"n":1}"#, ["output", output]).await;
}

#[tokio::test]
async fn a_function_needs_an_endpoint() {
    let gone = TcpListener::bind("127.0.0.1:0").await.expect("a port").local_addr().expect("an address");
    for (endpoint, cause) in [
        (None, "no Lambda endpoint to invoke".to_owned()),
        (
            Some(format!("http://{gone}")),
            format!("Unable to execute HTTP request: Connect to 127.0.0.1:{} failed", gone.port()),
        ),
        (Some("https://lambda".to_owned()), "`https://lambda` is no http:// endpoint".to_owned()),
    ] {
        let client = Client::of(Config { lambda_endpoint: endpoint, ..Config::default() }).await;
        let machine = client
            .machine("STANDARD", one_state(json!({"Type": "Task", "Resource": FUNCTION, "End": true})))
            .await;
        let arn = client.start(&machine, "{}").await;
        let ended = client.ended(&arn).await;
        assert_eq!(text(&ended, "error"), "Lambda.SdkClientException");
        assert!(text(&ended, "cause").contains(&cause), "{}", text(&ended, "cause"));
    }
}

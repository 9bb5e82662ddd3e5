//! Requests and responses over HTTP, as they were measured with AWS's local runner.

use std::sync::Arc;

use asl_aws::{Caller, Config};
use asl_durable::{
    AwsApi, CallbackApi, CallbackSays, Change, DurableApi, DurableError, DurableErrorKind, OperationDetails,
    OperationStatus, Update,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const ARN: &str = "arn:aws:lambda:us-east-1:123456789012:function:f:1/durable-execution/order-7/e-1";

/// Answers one request after the other, and returns the requests.
async fn serve(answers: Vec<(u16, &'static str)>) -> (AwsApi, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let served = tokio::spawn(async move {
        let mut requests = Vec::new();
        for (status, body) in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            while !is_complete(&request) {
                let mut part = [0; 4096];
                let read = stream.read(&mut part).await.unwrap();
                request.extend_from_slice(&part[..read]);
            }
            requests.push(String::from_utf8(request).unwrap());
            let head =
                format!("HTTP/1.1 {status} OK\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
            let response = format!("{head}Content-Type: application/json\r\n\r\n{body}");
            stream.write_all(response.as_bytes()).await.unwrap();
        }
        requests
    });
    let variables = [
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT_URL_LAMBDA", endpoint.as_str()),
        ("AWS_ACCESS_KEY_ID", "key"),
        ("AWS_SECRET_ACCESS_KEY", "secret"),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    (AwsApi::new(Caller::new(Config::from_variables(variables).unwrap())), served)
}

fn is_complete(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
    });
    body.len() >= length.unwrap_or_default()
}

#[tokio::test]
async fn checkpoint() {
    let body = r#"{"CheckpointToken":"t-2","NewExecutionState":{"Operations":[
        {"Id":"c","Type":"CALLBACK","Status":"STARTED","StartTimestamp":1796014332.961,"CallbackDetails":{"CallbackId":"Y2I="}}
    ],"NextMarker":"m"}}"#;
    let (api, served) = serve(vec![(200, body)]).await;
    let update = Update::new("c", Change::CallbackStart { timeout: None, heartbeat: None }).named("Approve");
    let answer = api.checkpoint(ARN, "t-1", &[update], "client-1").await.unwrap();
    assert_eq!((answer.token.as_deref(), answer.state.next_marker.as_deref()), (Some("t-2"), Some("m")));
    let operation = &answer.state.operations[0];
    assert_eq!(
        (operation.status, operation.started.epoch_millis()),
        (OperationStatus::Started, 1_796_014_332_961)
    );
    assert!(
        matches!(&operation.details, OperationDetails::Callback { callback_id, .. } if *callback_id == "Y2I=")
    );
    let request = served.await.unwrap().remove(0);
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let path = "POST /2025-12-01/durable-executions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af%3A1%2Fdurable-execution%2Forder-7%2Fe-1/checkpoint HTTP/1.1";
    assert_eq!(head.lines().next(), Some(path));
    assert!(head.contains("/us-east-1/lambda/aws4_request"), "{head}");
    let expect = r#"{"CheckpointToken":"t-1","ClientToken":"client-1","Updates":[{"Id":"c","Name":"Approve","Type":"CALLBACK","Action":"START","CallbackOptions":{"TimeoutSeconds":0,"HeartbeatTimeoutSeconds":0}}]}"#;
    let sorted = |text: &str| asl_value::Value::parse(text).unwrap();
    assert_eq!(sorted(body), sorted(expect), "{body}");
}

#[tokio::test]
async fn state() {
    let (api, served) = serve(vec![(200, r#"{"Operations":[],"NextMarker":""}"#)]).await;
    let page = api.state(ARN, "t-1", "m 1").await.unwrap();
    assert_eq!(page.next_marker, None);
    let request = served.await.unwrap().remove(0);
    let line = request.lines().next().unwrap().to_owned();
    assert!(line.starts_with("GET /2025-12-01/durable-executions/arn%3Aaws"), "{line}");
    for part in ["CheckpointToken=t-1", "Marker=m%201", "MaxItems=1000"] {
        assert!(line.contains(part), "{line}");
    }
}

#[tokio::test]
async fn errors() {
    let stale = r#"{"Type":"User","message":"Invalid checkpoint token: no"}"#;
    let other = r#"{"Type":"User","message":"Operation w is not legal"}"#;
    let rows: [(Vec<(u16, &'static str)>, DurableErrorKind); 4] = [
        (vec![(400, stale)], DurableErrorKind::Superseded),
        (vec![(400, other)], DurableErrorKind::Refused),
        (vec![(429, "{}"), (500, "{}"), (503, "{}")], DurableErrorKind::Unavailable),
        (vec![(502, r#"{"__type":"KMSAccessDeniedException"}"#); 3], DurableErrorKind::Refused),
    ];
    for (answers, expect) in rows {
        let (api, served) = serve(answers.clone()).await;
        let error: DurableError = api.checkpoint(ARN, "t-1", &[], "client-1").await.unwrap_err();
        assert_eq!(error.kind(), expect, "{error}");
        served.abort();
    }
    let callbacks = [
        (400, r#"{"__type":"CallbackTimeoutException"}"#, DurableErrorKind::Closed),
        (404, r#"{"__type":"ResourceNotFoundException"}"#, DurableErrorKind::Closed),
        (
            404,
            r#"{"Type":"ResourceNotFoundException","Message":"not in STARTED state"}"#,
            DurableErrorKind::Closed,
        ),
        (403, r#"{"__type":"AccessDeniedException"}"#, DurableErrorKind::Refused),
        (400, r#"{"__type":"InvalidParameterValueException"}"#, DurableErrorKind::Invalid),
    ];
    for (status, body, expect) in callbacks {
        let (api, served) = serve(vec![(status, body)]).await;
        let error = api.answer("Y2I=", CallbackSays::Success("1".into())).await.unwrap_err();
        assert_eq!(error.kind(), expect, "{error}");
        served.abort();
    }
    // A response that is lost once is asked for again.
    let (api, _served) = serve(vec![(500, "{}"), (200, r#"{"NewExecutionState":{}}"#)]).await;
    let api: Arc<dyn DurableApi> = Arc::new(api);
    assert_eq!(api.checkpoint(ARN, "t-1", &[], "client-1").await.unwrap().token, None);
}

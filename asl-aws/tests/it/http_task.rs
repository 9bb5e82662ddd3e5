//! `http:invoke` and `apigateway:invoke` against a server on loopback.

use asl_value::{Value, json};

use crate::run::{aws, aws_at, ending, run};
use crate::server::{Request, Server};
use crate::signature::assert_signed;

fn echo(request: &Request) -> (&'static str, String) {
    match request.line.split('/').nth(1).unwrap_or_default() {
        path if path.starts_with("missing") => ("404 Not Found", r#"{"message":"none"}"#.into()),
        path if path.starts_with("moved") => ("302 Found\r\nlocation: /elsewhere", String::new()),
        path if path.starts_with("text") => ("200 OK\r\ncontent-type: text/plain", "hello".into()),
        _ => ("200 OK\r\ncontent-type: application/json\r\nx-a: 1\r\nx-a: 2", r#"{"ok":true}"#.into()),
    }
}

async fn invoke(resource: &str, path: &str, parameters: Value) -> (Value, Vec<Request>) {
    let server = Server::start(echo).await;
    let Value::Object(mut parameters) = parameters else { panic!("parameters") };
    parameters.insert("ApiEndpoint", format!("{}{path}", server.url).into());
    let task = json!({
        "Resource": format!("arn:aws:states:::{resource}:invoke"), "Parameters": Value::Object(parameters)
    });
    let (report, _) = run(aws(), task).await;
    (ending(&report), server.requests())
}

#[track_caller]
fn sent(requests: &[Request], line: &str, body: &str, headers: &[(&str, &str)]) {
    assert_eq!(requests.len(), 1, "{requests:?}");
    assert_eq!((requests[0].line.as_str(), requests[0].body.as_str()), (line, body));
    for (name, value) in headers {
        assert_eq!(requests[0].header(name), Some(*value), "{name}");
    }
}

#[tokio::test]
async fn requests_are_sent_as_they_are_described() {
    let parameters = json!({
        "Method": "POST", "Headers": {"X-Id": "7"}, "QueryParameters": {"a": ["1", "2"], "b": "ü"},
        "RequestBody": {"n.$": "$.n"}
    });
    let (output, requests) = invoke("http", "/orders?x=0", parameters).await;
    let agent = "Amazon|StepFunctions|HttpInvoke|eu-west-1";
    let headers = [
        ("user-agent", agent),
        ("range", "bytes=0-262144"),
        ("x-id", "7"),
        ("content-type", "application/json"),
    ];
    sent(&requests, "POST /orders?x=0&a=1&a=2&b=%C3%BC", r#"{"n":1}"#, &headers);
    assert_eq!(output["ResponseBody"], json!({"ok": true}));
    assert_eq!(output["Headers"]["x-a"], json!(["1", "2"]));
    assert_eq!((&output["StatusCode"], &output["StatusText"]), (&json!(200), &json!("OK")));
    let (output, _) = invoke("http", "/text", json!({"Method": "GET"})).await;
    assert_eq!(output["ResponseBody"], json!("hello"));
}

#[tokio::test]
async fn bodies_become_forms() {
    let parameters = json!({
        "Method": "POST", "RequestBody": {"a": [1, 2], "b": "c d"},
        "Transform": {"RequestBodyEncoding": "URL_ENCODED", "RequestEncodingOptions": {"ArrayFormat": "BRACKETS"}}
    });
    let (_, requests) = invoke("http", "/", parameters).await;
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    sent(&requests, "POST /", "a%5B%5D=1&a%5B%5D=2&b=c%20d", &headers);
}

#[tokio::test]
async fn other_statuses_are_errors() {
    let (failed, _) = invoke("http", "/missing", json!({"Method": "GET"})).await;
    assert_eq!(failed[0], json!("States.Http.StatusCode.404"));
    let cause = Value::parse(failed[1].as_str().unwrap()).unwrap();
    assert_eq!((&cause["StatusCode"], &cause["ResponseBody"]), (&json!(404), &json!({"message": "none"})));
    let (failed, requests) = invoke("http", "/moved", json!({"Method": "GET"})).await;
    assert_eq!((&failed[0], requests.len()), (&json!("States.Http.StatusCode.302"), 1));
    let (failed, _) = invoke("apigateway", "", json!({"Method": "GET", "Path": "/missing"})).await;
    assert_eq!(failed, json!(["ApiGateway.404", r#"{"message":"none"}"#]));
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_before_the_task_is_scheduled() {
    for (resource, parameters, expected) in [
        (
            "http",
            json!({"Method": "GET", "Headers": {"Host": "a", "X-Amz-Date": "b"}}),
            "[The following headers are not supported: Host, X-Amz-Date]",
        ),
        ("http", json!({}), "[The field 'Method' is required but was missing]"),
        (
            "apigateway",
            json!({"Method": "GET", "Headers": {"Host": ["a"], "X-A": ["b"], "authorization": ["c"]}}),
            "[The following headers are not supported: Host, authorization]",
        ),
        (
            "apigateway",
            json!({"Method": "GET", "Stage": "prod", "Path": "/pets/..%2f../admin"}),
            "[The value of the field 'Path' has an invalid format]",
        ),
        (
            "apigateway",
            json!({"Method": "GET", "Stage": "prod/%2E%2e"}),
            "[The value of the field 'Stage' has an invalid format]",
        ),
        (
            "apigateway",
            json!({"Method": "GET", "Headers": {"X": "single"}}),
            "could not be used to start the Task: [The value of the field 'Headers' has an invalid format]",
        ),
    ] {
        let (failed, requests) = invoke(resource, "", parameters).await;
        assert_eq!((&failed[0], requests.len()), (&json!("States.Runtime"), 0), "{failed}");
        assert!(failed[1].as_str().unwrap().ends_with(expected), "{failed}");
    }
}

/// The headers that AWS's pages list.
#[tokio::test]
async fn headers_that_are_not_theirs_are_refused() {
    let both =
        ["Authorization", "Connection", "Content-MD5", "Expect", "Host", "Max-Forwards", "Server", "TE"];
    let both = both.iter().chain(&[
        "Trailer",
        "Transfer-Encoding",
        "Upgrade",
        "Via",
        "X-Forwarded-For",
        "x-amz-date",
    ]);
    let both: Vec<&str> = both.chain(&["X-Amz-Security-Token", "X-Amzn-Trace-Id", "HOST"]).copied().collect();
    let http = [
        "A-IM",
        "Accept-Encoding",
        "Cache-Control",
        "Date",
        "Forwarded",
        "If-None-Match",
        "Origin",
        "Referer",
    ];
    let gateway = ["Proxy-Authenticate", "WWW-Authenticate"];
    for (resource, own, others) in
        [("http", http.as_slice(), gateway), ("apigateway", &gateway, ["If-None-Match", "Origin"])]
    {
        let headers = |name: &str| {
            let value = if resource == "http" { json!("a") } else { json!(["a"]) };
            Value::Object([(name, value)].into_iter().collect())
        };
        for name in both.iter().chain(own) {
            let (failed, requests) =
                invoke(resource, "", json!({"Method": "GET", "Headers": headers(name)})).await;
            assert_eq!((&failed[0], requests.len()), (&json!("States.Runtime"), 0), "{failed}");
            let expected = format!("[The following headers are not supported: {name}]");
            assert!(failed[1].as_str().unwrap().ends_with(&expected), "{failed}");
        }
        for name in others.iter().chain(&["X-Api-Key", "Accept", "X-Amazon"]) {
            let (output, _) = invoke(resource, "", json!({"Method": "GET", "Headers": headers(name)})).await;
            assert_eq!(output["StatusCode"], json!(200), "{name}: {output}");
        }
    }
}

/// Outside of tests, a task cannot call this machine or its link, nor anything without TLS; `apigateway:invoke` calls only
/// API Gateway.
#[tokio::test]
async fn tasks_reach_the_internet_alone() {
    let server = Server::start(echo).await;
    let port = server.url.rsplit(':').next().unwrap().to_owned();
    let authentication = json!({"ConnectionArn": "arn:aws:events:eu-west-1:1:connection/c/1"});
    let own = [
        server.url.clone(),
        format!("http://localhost:{port}"),
        format!("https://localhost:{port}"),
        format!("https://127.0.0.1:{port}"),
        "http://example.com".to_owned(),
        "https://169.254.169.254".to_owned(),
        "http://169.254.170.2/v2/credentials".to_owned(),
        "https://[fe80::1]".to_owned(),
        "https://metadata.google.internal".to_owned(),
        "ftp://elsewhere".to_owned(),
        "no address".to_owned(),
    ];
    let of_apis = [
        "https://example.com",
        "execute-api.eu-west-1.amazonaws.com",
        "a1.execute-api.eu-west-1.amazonaws.com.evil.example",
        "a1.execute-api.evil.example",
        "http://a1.execute-api.eu-west-1.amazonaws.com",
    ];
    let refused = "[The value of the field 'ApiEndpoint' has an invalid format]";
    let aws = || asl_aws::Aws::new(asl_aws::Config::new("eu-west-1"));
    for (resource, endpoints) in
        [("http", own.to_vec()), ("apigateway", [own.as_slice(), &of_apis.map(String::from)].concat())]
    {
        for endpoint in endpoints {
            let mut parameters = json!({"ApiEndpoint": endpoint.as_str(), "Method": "GET"});
            if let (Value::Object(parameters), "http") = (&mut parameters, resource) {
                parameters.insert("Authentication", authentication.clone());
            }
            let task =
                json!({"Resource": format!("arn:aws:states:::{resource}:invoke"), "Parameters": parameters});
            let (report, _) = run(aws(), task).await;
            let failed = ending(&report);
            assert_eq!(failed[0], json!("States.Runtime"), "{endpoint}: {failed}");
            assert!(failed[1].as_str().unwrap().ends_with(refused), "{endpoint}: {failed}");
        }
    }
    let task = json!({
        "Resource": "arn:aws:states:::http:invoke", "Parameters": {"ApiEndpoint": "https://example.com", "Method": "GET"}
    });
    let (report, _) = run(aws(), task).await;
    let failed = ending(&report);
    assert!(
        failed[1].as_str().unwrap().ends_with("[The field 'Authentication' is required but was missing]"),
        "{failed}"
    );
    assert_eq!(server.requests().len(), 0);
}

/// The connection is not even looked up.
#[tokio::test]
async fn keys_of_connections_do_not_travel_in_the_clear() {
    let server = Server::start(echo).await;
    let task = json!({"Resource": "arn:aws:states:::http:invoke", "Parameters": {
        "ApiEndpoint": "http://api.example.com/a", "Method": "GET",
        "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:1:connection/c/1"}
    }});
    let (report, _) = run(aws_at(&server.url), task).await;
    assert_eq!(ending(&report)[0], json!("States.Runtime"));
    assert_eq!(server.requests().len(), 0);
}

/// An input that becomes part of a path, a header or a method cannot become any other part of the request.
#[tokio::test]
async fn nothing_leaves_its_place() {
    let path = "/a?b=1#c d%2Fe\r\nx: y";
    let (_, requests) = invoke("apigateway", "", json!({"Method": "GET", "Stage": "s", "Path": path})).await;
    sent(&requests, "GET /s/a%3Fb=1%23c%20d%2Fe%0D%0Ax:%20y", "", &[]);
    for (resource, error, parameters) in [
        ("http", "States.Http.Socket", json!({"Method": "GET", "Headers": {"X-A": "b\r\nX-Evil: 1"}})),
        ("http", "States.Http.Socket", json!({"Method": "GET", "Headers": {"X-A: b\r\nX-Evil": "1"}})),
        ("http", "States.Http.Socket", json!({"Method": "GET /x HTTP/1.1\r\nX-Evil: 1\r\n\r\nGET"})),
        (
            "apigateway",
            "ApiGateway.SdkClientException",
            json!({"Method": "GET", "Headers": {"X-A": ["b\nX-Evil: 1"]}}),
        ),
    ] {
        let (failed, requests) = invoke(resource, "", parameters).await;
        assert_eq!((&failed[0], requests.len()), (&json!(error), 0), "{failed}");
    }
    for path in ["/a\r\nX-Evil: 1", "/a b"] {
        let (failed, requests) = invoke("http", path, json!({"Method": "GET"})).await;
        assert_eq!((&failed[0], requests.len()), (&json!("States.Runtime"), 0), "{failed}");
    }
    let parameters = json!({"Method": "GET", "QueryParameters": {"a&b": "c#d\r\n"}});
    let (_, requests) = invoke("http", "/x/%2f..?y=1#z", parameters).await;
    sent(&requests, "GET /x/%2f..?y=1&a%26b=c%23d%0D%0A", "", &[]);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::start(|_| ("200 OK", "{}".into())).await;
    let head: &'static str = format!("307 Temporary Redirect\r\nlocation: {}/", elsewhere.url).leak();
    let server = Server::start(move |_| (head, String::new())).await;
    for (resource, auth, error) in [
        ("http", Value::Null, "States.Http.StatusCode.307"),
        ("apigateway", json!("IAM_ROLE"), "ApiGateway.307"),
    ] {
        let mut parameters =
            json!({"ApiEndpoint": server.url.as_str(), "Method": "POST", "RequestBody": {"a": 1}});
        if let (Value::Object(parameters), false) = (&mut parameters, auth.is_null()) {
            parameters.insert("AuthType", auth);
        }
        let task =
            json!({"Resource": format!("arn:aws:states:::{resource}:invoke"), "Parameters": parameters});
        let (report, _) = run(aws_at(&server.url), task).await;
        assert_eq!(ending(&report)[0], json!(error));
    }
    assert_eq!((server.requests().len(), elsewhere.requests().len()), (2, 0));
}

#[tokio::test]
async fn apis_are_called_as_the_role() {
    let server = Server::start(echo).await;
    for (auth, is_signed) in [("NO_AUTH", false), ("IAM_ROLE", true), ("RESOURCE_POLICY", true)] {
        let task = json!({"Resource": "arn:aws:states:::apigateway:invoke", "Parameters": {
            "ApiEndpoint": server.url.as_str(), "Method": "POST", "Stage": "prod", "Path": "/pets/a b/%7Bc%7D",
            "QueryParameters": {"z": ["1"], "a": ["ü", "b c"]}, "Headers": {"X-A": ["1", "2"]},
            "RequestBody": {"n": 1}, "AuthType": auth
        }});
        let (report, _) = run(aws_at(&server.url), task).await;
        assert_eq!(ending(&report)["StatusCode"], json!(200));
        let request = server.requests().pop().unwrap();
        assert_eq!(request.header("authorization").is_some(), is_signed);
        assert!(request.header("x-amzn-trace-id").unwrap().starts_with("Root=1-5759e988"));
        if is_signed {
            assert_signed(&request, "secret", "eu-west-1/execute-api");
        }
    }
}

#[tokio::test]
async fn no_server_listens() {
    let parameters = json!({"Method": "GET", "ApiEndpoint": "http://127.0.0.1:1/"});
    let task = |resource: &str| json!({"Resource": resource, "Parameters": parameters.clone()});
    let (report, _) = run(aws(), task("arn:aws:states:::http:invoke")).await;
    assert_eq!(ending(&report)[0], json!("States.Http.Socket"));
    let (report, _) = run(aws(), task("arn:aws:states:::apigateway:invoke")).await;
    assert_eq!(ending(&report)[0], json!("ApiGateway.SdkClientException"));
}

#[tokio::test]
async fn apis_are_invoked() {
    let parameters = json!({
        "Method": "PUT", "Stage": "prod", "Path": "/pets", "Headers": {"X-A": ["1", "2"]},
        "QueryParameters": {"q": ["a b"]}, "RequestBody": {"n": 1}
    });
    let (output, requests) = invoke("apigateway", "", parameters).await;
    sent(&requests, "PUT /prod/pets?q=a%20b", r#"{"n":1}"#, &[("content-type", "application/json")]);
    let values: Vec<_> = requests[0].headers.iter().filter(|(name, _)| name == "x-a").collect();
    assert_eq!(values.len(), 2);
    assert_eq!(output["StatusCode"], json!(200));
}

//! The headers of a trace: which calls of a task have them, and which do not.

use std::sync::Arc;

use asl_aws::{Aws, Config};
use asl_engine::{Engine, Event, Execution, Observer, Registry, TraceContext, TraceHeaders, Traced, load};
use asl_model::Source;
use asl_value::{Value, json};

use crate::server::{Answer, Request, Server};

const HEADER: &str = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=000000000000000a;Sampled=1";
const PARENT: &str = "00-5759e988bd862e3fe1be46a994272793-000000000000000a-01";
const STATE: &str = "vendor=1";

/// Records every task as the span 10.
struct Recording;

impl Observer for Recording {
    fn on_event(&self, _: Event) {}

    fn trace_headers(&self, of: Traced<'_>) -> Option<TraceHeaders> {
        assert!(matches!(of, Traced::Task(_)));
        let context = TraceContext::from_x_amzn_trace_id(HEADER)?;
        Some(TraceHeaders {
            x_amzn_trace_id: HEADER.into(),
            traceparent: context.to_w3c()?,
            tracestate: Some(STATE.into()),
        })
    }
}

/// Keys for the process and for roles, a connection with a token, and an API.
fn answer(request: &Request) -> Answer {
    let host = request.header("host").unwrap_or_default();
    let target = request.header("x-amz-target").unwrap_or_default();
    let role = "<R><AssumeRoleResult><Credentials><AccessKeyId>RID</AccessKeyId><SecretAccessKey>role</SecretAccessKey>\
                <SessionToken>session</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>\
                </AssumeRoleResult></R>";
    let text = match target.rsplit('.').next().unwrap_or_default() {
        "DescribeConnection" => {
            json!({"AuthorizationType": "OAUTH_CLIENT_CREDENTIALS", "SecretArn": "a"}).to_json()
        }
        "GetSecretValue" => {
            let secret = json!({
                "client_id": "c", "client_secret": "s", "authorization_endpoint": (format!("http://{host}/token")),
                "invocation_http_parameters": {"header_parameters": [{"key": "X-Shop", "value": "7"}]}
            });
            json!({"SecretString": secret.to_json()}).to_json()
        }
        _ if request.line == "POST /token" => r#"{"access_token":"t","expires_in":3600}"#.to_owned(),
        _ if request.line == "GET /keys" => {
            r#"{"AccessKeyId":"CID","SecretAccessKey":"k","Token":"t"}"#.to_owned()
        }
        _ if request.body.starts_with("Action=AssumeRole") => role.to_owned(),
        _ => "{}".to_owned(),
    };
    ("200 OK", text)
}

/// Runs a task whose keys come from a container. Returns the requests: what each was for, and its headers of the trace, without
/// what does not matter here.
async fn requests(fields: Value) -> Vec<(String, [Option<String>; 3])> {
    let server = Server::start(answer).await;
    let variables = [
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ENDPOINT_URL", server.url.clone()),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/keys", server.url)),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value));
    let aws = Aws::new(Config::from_variables(variables).expect("a configuration"));
    let fields = fields.to_json().replace("<url>", &server.url);
    let mut state = Value::parse(&fields).expect("JSON").as_object().expect("fields").clone();
    state.insert("Type", "Task".into());
    state.insert("End", true.into());
    let definition = json!({"StartAt": "T", "States": {"T": (Value::Object(state))}});
    let program = load(&Source::json(definition.to_json())).unwrap().program;
    let engine = Engine::builder().tasks(Registry::new().fallback(aws)).build();
    let report = engine.run(&program, Execution::new(json!({})).with_observer(Arc::new(Recording))).await;
    assert!(report.outcome.output().is_some(), "{:?}", report.outcome);
    let purpose = |request: &Request| match request.header("x-amz-target") {
        Some(target) => target.rsplit('.').next().unwrap_or_default().to_owned(),
        None if request.body.starts_with("Action=AssumeRole") => "AssumeRole".to_owned(),
        None => request.line.clone(),
    };
    let trace = |request: &Request| {
        ["x-amzn-trace-id", "traceparent", "tracestate"].map(|name| request.header(name).map(str::to_owned))
    };
    server.requests().iter().map(|request| (purpose(request), trace(request))).collect()
}

/// What each request should have.
#[derive(Clone, Copy)]
enum Has {
    Nothing,
    XRay,
    W3c,
}

async fn check(fields: Value, expected: &[(&str, Has)]) {
    let found = requests(fields.clone()).await;
    let expected: Vec<(String, [Option<String>; 3])> = expected
        .iter()
        .map(|(purpose, has)| {
            let headers = match has {
                Has::Nothing => [None; 3],
                Has::XRay => [Some(HEADER), None, None],
                Has::W3c => [None, Some(PARENT), Some(STATE)],
            };
            ((*purpose).to_owned(), headers.map(|header| header.map(str::to_owned)))
        })
        .collect();
    assert_eq!(found, expected, "{fields}");
}

fn http(headers: Value, role: bool) -> Value {
    let parameters = json!({"ApiEndpoint": "<url>/orders", "Method": "GET", "Headers": headers,
        "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:111122223333:connection/c/1"}});
    let mut fields = json!({"Resource": "arn:aws:states:::http:invoke", "Parameters": parameters});
    if let (true, Value::Object(fields)) = (role, &mut fields) {
        fields.insert("Credentials", json!({"RoleArn": "arn:aws:iam::111122223333:role/r"}));
    }
    fields
}

/// The endpoint of an HTTP task learns the trace. Who hands out keys and tokens does not, and nobody outside of AWS gets the
/// header of X-Ray.
#[tokio::test]
async fn each_call_has_the_headers_that_are_for_it() {
    let connection =
        [("DescribeConnection", Has::XRay), ("GetSecretValue", Has::XRay), ("POST /token", Has::Nothing)];
    let keys = ("GET /keys", Has::Nothing);
    let endpoint = ("GET /orders", Has::W3c);
    check(http(json!({}), false), &[&[keys], &connection[..], &[endpoint]].concat()).await;
    let role = ("AssumeRole", Has::Nothing);
    check(http(json!({}), true), &[&[keys, role], &connection[..], &[endpoint]].concat()).await;
    let table = json!({"Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}});
    check(table, &[keys, ("ListTables", Has::XRay)]).await;
}

/// A machine that says which trace a request belongs to is left alone.
#[tokio::test]
async fn headers_of_the_machine_stay() {
    for (headers, expected) in [
        (json!({"Traceparent": "mine"}), [None, Some("mine"), None]),
        (json!({"tracestate": "mine=1"}), [None, None, Some("mine=1")]),
    ] {
        let (purpose, found) = requests(http(headers, false)).await.pop().expect("a request");
        let expected = expected.map(|header| header.map(str::to_owned));
        assert_eq!((purpose.as_str(), found), ("GET /orders", expected));
    }
}

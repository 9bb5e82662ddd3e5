//! No secret appears in what people see: outputs, errors, histories and debug output.

use asl_aws::{Aws, Config};
use asl_value::{Value, json};

use crate::run::{ending, run};
use crate::server::{Answer, Request, Server};

/// The prefix of all secrets: of every key, password and token in these tests.
const SECRET: &str = "hush";

const KEYS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKID"),
    ("AWS_SECRET_ACCESS_KEY", "hush-key"),
    ("AWS_SESSION_TOKEN", "hush-session"),
];

fn aws(server: &Server, variables: &[(&str, &str)]) -> Aws {
    let fixed = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", server.url.as_str())];
    let variables = fixed.iter().chain(variables).map(|(name, value)| ((*name).into(), (*value).into()));
    Aws::new(Config::from_variables(variables).expect("a configuration"))
}

/// Hands out keys and secrets. Calls fail with an error that quotes the session token, like errors about signatures.
fn answer(kind: &str, request: &Request) -> Answer {
    let role = "<R><AssumeRoleResult><Credentials><AccessKeyId>RID</AccessKeyId><SecretAccessKey>hush-role</SecretAccessKey>\
                <SessionToken>hush-role-session</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>\
                </AssumeRoleResult></R>";
    let keys = r#"{"AccessKeyId":"CID","SecretAccessKey":"hush-key","Token":"hush-session"}"#;
    let target = request.header("x-amz-target").unwrap_or_default();
    match (target.rsplit('.').next().unwrap_or_default(), request.line.as_str()) {
        (_, "GET /keys") => ("200 OK", keys.to_owned()),
        (_, "POST /token") => ("200 OK", r#"{"access_token":"hush-token","expires_in":3600}"#.to_owned()),
        ("DescribeConnection", _) => {
            ("200 OK", json!({"AuthorizationType": kind, "SecretArn": "a"}).to_json())
        }
        ("GetSecretValue", _) => {
            let endpoint = format!("http://{}/token", request.header("host").unwrap_or_default());
            let list = json!([{"key": "k", "value": "hush-parameter"}]);
            let secret = json!({
                "username": "u", "password": "hush-password", "api_key_name": "X-Key", "api_key_value": "hush-api-key",
                "client_id": "c", "client_secret": "hush-client", "authorization_endpoint": endpoint,
                "invocation_http_parameters": {"header_parameters": (&list), "query_string_parameters": (&list), "body_parameters": (&list)}
            });
            ("200 OK", json!({"SecretString": secret.to_json()}).to_json())
        }
        _ if request.body.starts_with("Action=AssumeRole") => ("200 OK", role.to_owned()),
        _ => {
            let token = request.header("x-amz-security-token").unwrap_or_default();
            let message = format!("The Canonical String should have been x-amz-security-token:{token}");
            ("403 Forbidden", json!({"__type": "InvalidSignatureException", "message": message}).to_json())
        }
    }
}

/// Runs a task against a server with connections of this kind, and returns how it ended.
async fn check(kind: &'static str, variables: &[(&str, &str)], fields: Value) -> Value {
    let server = Server::start(move |request| answer(kind, request)).await;
    let at = |text: &str| text.replace("<url>", &server.url);
    let variables: Vec<(&str, String)> = variables.iter().map(|(name, value)| (*name, at(value))).collect();
    let variables: Vec<(&str, &str)> =
        variables.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let aws = aws(&server, &variables);
    let fields = Value::parse(&at(&fields.to_json())).expect("JSON");
    let (report, history) = run(aws.clone(), fields.clone()).await;
    let seen = [format!("{aws:?} {report:?}"), history.to_json(), ending(&report).to_json()].concat();
    assert!(!seen.contains(SECRET), "{fields}: {seen}");
    let sent = format!("{:?}", server.requests());
    assert!(sent.contains(SECRET), "something secret was used: {sent}");
    ending(&report)
}

#[tokio::test]
async fn keys() {
    let fields = json!({"Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}});
    let failed = check("", &KEYS, fields.clone()).await;
    assert!(failed[1].as_str().unwrap().contains("x-amz-security-token:***"), "{failed}");
    let container = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "<url>/keys"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush-container"),
    ];
    check("", &container, fields.clone()).await;
    let Value::Object(mut with_role) = fields else { panic!("fields") };
    with_role.insert("Credentials", json!({"RoleArn": "arn:aws:iam::111122223333:role/r"}));
    check("", &KEYS, Value::Object(with_role)).await;
    let optimised = json!({"Resource": "arn:aws:states:::dynamodb:getItem",
        "Parameters": {"TableName": "t", "Key": {"id": {"S": "1"}}}});
    check("", &KEYS, optimised).await;
}

#[tokio::test]
async fn connections() {
    for kind in ["BASIC", "API_KEY", "OAUTH_CLIENT_CREDENTIALS"] {
        for endpoint in ["<url>/orders", "http://127.0.0.1:1/"] {
            let parameters = json!({"ApiEndpoint": endpoint, "Method": "POST",
                "Authentication": {"ConnectionArn": "arn:aws:events:eu-west-1:111122223333:connection/c/1"}});
            let fields = json!({"Resource": "arn:aws:states:::http:invoke", "Parameters": parameters});
            let failed = check(kind, &KEYS, fields).await;
            let expected =
                if endpoint.contains("orders") { "States.Http.StatusCode.403" } else { "States.Http.Socket" };
            assert_eq!(failed[0], json!(expected));
        }
    }
}

//! Connections of EventBridge, against a server that acts as EventBridge, Secrets Manager, the authorization endpoint and the
//! API.

use std::sync::atomic::{AtomicUsize, Ordering};

use asl_aws::Aws;
use asl_value::{Value, json};

use crate::run::{aws_at, ending, run};
use crate::server::{Answer, Request, Server};

const ARN: &str = "arn:aws:events:eu-west-1:111122223333:connection/shop/0a1b";

/// A connection, and the response of the authorization endpoint at `/token`.
struct Connection {
    described: Value,
    secret: Value,
    token: Answer,
    /// The API's response to a request with the first token.
    first: Answer,
}

impl Connection {
    fn new(kind: &str, parameters: Value, secret: Value) -> Connection {
        let described = json!({
            "Name": "shop", "ConnectionState": "AUTHORIZED", "AuthorizationType": kind, "SecretArn": "secret-arn",
            "AuthParameters": parameters
        });
        Connection { described, secret, token: ("200 OK", String::new()), first: ("200 OK", "{}".into()) }
    }

    async fn start(self) -> (Server, Aws) {
        let tokens = AtomicUsize::new(0);
        let server = Server::start(move |request| {
            let target = request.header("x-amz-target").unwrap_or_default();
            match target.rsplit('.').next() {
                Some("DescribeConnection") => ("200 OK", self.described.to_json()),
                Some("GetSecretValue") => {
                    let own = format!("http://{}/token", request.header("host").unwrap_or_default());
                    let secret = self.secret.to_json().replace("<token>", &own);
                    ("200 OK", json!({"SecretString": secret, "VersionId": "v1"}).to_json())
                }
                _ if request.line.contains("/token") => {
                    let number = tokens.fetch_add(1, Ordering::Relaxed) + 1;
                    (self.token.0, self.token.1.replace("<n>", &number.to_string()))
                }
                _ if request.header("authorization") == Some("Bearer t-1") => self.first.clone(),
                _ => ("200 OK", "{}".into()),
            }
        })
        .await;
        let aws = aws_at(&server.url);
        (server, aws)
    }
}

async fn invoke(server: &Server, aws: &Aws, parameters: Value) -> Value {
    let Value::Object(mut parameters) = parameters else { panic!("parameters") };
    parameters.insert("ApiEndpoint", format!("{}/orders", server.url).into());
    parameters.insert("Authentication", json!({"ConnectionArn": ARN}));
    let task = json!({"Resource": "arn:aws:states:::http:invoke", "Parameters": Value::Object(parameters)});
    ending(&run(aws.clone(), task).await.0)
}

/// The request to the API: line, headers and body.
async fn check(connection: Connection, parameters: Value, line: &str, headers: &[(&str, &str)], body: &str) {
    let (server, aws) = connection.start().await;
    let ending = invoke(&server, &aws, parameters).await;
    assert_eq!(ending["StatusCode"], json!(200), "{ending}");
    let request = server.requests().pop().unwrap();
    assert_eq!((request.line.as_str(), request.body.as_str()), (line, body));
    for (name, value) in headers {
        assert_eq!(request.header(name), Some(*value), "{name}");
    }
}

#[tokio::test]
async fn names_and_keys() {
    let secret = json!({"username": "me", "password": "hush"});
    let basic = [("authorization", "Basic bWU6aHVzaA==")];
    check(Connection::new("BASIC", json!({}), secret), json!({"Method": "GET"}), "GET /orders", &basic, "")
        .await;
    let secret = json!({"api_key_name": "X-Key", "api_key_value": "hush"});
    let connection = Connection::new("API_KEY", json!({}), secret);
    check(connection, json!({"Method": "GET"}), "GET /orders", &[("x-key", "hush")], "").await;
}

#[tokio::test]
async fn parameters_of_the_connection_count() {
    let described = json!({"InvocationHttpParameters": {
        "HeaderParameters": [{"Key": "X-Shop", "Value": "one"}, {"Key": "X-Secret", "IsValueSecret": true}],
        "QueryStringParameters": [{"Key": "page", "Value": "1"}]
    }});
    let secret = json!({
        "api_key_name": "X-Key", "api_key_value": "hush",
        "invocation_http_parameters": {
            "header_parameters": [{"key": "X-Secret", "value": "two", "is_value_secret": true}],
            "query_string_parameters": [{"key": "token", "value": "a&b", "is_value_secret": true}],
            "body_parameters": [{"key": "account", "value": "7"}]
        }
    });
    let parameters = json!({
        "Method": "POST", "Headers": {"X-Shop": "mine", "X-Own": "o"}, "QueryParameters": {"page": "9", "q": "s"},
        "RequestBody": {"account": "8", "n": 1}
    });
    check(
        Connection::new("API_KEY", described, secret),
        parameters,
        "POST /orders?q=s&page=1&token=a%26b",
        &[("x-shop", "one"), ("x-secret", "two"), ("x-own", "o"), ("x-key", "hush")],
        r#"{"account":"7","n":1}"#,
    )
    .await;
}

#[tokio::test]
async fn a_body_that_is_no_object_takes_no_parameters() {
    let secret = json!({"username": "me", "password": "hush",
        "invocation_http_parameters": {"body_parameters": [{"key": "a", "value": "b"}]}});
    let (server, aws) = Connection::new("BASIC", json!({}), secret).start().await;
    let ending = invoke(&server, &aws, json!({"Method": "POST", "RequestBody": "text"})).await;
    assert_eq!(ending[0], json!("States.Runtime"));
    assert!(!server.requests().iter().any(|request| request.line.contains("/orders")));
}

fn oauth(method: &str, expires_in: Value) -> Connection {
    let described = json!({"OAuthParameters": {
        "ClientParameters": {"ClientID": "me"}, "HttpMethod": method,
        "OAuthHttpParameters": {"QueryStringParameters": [{"Key": "tenant", "Value": "t"}]}
    }});
    let secret = json!({
        "client_id": "me", "client_secret": "hush", "authorization_endpoint": "<token>",
        "oauth_http_parameters": {
            "header_parameters": [{"key": "X-A", "value": "a"}], "body_parameters": [{"key": "scope", "value": "all of it"}]
        }
    });
    let token = json!({"access_token": "t-<n>", "expires_in": expires_in}).to_json();
    Connection { token: ("200 OK", token), ..Connection::new("OAUTH_CLIENT_CREDENTIALS", described, secret) }
}

fn of_token(requests: &[Request]) -> Vec<&Request> {
    requests.iter().filter(|request| request.line.contains("/token")).collect()
}

#[tokio::test]
async fn tokens_are_fetched() {
    let form = "grant_type=client_credentials&scope=all%20of%20it&client_id=me&client_secret=hush";
    for (method, line, body) in [
        ("POST", "POST /token?tenant=t".to_owned(), form),
        ("GET", format!("GET /token?tenant=t&{form}"), ""),
    ] {
        let (server, aws) = oauth(method, Value::Null).start().await;
        invoke(&server, &aws, json!({"Method": "GET"})).await;
        let requests = server.requests();
        let [token] = of_token(&requests)[..] else { panic!("{requests:?}") };
        assert_eq!((token.line.as_str(), token.body.as_str()), (line.as_str(), body));
        assert_eq!(token.header("x-a"), Some("a"));
        assert_eq!(requests.last().unwrap().header("authorization"), Some("Bearer t-1"));
    }
}

/// The tokens that three consecutive tasks sent.
async fn bearers(connection: Connection) -> Vec<String> {
    let (server, aws) = connection.start().await;
    for _ in 0..3 {
        invoke(&server, &aws, json!({"Method": "GET"})).await;
    }
    let requests = server.requests();
    let sent = requests.iter().filter(|request| request.line.contains("/orders"));
    sent.map(|request| request.header("authorization").unwrap().to_owned()).collect()
}

#[tokio::test]
async fn tokens_are_kept_until_a_minute_before_they_expire() {
    let cached = ["Bearer t-1"; 3];
    let refetched = ["Bearer t-1", "Bearer t-2", "Bearer t-3"];
    assert_eq!(bearers(oauth("POST", json!(3600))).await, cached);
    assert_eq!(bearers(oauth("POST", json!("3600"))).await, cached);
    assert_eq!(bearers(oauth("POST", json!(59))).await, refetched);
    assert_eq!(bearers(oauth("POST", Value::Null)).await, refetched);
    assert_eq!(bearers(oauth("POST", json!(-1))).await, refetched);
    for status in ["401 Unauthorized", "407 Proxy Authentication Required"] {
        let refused = Connection { first: (status, "{}".into()), ..oauth("POST", json!(3600)) };
        assert_eq!(bearers(refused).await, ["Bearer t-1", "Bearer t-2", "Bearer t-2"]);
    }
    let forbidden = Connection { first: ("403 Forbidden", "{}".into()), ..oauth("POST", json!(3600)) };
    assert_eq!(bearers(forbidden).await, cached);
}

#[tokio::test]
async fn without_a_connection_there_is_no_call() {
    let refused =
        |status: &'static str| Connection { token: (status, "hush".into()), ..oauth("POST", json!(3600)) };
    let unknown = Connection::new("CERTIFICATE", json!({}), json!({}));
    let mut deauthorized = oauth("POST", json!(3600));
    if let Value::Object(described) = &mut deauthorized.described {
        described.insert("ConnectionState", "DEAUTHORIZED".into());
    }
    for (connection, error, cause) in [
        (
            refused("403 Forbidden"),
            "Events.ConnectionResource.AuthorizationFailed",
            "the authorization endpoint answered 403 without a token",
        ),
        (
            refused("302 Found\r\nlocation: http://127.0.0.1:1/"),
            "Events.ConnectionResource.AuthorizationFailed",
            "the authorization endpoint answered 302 without a token",
        ),
        (deauthorized, "Events.ConnectionResource.InvalidConnectionState", "the connection is DEAUTHORIZED"),
        (
            unknown,
            "Events.ConnectionResource.InvalidConnectionState",
            "unknown authorization type 'CERTIFICATE'",
        ),
    ] {
        let (server, aws) = connection.start().await;
        let ending = invoke(&server, &aws, json!({"Method": "GET"})).await;
        assert_eq!(ending, json!([error, cause]));
        assert!(!server.requests().iter().any(|request| request.line.contains("/orders")));
    }
}

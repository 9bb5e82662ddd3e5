//! EventBridge connections: who calls, and what belongs to every call.
//!
//! Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html>

use std::time::Duration;

use asl_engine::{Failure, Task};
use asl_value::{Value, json};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use crate::http::HttpRequest;
use crate::path::{at, text};
use crate::{Aws, CallOptions, ServiceError};

const TIME_FOR_A_TOKEN: Duration = Duration::from_secs(20);

/// What a connection adds to a request.
#[derive(Default)]
pub(super) struct Connection {
    pub(super) headers: Vec<(String, String)>,
    pub(super) query: Vec<(String, String)>,
    pub(super) body: Vec<(String, Value)>,
}

/// Looks a connection up: what it is in EventBridge, its secrets in Secrets Manager.
pub(super) async fn resolve(aws: &Aws, task: &Task<'_>, arn: &str) -> Result<Connection, Failure> {
    let options = CallOptions::of(task);
    let name = arn.split('/').nth(1).unwrap_or(arn);
    let described = aws.caller().call("eventbridge", "describeConnection", json!({"Name": name}), &options);
    let described = described.await.map_err(|error| unusable(&error))?.output;
    let secret = aws.caller().call(
        "secretsmanager",
        "getSecretValue",
        json!({"SecretId": text(&described, "SecretArn")}),
        &options,
    );
    let secret = secret.await.map_err(|error| unusable(&error))?.output;
    let secret = Value::parse(text(&secret, "SecretString")).unwrap_or_default();
    let mut connection = Connection::default();
    connection.add(at(&secret, "invocation_http_parameters"));
    let (name, value) = match text(&described, "AuthorizationType") {
        "BASIC" => {
            let pair = format!("{}:{}", text(&secret, "username"), text(&secret, "password"));
            ("authorization".to_owned(), format!("Basic {}", BASE64_STANDARD.encode(pair)))
        }
        "API_KEY" => (text(&secret, "api_key_name").to_owned(), text(&secret, "api_key_value").to_owned()),
        "OAUTH_CLIENT_CREDENTIALS" => {
            ("authorization".to_owned(), format!("Bearer {}", token(aws, &described, &secret).await?))
        }
        other => {
            return Err(failure("InvalidConnectionState", format!("unknown authorization type '{other}'")));
        }
    };
    connection.headers.push((name, value));
    Ok(connection)
}

impl Connection {
    /// `{"header_parameters": [{"key", "value"}], "query_string_parameters": […], "body_parameters": […]}`
    fn add(&mut self, parameters: Option<&Value>) {
        let list = |name: &str| {
            let list = parameters.and_then(|parameters| parameters.get(name)).and_then(Value::as_array);
            list.map(|list| list.to_vec()).unwrap_or_default()
        };
        let pair =
            |parameter: &Value| (text(parameter, "key").to_owned(), text(parameter, "value").to_owned());
        self.headers.extend(list("header_parameters").iter().map(pair));
        self.query.extend(list("query_string_parameters").iter().map(pair));
        self.body.extend(list("body_parameters").iter().map(|parameter| {
            let (name, value) = pair(parameter);
            (name, value.into())
        }));
    }
}

/// A token of the client-credentials flow.
async fn token(aws: &Aws, described: &Value, secret: &Value) -> Result<String, Failure> {
    let oauth = at(described, "AuthParameters.OAuthParameters").cloned().unwrap_or_default();
    let endpoint = [text(secret, "authorization_endpoint"), text(&oauth, "AuthorizationEndpoint")];
    let method = [text(secret, "http_method"), text(&oauth, "HttpMethod"), "POST"];
    let first =
        |texts: &[&str]| texts.iter().find(|text| !text.is_empty()).copied().unwrap_or_default().to_owned();
    let mut extra = Connection::default();
    extra.add(at(secret, "oauth_http_parameters"));
    let mut form = vec![("grant_type".to_owned(), Value::from("client_credentials"))];
    form.extend(extra.body);
    for (name, member) in [("client_id", "client_id"), ("client_secret", "client_secret")] {
        form.retain(|(known, _)| known != name);
        form.push((name.to_owned(), text(secret, member).into()));
    }
    let mut url = first(&endpoint);
    let query: Vec<_> = extra.query.into_iter().map(|(name, value)| (name, Value::from(value))).collect();
    if !query.is_empty() {
        url = format!("{url}?{}", super::query(&query, super::ArrayFormat::Repeat));
    }
    let mut headers = extra.headers;
    headers.push(("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()));
    let request = HttpRequest {
        method: first(&method),
        url,
        headers,
        body: super::query(&form, super::ArrayFormat::Repeat).into_bytes(),
    };
    let answer = aws.caller().http(request, TIME_FOR_A_TOKEN).await;
    let answer = answer.map_err(|error| failure("AuthorizationFailed", error.to_string()))?;
    let body = Value::parse_slice(&answer.body).unwrap_or_default();
    match text(&body, "access_token") {
        "" => {
            let problem = format!("the authorization endpoint answered {} without a token", answer.status);
            Err(failure("AuthorizationFailed", problem))
        }
        token => Ok(token.to_owned()),
    }
}

/// UNRECORDED: the errors of connections, `Events.ConnectionResource.*`.
fn failure(name: &str, cause: String) -> Failure {
    Failure::new(format!("Events.ConnectionResource.{name}"), cause)
}

fn unusable(error: &ServiceError) -> Failure {
    let failed = error.failure();
    failure("InvalidConnectionState", failed.cause.map(|cause| cause.to_string()).unwrap_or_default())
}

//! [`Connection`]: the authorization and the parameters that an EventBridge connection adds to every request.
//!
//! Source: <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-target-connection-auth.html>

use asl_engine::{Failure, Task};
use asl_value::{Value, json};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::parameters::Parameters;
use super::token::{self, failure};
use crate::path::{at, text};
use crate::{CallOptions, Caller, ServiceError};

/// What a connection adds to a request. It is not `Debug`, since it has secrets.
#[derive(Default)]
pub(super) struct Connection {
    pub(super) parameters: Parameters,
    /// The cache key of its access token, if it has one.
    pub(super) token_key: Option<String>,
}

/// Looks up a connection in EventBridge, and its secrets in Secrets Manager.
pub(super) async fn resolve(caller: &Caller, task: &Task<'_>, arn: &str) -> Result<Connection, Failure> {
    let options = CallOptions::of(task);
    let name = arn.split('/').nth(1).unwrap_or(arn);
    let described = caller.call("eventbridge", "describeConnection", json!({"Name": name}), &options);
    let described = described.await.map_err(|error| unusable(&error))?.output;
    let state = text(&described, "ConnectionState");
    if !matches!(state, "" | "AUTHORIZED") {
        return Err(failure("InvalidConnectionState", format!("the connection is {state}")));
    }
    let secret_arn = text(&described, "SecretArn");
    let stored = caller.call("secretsmanager", "getSecretValue", json!({"SecretId": secret_arn}), &options);
    let stored = stored.await.map_err(|error| unusable(&error))?.output;
    let secret = Value::parse(text(&stored, "SecretString")).unwrap_or_default();
    let mut connection = Connection {
        parameters: Parameters::described(at(&described, "AuthParameters.InvocationHttpParameters")),
        token_key: None,
    };
    connection.parameters.secret(at(&secret, "invocation_http_parameters"));
    let header = match text(&described, "AuthorizationType") {
        "BASIC" => {
            let pair = format!("{}:{}", text(&secret, "username"), text(&secret, "password"));
            ("authorization".to_owned(), format!("Basic {}", BASE64_STANDARD.encode(pair)))
        }
        "API_KEY" => (text(&secret, "api_key_name").to_owned(), text(&secret, "api_key_value").to_owned()),
        "OAUTH_CLIENT_CREDENTIALS" => {
            let key = format!("{secret_arn}#{}", text(&stored, "VersionId"));
            let token = token::token(caller, &key, &described, &secret).await?;
            connection.token_key = Some(key);
            ("authorization".to_owned(), format!("Bearer {token}"))
        }
        other => {
            return Err(failure("InvalidConnectionState", format!("unknown authorization type '{other}'")));
        }
    };
    connection.parameters.headers.push(header);
    Ok(connection)
}

fn unusable(error: &ServiceError) -> Failure {
    let failed = error.failure();
    failure("InvalidConnectionState", failed.cause.map(|cause| cause.to_string()).unwrap_or_default())
}

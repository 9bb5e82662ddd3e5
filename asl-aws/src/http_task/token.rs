//! Access tokens for connections, from the OAuth client-credentials flow.

use std::time::{Duration, SystemTime};

use asl_engine::Failure;
use asl_value::Value;

use super::encoding::{self, ArrayFormat, add_query, default_header, query, set_header};
use super::parameters::Parameters;
use crate::http::HttpRequest;
use crate::path::{at, text};
use crate::{Caller, clock};

const TIME_FOR_A_TOKEN: Duration = Duration::from_secs(20);

/// A token is fetched again this long before it expires, as EventBridge does.
const MARGIN: Duration = Duration::from_secs(60);

/// The token of a connection: the cached one, or a new one.
pub(super) async fn token(
    caller: &Caller,
    key: &str,
    described: &Value,
    secret: &Value,
) -> Result<String, Failure> {
    caller.warm().tokens.get_or_fetch(key, fetch(caller, described, secret)).await
}

/// Drops a token that an endpoint has rejected, so that the next task fetches a new one.
pub(super) async fn forget(caller: &Caller, key: &str) {
    caller.warm().tokens.remove(key).await;
}

async fn fetch(caller: &Caller, described: &Value, secret: &Value) -> Result<(String, SystemTime), Failure> {
    let answer = caller.outside(request(described, secret), TIME_FOR_A_TOKEN).await;
    let answer = answer.map_err(|error| failure("AuthorizationFailed", error.to_string()))?;
    let body = Value::parse_slice(&answer.body).unwrap_or_default();
    let token = text(&body, "access_token").to_owned();
    if token.is_empty() || !(200..300).contains(&answer.status) {
        let problem = format!("the authorization endpoint answered {} without a token", answer.status);
        return Err(failure("AuthorizationFailed", problem));
    }
    // A token without a lifetime is used once.
    let fresh_until = clock::now() + lifetime(&body).unwrap_or_default();
    Ok((token, fresh_until - MARGIN))
}

/// `"expires_in": 3600`, which some servers send as a string.
fn lifetime(body: &Value) -> Option<Duration> {
    let member = body.get("expires_in")?;
    let seconds = member.as_i64().or_else(|| member.as_str()?.parse().ok())?;
    // Bounded by a year, so that adding it cannot overflow.
    Some(Duration::from_secs(u64::try_from(seconds).ok()?.min(31_536_000)))
}

/// UNRECORDED: how EventBridge requests a token; here with a form of `grant_type`, `client_id` and `client_secret`, in the
/// body or in the query of a GET.
fn request(described: &Value, secret: &Value) -> HttpRequest {
    let oauth = at(described, "AuthParameters.OAuthParameters").cloned().unwrap_or_default();
    let first = |texts: &[&str]| {
        let given = texts.iter().find(|text| !text.is_empty());
        given.copied().unwrap_or_default().to_owned()
    };
    let method = first(&[text(secret, "http_method"), text(&oauth, "HttpMethod"), "POST"]);
    let mut url = first(&[text(secret, "authorization_endpoint"), text(&oauth, "AuthorizationEndpoint")]);
    let mut parameters = Parameters::described(at(&oauth, "OAuthHttpParameters"));
    parameters.secret(at(secret, "oauth_http_parameters"));
    let mut form = vec![("grant_type".to_owned(), Value::from("client_credentials"))];
    form.extend(parameters.body);
    let id = first(&[text(secret, "client_id"), text(&oauth, "ClientParameters.ClientID")]);
    for (name, value) in [("client_id", id), ("client_secret", text(secret, "client_secret").to_owned())] {
        form.push((name.to_owned(), value.into()));
    }
    let form = Value::Object(form.into_iter().collect());
    let form = encoding::form(&form, ArrayFormat::Repeat);
    let mut queries = vec![query(&parameters.query, ArrayFormat::Repeat)];
    let mut headers = Vec::new();
    for (name, value) in parameters.headers {
        set_header(&mut headers, &name, value);
    }
    let mut body = String::new();
    if method == "GET" {
        queries.push(form);
    } else {
        default_header(&mut headers, "content-type", "application/x-www-form-urlencoded");
        body = form;
    }
    queries.iter().for_each(|query| add_query(&mut url, query));
    HttpRequest { method, url, headers, body: body.into_bytes(), ..HttpRequest::default() }
}

/// UNRECORDED: the errors of connections, `Events.ConnectionResource.*`.
pub(super) fn failure(name: &str, cause: String) -> Failure {
    Failure::new(format!("Events.ConnectionResource.{name}"), cause)
}

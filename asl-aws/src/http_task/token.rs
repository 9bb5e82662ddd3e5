//! Access tokens of the client-credentials flow.

use std::collections::HashMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use asl_engine::Failure;
use asl_value::Value;
use tokio::sync::Mutex;

use super::connection::{Parameters, failure};
use super::{ArrayFormat, query};
use crate::http::HttpRequest;
use crate::path::{at, text};
use crate::{Caller, clock};

const TIME_FOR_A_TOKEN: Duration = Duration::from_secs(20);

/// A token is fetched anew this long before it expires, as EventBridge does.
const MARGIN: Duration = Duration::from_secs(60);

/// Connections whose tokens are kept.
const MOST_TOKENS: usize = 256;

/// The access tokens of connections, by the version of the secret that they were had for. `Debug` shows none.
#[derive(Default)]
pub(crate) struct Tokens(Mutex<HashMap<String, Kept>>);

struct Kept {
    token: String,
    expires: SystemTime,
}

impl Kept {
    fn is_fresh(&self) -> bool {
        self.expires > clock::now() + MARGIN
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(..)")
    }
}

/// The token of a connection: the one that is kept, or a new one.
pub(super) async fn token(
    caller: &Caller,
    key: &str,
    described: &Value,
    secret: &Value,
) -> Result<String, Failure> {
    let warm = caller.warm();
    let mut tokens = warm.tokens.0.lock().await;
    if let Some(kept) = tokens.get(key).filter(|kept| kept.is_fresh()) {
        return Ok(kept.token.clone());
    }
    tokens.retain(|_, kept| kept.is_fresh());
    let answer = caller.outside(request(described, secret), TIME_FOR_A_TOKEN).await;
    let answer = answer.map_err(|error| failure("AuthorizationFailed", error.to_string()))?;
    let body = Value::parse_slice(&answer.body).unwrap_or_default();
    let token = text(&body, "access_token").to_owned();
    if token.is_empty() || !(200..300).contains(&answer.status) {
        let problem = format!("the authorization endpoint answered {} without a token", answer.status);
        return Err(failure("AuthorizationFailed", problem));
    }
    // One that does not say how long it is good for is used once.
    if let (Some(seconds), true) = (lifetime(&body), tokens.len() < MOST_TOKENS) {
        let expires = clock::now() + seconds;
        tokens.insert(key.to_owned(), Kept { token: token.clone(), expires });
    }
    Ok(token)
}

/// The endpoint did not take the token: the next task has a new one.
pub(super) async fn forget(caller: &Caller, key: &str) {
    caller.warm().tokens.0.lock().await.remove(key);
}

/// `"expires_in": 3600`, which some write as a string.
fn lifetime(body: &Value) -> Option<Duration> {
    let member = body.get("expires_in")?;
    let seconds = member.as_i64().or_else(|| member.as_str()?.parse().ok())?;
    // A year is as good as forever.
    Some(Duration::from_secs(u64::try_from(seconds).ok()?.min(31_536_000)))
}

/// UNRECORDED: how EventBridge asks for a token; here by a form with `grant_type`, `client_id` and `client_secret`, in the
/// body, or in the query of a GET.
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
    let form = super::form(&form, ArrayFormat::Repeat);
    let mut queries = vec![query(&parameters.query, ArrayFormat::Repeat)];
    let mut headers = Vec::new();
    for (name, value) in parameters.headers {
        super::set(&mut headers, &name, value);
    }
    let mut body = String::new();
    if method == "GET" {
        queries.push(form);
    } else {
        super::default(&mut headers, "content-type", "application/x-www-form-urlencoded");
        body = form;
    }
    queries.iter().for_each(|query| super::add_query(&mut url, query));
    HttpRequest { method, url, headers, body: body.into_bytes(), ..HttpRequest::default() }
}

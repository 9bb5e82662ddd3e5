//! The keys that requests are signed with: those of the process, or those of a role that it assumes.

use std::pin::Pin;
use std::time::Duration;

use asl_value::{Value, json};
use aws_credential_types::Credentials;

use super::{KeyUrl, Role, Source, Token, may_be_asked, read, with_expiry};
use crate::egress::Reach;
use crate::http::{Http, HttpRequest};
use crate::{Caller, ErrorKind, ServiceError};

const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

impl Caller {
    /// The keys of the process, or of the role. `class` names the service to be called, for errors.
    pub(crate) async fn keys(
        &self,
        class: &str,
        role_arn: Option<&str>,
    ) -> Result<Credentials, ServiceError> {
        let own = self.own_keys().await.map_err(|message| ServiceError::client(class, message))?;
        match role_arn {
            None => Ok(own),
            Some(role) => self.keys_of_role(role, &own).await,
        }
    }

    /// The keys of the process, valid for some minutes.
    ///
    /// # Errors
    /// Why there are none. The text contains no secrets.
    async fn own_keys(&self) -> Result<Credentials, String> {
        let source = &self.config().credentials;
        if let Source::Keys(keys) = source {
            return Ok(keys.clone());
        }
        let warm = self.warm();
        let fetch = async { self.fetch(source).await.map(with_expiry) };
        warm.own.get_or_fetch("", fetch).await
    }

    /// Boxed because it is recursive: a profile's role is assumed with the keys of another profile.
    fn fetch<'a>(
        &'a self,
        source: &'a Source,
    ) -> Pin<Box<dyn Future<Output = Result<Credentials, String>> + Send + 'a>> {
        Box::pin(async move {
            match source {
                Source::Keys(keys) => Ok(keys.clone()),
                Source::Endpoint { url, token } => ask(url, token, &self.warm().http).await,
                Source::WebIdentity { role, file } => {
                    let token = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
                    let token = ("WebIdentityToken", Value::from(token.trim()));
                    self.assume("assumeRoleWithWebIdentity", role, Some(token), None).await
                }
                #[cfg(feature = "profiles")]
                Source::Role { role, with } => {
                    let keys = self.fetch(with).await?;
                    self.assume("assumeRole", role, None, Some(&keys)).await
                }
                #[cfg(feature = "profiles")]
                Source::Process(command) => super::process::keys_of_process(&command.0).await,
                #[cfg(feature = "profiles")]
                Source::Sso(sso) => self.keys_of_sso(sso).await,
                Source::Nowhere => {
                    Err("Unable to load credentials from any of the providers in the chain".to_owned())
                }
            }
        })
    }

    /// The keys of a role that the environment or a profile configures.
    async fn assume(
        &self,
        action: &str,
        role: &Role,
        token: Option<(&'static str, Value)>,
        keys: Option<&Credentials>,
    ) -> Result<Credentials, String> {
        let names =
            [("RoleArn", Value::from(role.arn.as_str())), ("RoleSessionName", role.session.as_str().into())];
        let seconds = role.seconds.map(|seconds| ("DurationSeconds", Value::from(seconds)));
        let external_id = role.external_id.as_ref().map(|id| ("ExternalId", Value::from(id.0.as_str())));
        let params = names.into_iter().chain(seconds).chain(external_id).chain(token);
        let params = Value::Object(params.collect());
        let output = self.call_with("sts", action, &params, keys, None).await;
        keys_in(&output.map_err(|error| format!("the role `{}` cannot be assumed: {error}", role.arn))?)
    }

    async fn keys_of_role(&self, role_arn: &str, own: &Credentials) -> Result<Credentials, ServiceError> {
        let warm = self.warm();
        let fetch = async {
            let input = json!({"RoleArn": role_arn, "RoleSessionName": "asl"});
            let output = self.call_with("sts", "assumeRole", &input, Some(own), None).await;
            let output = output.map_err(|error| ServiceError { kind: ErrorKind::Role, ..error })?;
            let keys = keys_in(&output).map_err(|message| ServiceError::client("Sts", message))?;
            Ok(with_expiry(keys))
        };
        warm.roles.get_or_fetch(role_arn, fetch).await
    }
}

/// The keys in a response of STS.
fn keys_in(output: &Value) -> Result<Credentials, String> {
    let keys = output.get("Credentials").and_then(|keys| read(keys, "SessionToken"));
    keys.ok_or_else(|| "no credentials in the response of STS".to_owned())
}

/// The keys that an endpoint hands out.
async fn ask(url: &KeyUrl, token: &Token, http: &Http) -> Result<Credentials, String> {
    if !may_be_asked(&url.0) {
        return Err(format!(
            "`{url}` must not be asked for credentials: it is neither https nor on this machine"
        ));
    }
    let token = match token {
        Token::None => None,
        Token::Text(token) => Some(token.0.clone()),
        Token::File(path) => {
            let token = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
            Some(token.trim().to_owned())
        }
    };
    let request = HttpRequest {
        method: "GET".to_owned(),
        url: url.0.clone(),
        headers: token.map(|token| ("authorization".to_owned(), token)).into_iter().collect(),
        body: Vec::new(),
        ..HttpRequest::default()
    };
    let answer = http.send(request, FETCH_TIMEOUT, Reach::Everything).await;
    let answer = answer.map_err(|error| format!("no credentials from `{url}`: {error}"))?;
    if answer.status != 200 {
        return Err(format!("no credentials from `{url}`: status {}", answer.status));
    }
    let body = Value::parse_slice(&answer.body).unwrap_or_default();
    read(&body, "Token").ok_or_else(|| format!("no credentials in the response of `{url}`"))
}

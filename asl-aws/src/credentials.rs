//! Where keys come from: the environment, or an endpoint that hands them out (ECS, EKS, SnapStart).

use std::time::{Duration, SystemTime};

use asl_value::{Timestamp, Value};
use aws_credential_types::Credentials;
use hyper::Uri;

use crate::clock;

mod provider;

/// Keys are fetched anew this long before they expire.
const MARGIN: Duration = Duration::from_secs(300);
const ECS_HOST: &str = "http://169.254.170.2";

/// Where keys come from. `Debug` shows none.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Keys(Credentials),
    Endpoint { url: String, token: Token },
    Nowhere,
}

/// What the endpoint wants to see.
#[derive(Clone)]
pub(crate) enum Token {
    None,
    Text(String),
    /// Read before each use, for it changes.
    File(String),
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Token::None => "None",
            Token::Text(_) => "Text",
            Token::File(_) => "File",
        })
    }
}

impl Source {
    pub(crate) fn from_variables<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Source {
        if let (Some(id), Some(secret)) = (variable("AWS_ACCESS_KEY_ID"), variable("AWS_SECRET_ACCESS_KEY")) {
            let token = variable("AWS_SESSION_TOKEN").map(str::to_owned);
            return Source::Keys(Credentials::new(id, secret, token, None, "environment"));
        }
        let relative =
            variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map(|path| format!("{ECS_HOST}{path}"));
        let Some(url) =
            relative.or_else(|| variable("AWS_CONTAINER_CREDENTIALS_FULL_URI").map(str::to_owned))
        else {
            return Source::Nowhere;
        };
        let file =
            variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(|path| Token::File(path.to_owned()));
        let text =
            || variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(|token| Token::Text(token.to_owned()));
        Source::Endpoint { url, token: file.or_else(text).unwrap_or(Token::None) }
    }
}

/// Whether keys are good for some minutes yet.
fn is_fresh(credentials: &Credentials) -> bool {
    credentials.expiry().is_none_or(|expiry| expiry > clock::now() + MARGIN)
}

/// Keys in JSON; the session token's name differs.
fn read(body: &Value, token: &str) -> Option<Credentials> {
    let text = |name: &str| body.get(name)?.as_str();
    let expires = text("Expiration").and_then(Timestamp::parse).map(SystemTime::from);
    let (id, secret) = (text("AccessKeyId")?, text("SecretAccessKey")?);
    Some(Credentials::new(id, secret, text(token).map(str::to_owned), expires, "asl-aws"))
}

/// Keys travel in the clear only within this machine.
fn may_be_asked(url: &str) -> bool {
    const LOCAL: [&str; 6] =
        ["localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]"];
    let uri: Option<Uri> = url.parse().ok();
    uri.is_some_and(|uri| match uri.scheme_str() {
        Some("https") => true,
        Some("http") => uri.host().is_some_and(|host| LOCAL.contains(&host)),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(variables: &[(&str, &'static str)]) -> Source {
        Source::from_variables(|name| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
        })
    }

    #[test]
    fn nothing_secret_is_printed() {
        let keys = [
            ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE"),
            ("AWS_SECRET_ACCESS_KEY", "hush-secret"),
            ("AWS_SESSION_TOKEN", "hush-token"),
        ];
        assert!(!format!("{:?}", source(&keys)).contains("hush"));
        let endpoint = [
            ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/creds"),
            ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "hush-token"),
        ];
        let printed = format!("{:?}", source(&endpoint));
        assert!(printed.contains("169.254.170.2/creds") && !printed.contains("hush"), "{printed}");
        assert!(matches!(source(&[]), Source::Nowhere));
    }

    #[test]
    fn keys_are_asked_of_this_machine_only() {
        assert!(may_be_asked("http://169.254.170.2/creds"));
        assert!(may_be_asked("http://localhost:1/creds"));
        assert!(may_be_asked("https://example.com/creds"));
        assert!(!may_be_asked("http://example.com/creds"));
        assert!(!may_be_asked("/creds"));
    }
}

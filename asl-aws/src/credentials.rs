//! [`Source`]: where keys come from. Sources are the environment, an endpoint that hands them out (ECS, EKS, SnapStart),
//! STS and profiles.

use std::time::{Duration, SystemTime};

use asl_value::{Timestamp, Value};
use aws_credential_types::Credentials;
use hyper::Uri;

use crate::clock;

#[cfg(feature = "profiles")]
mod process;
mod provider;
#[cfg(feature = "profiles")]
mod sso;

/// Keys are fetched again this long before they expire.
const MARGIN: Duration = Duration::from_secs(300);

/// For keys that do not expire.
const FOREVER: Duration = Duration::from_secs(365 * 86_400);

const ECS_HOST: &str = "http://169.254.170.2";

/// Where keys come from. `Debug` does not print them.
#[derive(Debug, Clone)]
pub(crate) enum Source {
    Keys(Credentials),
    Endpoint {
        url: KeyUrl,
        token: Token,
    },
    /// A role that is assumed with the token in a file, whose content changes.
    WebIdentity {
        role: Role,
        file: String,
    },
    /// A role that is assumed with the keys of another source.
    #[cfg(feature = "profiles")]
    Role {
        role: Role,
        with: Box<Source>,
    },
    /// A command line that prints keys.
    #[cfg(feature = "profiles")]
    Process(Hidden),
    #[cfg(feature = "profiles")]
    Sso(Sso),
    Nowhere,
}

/// A role to assume.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    pub(crate) arn: String,
    pub(crate) session: String,
    pub(crate) external_id: Option<Hidden>,
    /// The requested lifetime of the keys.
    pub(crate) seconds: Option<u32>,
}

/// A role of IAM Identity Center.
#[cfg(feature = "profiles")]
#[derive(Debug, Clone)]
pub(crate) struct Sso {
    pub(crate) account: String,
    pub(crate) role: String,
    pub(crate) region: String,
    /// The file with the token.
    pub(crate) cache: std::path::PathBuf,
    /// The command that writes it.
    pub(crate) login: String,
}

/// The authorization that the endpoint requires.
#[derive(Debug, Clone)]
pub(crate) enum Token {
    None,
    Text(Hidden),
    /// Read before each use, because the file changes.
    File(String),
}

/// The URL of an endpoint that hands out keys. Its path or query may be all that authorises a request, as in ECS, so people see
/// the host only.
#[derive(Clone)]
pub(crate) struct KeyUrl(pub(crate) String);

impl std::fmt::Display for KeyUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let uri: Option<Uri> = self.0.parse().ok();
        let host = uri.as_ref().and_then(Uri::host).unwrap_or("..");
        write!(f, "{host}")
    }
}

impl std::fmt::Debug for KeyUrl {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

/// A text that `Debug` does not print.
#[derive(Clone)]
pub(crate) struct Hidden(pub(crate) String);

impl std::fmt::Debug for Hidden {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("..")
    }
}

impl Source {
    /// The first source that these variables configure.
    pub(crate) fn from_variables<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Source {
        let sources =
            [Source::keys(&variable), Source::web_identity(&variable), Source::container(&variable)];
        sources.into_iter().flatten().next().unwrap_or(Source::Nowhere)
    }

    pub(crate) fn keys<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Option<Source> {
        let (id, secret) = (variable("AWS_ACCESS_KEY_ID")?, variable("AWS_SECRET_ACCESS_KEY")?);
        let token = variable("AWS_SESSION_TOKEN").map(str::to_owned);
        Some(Source::Keys(Credentials::new(id, secret, token, None, "environment")))
    }

    fn web_identity<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Option<Source> {
        let role = Role {
            arn: variable("AWS_ROLE_ARN")?.to_owned(),
            session: variable("AWS_ROLE_SESSION_NAME").unwrap_or("asl").to_owned(),
            external_id: None,
            seconds: None,
        };
        Some(Source::WebIdentity { role, file: variable("AWS_WEB_IDENTITY_TOKEN_FILE")?.to_owned() })
    }

    pub(crate) fn container<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Option<Source> {
        let relative =
            variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").map(|path| format!("{ECS_HOST}{path}"));
        let url = relative.or_else(|| variable("AWS_CONTAINER_CREDENTIALS_FULL_URI").map(str::to_owned))?;
        let file =
            variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE").map(|path| Token::File(path.to_owned()));
        let text = || {
            variable("AWS_CONTAINER_AUTHORIZATION_TOKEN").map(|token| Token::Text(Hidden(token.to_owned())))
        };
        Some(Source::Endpoint { url: KeyUrl(url), token: file.or_else(text).unwrap_or(Token::None) })
    }
}

/// Keys, and the time until which they may be reused.
fn with_expiry(keys: Credentials) -> (Credentials, SystemTime) {
    let fresh_until = keys.expiry().map_or_else(|| clock::now() + FOREVER, |expiry| expiry - MARGIN);
    (keys, fresh_until)
}

/// Reads keys in JSON, in which the session token has different names.
fn read(body: &Value, token: &str) -> Option<Credentials> {
    let text = |name: &str| body.get(name)?.as_str();
    // IAM Identity Center sends milliseconds.
    let millis = || body.get("Expiration").and_then(Value::as_i64).map(Timestamp::from_epoch_millis);
    let expires = text("Expiration").and_then(Timestamp::parse).or_else(millis).map(SystemTime::from);
    let (id, secret) = (text("AccessKeyId")?, text("SecretAccessKey")?);
    Some(Credentials::new(id, secret, text(token).map(str::to_owned), expires, "asl-aws"))
}

/// Keys are requested without TLS only within this machine.
pub(crate) fn may_be_asked(url: &str) -> bool {
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
        assert!(printed.contains("169.254.170.2,") && !printed.contains("hush"), "{printed}");
        assert!(matches!(source(&[]), Source::Nowhere));
        assert_eq!(format!("{:?}", Hidden("hush".to_owned())), "..");
    }

    #[test]
    fn keys_come_before_identities_and_those_before_endpoints() {
        let endpoint = ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/creds");
        let identity = [("AWS_WEB_IDENTITY_TOKEN_FILE", "token"), ("AWS_ROLE_ARN", "arn:aws:iam::1:role/r")];
        let keys = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b")];
        let all = [endpoint, identity[0], identity[1], keys[0], keys[1]];
        assert!(matches!(source(&all), Source::Keys(_)));
        let Source::WebIdentity { role, file } = source(&all[..3]) else { panic!("another source") };
        assert_eq!([role.arn.as_str(), &role.session, &file], ["arn:aws:iam::1:role/r", "asl", "token"]);
        assert!(matches!(source(&all[..2]), Source::Endpoint { .. }));
    }

    #[test]
    fn keys_are_requested_from_this_machine_only() {
        assert!(may_be_asked("http://169.254.170.2/creds"));
        assert!(may_be_asked("http://localhost:1/creds"));
        assert!(may_be_asked("https://example.com/creds"));
        assert!(!may_be_asked("http://example.com/creds"));
        assert!(!may_be_asked("/creds"));
    }
}

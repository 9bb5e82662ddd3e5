//! Keys of IAM Identity Center, from the token that `aws sso login` writes to a file.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/understanding-sso.html>

use std::io::Write;
use std::path::Path;
use std::time::{Duration, SystemTime};

use asl_value::{Timestamp, Value, json};
use aws_credential_types::Credentials;

use super::{Sso, read};
use crate::path::text;
use crate::{Caller, clock};

/// A token is not used in the last part of its life.
const MARGIN: Duration = Duration::from_secs(60);

impl Caller {
    pub(super) async fn keys_of_sso(&self, sso: &Sso) -> Result<Credentials, String> {
        let expired = || format!("there is no valid token of IAM Identity Center; run `{}`", sso.login);
        let cached = std::fs::read(&sso.cache).ok().and_then(|bytes| Value::parse_slice(&bytes).ok());
        let cached = cached.ok_or_else(expired)?;
        let expires = Timestamp::parse(text(&cached, "expiresAt")).map(SystemTime::from);
        let token = match expires {
            Some(expires) if expires > clock::now() + MARGIN => text(&cached, "accessToken").to_owned(),
            _ => self.refreshed(sso, cached).await.ok_or_else(expired)?,
        };
        let params =
            json!({"accountId": sso.account.as_str(), "roleName": sso.role.as_str(), "accessToken": token});
        let answer = self.call_with("sso", "getRoleCredentials", &params, None, Some(&sso.region)).await;
        let answer = answer.map_err(|error| match error.status {
            401 => expired(),
            _ => format!("no credentials of the role `{}` from IAM Identity Center: {error}", sso.role),
        })?;
        let keys = answer.get("RoleCredentials").and_then(|keys| read(keys, "SessionToken"));
        keys.ok_or_else(|| "no credentials in the response of IAM Identity Center".to_owned())
    }

    /// Replaces an expired token, if the session allows it. The new one is also written to the file, for other tools.
    async fn refreshed(&self, sso: &Sso, mut cached: Value) -> Option<String> {
        let member = |name: &str| Some(text(&cached, name)).filter(|text| !text.is_empty());
        let params = json!({
            "clientId": member("clientId")?, "clientSecret": member("clientSecret")?,
            "refreshToken": member("refreshToken")?, "grantType": "refresh_token"
        });
        let answer = self.call_with("ssooidc", "createToken", &params, None, Some(&sso.region)).await.ok()?;
        let token = Some(text(&answer, "AccessToken").to_owned()).filter(|token| !token.is_empty())?;
        let seconds =
            answer.get("ExpiresIn").and_then(Value::as_i64).and_then(|seconds| seconds.try_into().ok());
        if let Value::Object(members) = &mut cached {
            members.insert("accessToken", token.as_str().into());
            let expires = Timestamp::from(clock::now() + Duration::from_secs(seconds.unwrap_or_default()));
            members.insert("expiresAt", expires.to_string().into());
            if let Some(refresh) = answer.get("RefreshToken") {
                members.insert("refreshToken", refresh.clone());
            }
        }
        // If this fails, the next process requests a token again.
        let _ = replace(&sso.cache, &cached.to_json());
        Some(token)
    }
}

/// Replaces a file with a text that only this user can read.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let new = path.with_extension("json.new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&new)?.write_all(text.as_bytes())?;
    std::fs::rename(new, path)
}

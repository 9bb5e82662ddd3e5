//! Keys of IAM Identity Center, by the token that `aws sso login` leaves in a file.
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

/// A token is used up to this long before it expires.
const MARGIN: Duration = Duration::from_secs(60);

impl Caller {
    pub(super) async fn keys_of_sso(&self, sso: &Sso) -> Result<Credentials, String> {
        let expired =
            || format!("there is no token of IAM Identity Center that is still good; run `{}`", sso.login);
        let kept = std::fs::read(&sso.cache).ok().and_then(|bytes| Value::parse_slice(&bytes).ok());
        let kept = kept.ok_or_else(expired)?;
        let expires = Timestamp::parse(text(&kept, "expiresAt")).map(SystemTime::from);
        let token = match expires {
            Some(expires) if expires > clock::now() + MARGIN => text(&kept, "accessToken").to_owned(),
            _ => self.refreshed(sso, kept).await.ok_or_else(expired)?,
        };
        let params =
            json!({"accountId": sso.account.as_str(), "roleName": sso.role.as_str(), "accessToken": token});
        let answer = self.call_with("sso", "getRoleCredentials", &params, None, Some(&sso.region)).await;
        let answer = answer.map_err(|error| match error.status {
            401 => expired(),
            _ => format!("no credentials of the role `{}` from IAM Identity Center: {error}", sso.role),
        })?;
        let keys = answer.get("RoleCredentials").and_then(|keys| read(keys, "SessionToken"));
        keys.ok_or_else(|| "no credentials in the answer of IAM Identity Center".to_owned())
    }

    /// A new token for one that has expired, where the session may have one; the file gets it too, for other tools.
    async fn refreshed(&self, sso: &Sso, mut kept: Value) -> Option<String> {
        let member = |name: &str| Some(text(&kept, name)).filter(|text| !text.is_empty());
        let params = json!({
            "clientId": member("clientId")?, "clientSecret": member("clientSecret")?,
            "refreshToken": member("refreshToken")?, "grantType": "refresh_token"
        });
        let answer = self.call_with("ssooidc", "createToken", &params, None, Some(&sso.region)).await.ok()?;
        let token = Some(text(&answer, "AccessToken").to_owned()).filter(|token| !token.is_empty())?;
        let seconds =
            answer.get("ExpiresIn").and_then(Value::as_i64).and_then(|seconds| seconds.try_into().ok());
        if let Value::Object(members) = &mut kept {
            members.insert("accessToken", token.as_str().into());
            let expires = Timestamp::from(clock::now() + Duration::from_secs(seconds.unwrap_or_default()));
            members.insert("expiresAt", expires.to_string().into());
            if let Some(refresh) = answer.get("RefreshToken") {
                members.insert("refreshToken", refresh.clone());
            }
        }
        // Without it the next process asks for a token, too.
        let _ = replace(&sso.cache, &kept.to_json());
        Some(token)
    }
}

/// Puts a text in the place of a file that nobody else may read.
fn replace(path: &Path, text: &str) -> std::io::Result<()> {
    let new = path.with_extension("json.new");
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&new)?.write_all(text.as_bytes())?;
    std::fs::rename(new, path)
}

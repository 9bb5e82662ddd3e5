//! The source of a profile's keys.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/creds-config-files.html>

use aws_credential_types::Credentials;
use sha1::{Digest, Sha1};

use super::Profiles;
use super::ini::Properties;
use crate::credentials::{Hidden, Role, Source, Sso};
use crate::sign::hex;

impl Profiles {
    /// The source of the selected profile's keys; `None` if it has none. `environment` finds the sources that
    /// `credential_source` names.
    ///
    /// # Errors
    /// Settings that are missing, contradictory or not supported.
    pub(crate) fn source(
        &self,
        environment: impl Fn(&str) -> Option<Source>,
    ) -> Result<Option<Source>, String> {
        let mut visited = Vec::new();
        self.source_of(&self.chosen, &environment, &mut visited)
    }

    /// The recursion ends when a profile is visited a second time.
    fn source_of<'p>(
        &'p self,
        name: &'p str,
        environment: &dyn Fn(&str) -> Option<Source>,
        visited: &mut Vec<&'p str>,
    ) -> Result<Option<Source>, String> {
        let Some(properties) = self.profiles.get(name) else {
            return match visited.is_empty() {
                true => Ok(None),
                false => Err(format!("there is no profile `{name}`")),
            };
        };
        let profile = NamedProfile { name, properties };
        // As a `source_profile`, a profile supplies its keys, even if it also has a role.
        if let (false, Some(keys)) = (visited.is_empty(), profile.keys()?) {
            return Ok(Some(keys));
        }
        if visited.contains(&name) {
            return Err(profile.problem("its `source_profile` leads back to it"));
        }
        visited.push(name);
        let Some(role) = profile.role()? else {
            return match profile.keys()? {
                Some(keys) => Ok(Some(keys)),
                None => match self.sso(properties).map_err(|text| profile.problem(&text))? {
                    Some(sso) => Ok(Some(Source::Sso(sso))),
                    None => Ok(profile
                        .property("credential_process")
                        .map(|command| Source::Process(Hidden(command.to_owned())))),
                },
            };
        };
        let sources = ["source_profile", "credential_source", "web_identity_token_file"];
        let given: Vec<(&str, &str)> =
            sources.iter().filter_map(|name| Some((*name, profile.property(name)?))).collect();
        let missing = |place: &str| profile.problem(&format!("there are no credentials in {place}"));
        let with = match given[..] {
            [("source_profile", other)] => self
                .source_of(other, environment, visited)?
                .ok_or_else(|| missing(&format!("profile `{other}`")))?,
            [("credential_source", place)] => {
                environment(place).ok_or_else(|| missing(&format!("`{place}`")))?
            }
            [("web_identity_token_file", file)] => {
                return Ok(Some(Source::WebIdentity { role, file: file.to_owned() }));
            }
            _ => {
                let problem = format!("`role_arn` needs one of `{}`", sources.join("`, `"));
                return Err(profile.problem(&problem));
            }
        };
        Ok(Some(Source::Role { role, with: Box::new(with) }))
    }

    /// A role of IAM Identity Center, with a session in a section of its own or in the profile itself.
    fn sso(&self, profile: &Properties) -> Result<Option<Sso>, String> {
        let property = |name: &str| profile.get(name).map(String::as_str);
        let session = property("sso_session");
        let (Some(account), Some(role)) = (property("sso_account_id"), property("sso_role_name")) else {
            return match session.or_else(|| property("sso_start_url")) {
                Some(_) => Err("`sso_account_id` and `sso_role_name` are needed".to_owned()),
                None => Ok(None),
            };
        };
        let section = match session {
            Some(name) => {
                self.sso_sessions.get(name).ok_or_else(|| format!("there is no sso-session `{name}`"))?
            }
            None => profile,
        };
        let (Some(start_url), Some(region)) = (section.get("sso_start_url"), section.get("sso_region"))
        else {
            return Err("`sso_start_url` and `sso_region` are needed".to_owned());
        };
        let key = Sha1::digest(session.unwrap_or(start_url));
        let file = hex(&key) + ".json";
        Ok(Some(Sso {
            account: account.to_owned(),
            role: role.to_owned(),
            region: region.clone(),
            cache: self.home.join(".aws").join("sso").join("cache").join(file),
            login: match session {
                Some(name) => format!("aws sso login --sso-session {name}"),
                None => "aws sso login".to_owned(),
            },
        }))
    }
}

/// A profile, with its name for errors.
struct NamedProfile<'p> {
    name: &'p str,
    properties: &'p Properties,
}

impl<'p> NamedProfile<'p> {
    fn property(&self, name: &str) -> Option<&'p str> {
        self.properties.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    fn problem(&self, problem: &str) -> String {
        format!("profile `{}`: {problem}", self.name)
    }

    fn keys(&self) -> Result<Option<Source>, String> {
        match (self.property("aws_access_key_id"), self.property("aws_secret_access_key")) {
            (Some(id), Some(secret)) => {
                let token = self.property("aws_session_token").map(str::to_owned);
                Ok(Some(Source::Keys(Credentials::new(id, secret, token, None, "profile"))))
            }
            (None, None) => Ok(None),
            _ => Err(self.problem("`aws_access_key_id` and `aws_secret_access_key` belong together")),
        }
    }

    fn role(&self) -> Result<Option<Role>, String> {
        let Some(role_arn) = self.property("role_arn") else { return Ok(None) };
        if self.property("mfa_serial").is_some() {
            return Err(self.problem("`mfa_serial` is not supported; export temporary keys instead"));
        }
        let duration = self.property("duration_seconds").map(str::parse).transpose();
        Ok(Some(Role {
            arn: role_arn.to_owned(),
            session: self.property("role_session_name").unwrap_or("asl").to_owned(),
            external_id: self.property("external_id").map(|id| Hidden(id.to_owned())),
            seconds: duration.map_err(|_| self.problem("`duration_seconds` is not a number"))?,
        }))
    }
}

//! [`Profiles`]: the profiles in `~/.aws/config` and `~/.aws/credentials`.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html>

mod ini;
mod source;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ini::{Properties, Section};

/// The environment variables that locate the files with profiles and select one. A program that must not use a person's
/// profile removes them before it calls [`Config::from_variables`](crate::Config::from_variables).
pub const PROFILE_VARIABLES: [&str; 6] = [
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "HOME",
    "USERPROFILE",
];

/// The region of the selected profile, for programs that have a default of their own. `None` without a region or profile.
///
/// ```
/// assert_eq!(asl_aws::profile_region(|_| None), None);
/// ```
pub fn profile_region(variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let given = PROFILE_VARIABLES.map(|name| (name, variable(name).filter(|value| !value.is_empty())));
    let value = |wanted: &str| given.iter().find(|(name, _)| *name == wanted)?.1.as_deref();
    Profiles::read(value).ok()?.property("region").map(str::to_owned)
}

/// The content of the files, and which profile is selected. It is not `Debug`, since it has keys.
pub(crate) struct Profiles {
    chosen: String,
    profiles: BTreeMap<String, Properties>,
    sso_sessions: BTreeMap<String, Properties>,
    services: BTreeMap<String, Properties>,
    home: PathBuf,
}

impl Profiles {
    /// Reads the files that these variables name; a missing file counts as empty.
    ///
    /// # Errors
    /// A file cannot be read, or the selected profile is in none of them.
    pub(crate) fn read<'v>(variable: impl Fn(&str) -> Option<&'v str>) -> Result<Profiles, String> {
        let home = variable("HOME").or_else(|| variable("USERPROFILE"));
        let home = home.map(PathBuf::from);
        let path = |name: &str, file: &str| match (variable(name), &home) {
            (Some(path), Some(home)) => {
                Some(path.strip_prefix("~/").map_or(path.into(), |rest| home.join(rest)))
            }
            (Some(path), None) => Some(PathBuf::from(path)),
            (None, Some(home)) => Some(home.join(".aws").join(file)),
            (None, None) => None,
        };
        let given = variable("AWS_PROFILE").or_else(|| variable("AWS_DEFAULT_PROFILE"));
        let mut profiles = Profiles {
            chosen: given.unwrap_or("default").to_owned(),
            profiles: BTreeMap::new(),
            sso_sessions: BTreeMap::new(),
            services: BTreeMap::new(),
            home: home.clone().unwrap_or_default(),
        };
        for section in sections(path("AWS_CONFIG_FILE", "config").as_deref())? {
            profiles.add_config(section);
        }
        for Section { name, properties } in
            sections(path("AWS_SHARED_CREDENTIALS_FILE", "credentials").as_deref())?
        {
            // The credentials file takes precedence.
            profiles.profiles.entry(name).or_default().extend(properties);
        }
        if given.is_some() && !profiles.profiles.contains_key(&profiles.chosen) {
            return Err(format!("there is no profile `{}`", profiles.chosen));
        }
        Ok(profiles)
    }

    fn add_config(&mut self, section: Section) {
        let Section { name, properties } = section;
        let (kind, rest) = name.split_once(char::is_whitespace).unwrap_or(("", &name));
        let rest = rest.trim().trim_matches(['"', '\'']).to_owned();
        match kind {
            "profile" => self.profiles.entry(rest).or_default().extend(properties),
            "sso-session" => self.sso_sessions.entry(rest).or_default().extend(properties),
            "services" => self.services.entry(rest).or_default().extend(properties),
            // `[profile default]` takes precedence.
            "" if name == "default" => {
                let known = self.profiles.entry(rest).or_default();
                for (name, value) in properties {
                    known.entry(name).or_insert(value);
                }
            }
            _ => {}
        }
    }

    /// A property of the selected profile.
    pub(crate) fn property(&self, name: &str) -> Option<&str> {
        self.profiles.get(&self.chosen)?.get(name).map(String::as_str)
    }

    /// The endpoints in its `services` section, by service as in the names of variables: `SECRETS_MANAGER`.
    pub(crate) fn endpoints(&self) -> impl Iterator<Item = (String, &str)> {
        let services = self.property("services").and_then(|name| self.services.get(name));
        services.into_iter().flatten().filter_map(|(name, url)| {
            let service = name.strip_suffix(".endpoint_url")?;
            Some((service.to_ascii_uppercase().replace(['-', ' '], "_"), url.as_str()))
        })
    }
}

fn sections(path: Option<&Path>) -> Result<Vec<Section>, String> {
    let Some(path) = path else { return Ok(Vec::new()) };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(ini::parse(&text)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(format!("cannot read `{}`: {error}", path.display())),
    }
}

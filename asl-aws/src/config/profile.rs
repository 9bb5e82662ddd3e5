//! [`Profile`]: settings of a profile in addition to the variables; there are none without the feature `profiles`.

use crate::credentials::Source;
#[cfg(feature = "profiles")]
use crate::profile::Profiles;

pub(super) const ENDPOINT: &str = "AWS_ENDPOINT_URL";

/// The selected profile, if profiles are read at all.
#[cfg(feature = "profiles")]
pub(super) struct Profile(Option<Profiles>);

#[cfg(feature = "profiles")]
impl Profile {
    pub(super) fn read<'v>(
        variable: impl Fn(&str) -> Option<&'v str>,
        problems: &mut Vec<String>,
    ) -> Profile {
        let read = Profiles::read(variable);
        Profile(read.map_err(|problem| problems.push(problem)).ok())
    }

    pub(super) fn property(&self, name: &str) -> Option<&str> {
        self.0.as_ref()?.property(name)
    }

    /// Endpoints, by the names of the corresponding variables.
    pub(super) fn endpoints(&self) -> Vec<(String, &str)> {
        let named = self.0.iter().flat_map(|profiles| profiles.endpoints());
        let named = named.map(|(service, url)| (format!("{ENDPOINT}_{service}"), url));
        named.chain(self.property("endpoint_url").map(|url| (ENDPOINT.to_owned(), url))).collect()
    }

    pub(super) fn source<'v>(
        &self,
        variable: impl Fn(&str) -> Option<&'v str> + Copy,
        problems: &mut Vec<String>,
    ) -> Source {
        let (None, Some(profiles)) = (Source::keys(variable), &self.0) else {
            return Source::from_variables(variable);
        };
        let found = profiles.source(|place| match place {
            "Environment" => Source::keys(variable),
            "EcsContainer" => Source::container(variable),
            _ => None,
        });
        let found = found.unwrap_or_else(|problem| {
            problems.push(problem);
            None
        });
        found.unwrap_or_else(|| Source::from_variables(variable))
    }
}

/// No profile.
#[cfg(not(feature = "profiles"))]
pub(super) struct Profile;

#[cfg(not(feature = "profiles"))]
impl Profile {
    pub(super) fn read<'v>(_: impl Fn(&str) -> Option<&'v str>, _: &mut Vec<String>) -> Profile {
        Profile
    }

    pub(super) fn property(&self, _: &str) -> Option<&str> {
        None
    }

    pub(super) fn endpoints(&self) -> Vec<(String, &str)> {
        Vec::new()
    }

    pub(super) fn source<'v>(
        &self,
        variable: impl Fn(&str) -> Option<&'v str>,
        _: &mut Vec<String>,
    ) -> Source {
        Source::from_variables(variable)
    }
}

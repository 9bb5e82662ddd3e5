//! [`Config`]: region, endpoints and credentials.

use std::collections::BTreeMap;
use std::fmt;

use hyper::Uri;

use crate::credentials::Source;
use crate::egress::{Reach, is_loopback};
use profile::{ENDPOINT, Profile};

mod profile;

/// Where AWS is called, and with which credentials.
///
/// [`Config::from_env`] reads what AWS's SDKs read. Where a program has settings of its own, [`Config::from_variables`]
/// takes the same variables from anywhere. [`Config::new`] has neither endpoints nor credentials, so calls fail unless the
/// operation is unsigned; checks need no credentials.
///
/// Credentials that have to be fetched (from a container's endpoint, STS, a profile) are fetched by the first call that
/// needs them, so a config can be valid and its calls still fail.
///
/// ```
/// use asl_aws::Config;
///
/// let config = Config::new("eu-west-1").only_configured();
/// assert_eq!(config.region, "eu-west-1");
/// ```
///
/// Source: <https://docs.aws.amazon.com/sdkref/latest/guide/environment-variables.html>
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// `eu-west-1`
    pub region: String,
    /// `AWS_ENDPOINT_URL`
    endpoint: Option<String>,
    /// `AWS_ENDPOINT_URL_…`, by the service's part of the name.
    endpoints: BTreeMap<String, String>,
    pub(crate) variant: Variant,
    pub(crate) credentials: Source,
    pub(crate) is_only_configured: bool,
    /// What tasks may call besides AWS.
    pub(crate) reach: Reach,
}

/// Which of AWS's endpoints are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Variant {
    /// Endpoints with FIPS-validated cryptography.
    pub(crate) is_fips: bool,
    /// Endpoints that also support IPv6.
    pub(crate) is_dual_stack: bool,
}

impl Config {
    /// A region without endpoints or credentials.
    pub fn new(region: impl Into<String>) -> Config {
        Config {
            region: region.into(),
            endpoint: None,
            endpoints: BTreeMap::new(),
            variant: Variant::default(),
            credentials: Source::Nowhere,
            is_only_configured: false,
            reach: Reach::default(),
        }
    }

    /// Reads the environment variables that AWS's SDKs read:
    ///
    /// - `AWS_REGION` or `AWS_DEFAULT_REGION`
    /// - `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL` and `AWS_IGNORE_CONFIGURED_ENDPOINT_URLS`
    /// - `AWS_USE_FIPS_ENDPOINT` and `AWS_USE_DUALSTACK_ENDPOINT`
    /// - `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or
    ///   `AWS_WEB_IDENTITY_TOKEN_FILE` with `AWS_ROLE_ARN`, or
    ///   `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI` or `…_FULL_URI` with `AWS_CONTAINER_AUTHORIZATION_TOKEN` or `…_FILE`
    ///
    /// With the feature `profiles`, the profile `AWS_PROFILE` supplies the region, endpoints and credentials that the
    /// variables do not; keys in the environment come first. Profiles are in `~/.aws/config` and `~/.aws/credentials`, or in
    /// `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE`.
    ///
    /// # Errors
    /// Names each variable that is missing or wrong. Missing credentials are reported by the first call.
    pub fn from_env() -> Result<Config, ConfigError> {
        let variables = std::env::vars_os();
        Config::from_variables(
            variables.filter_map(|(name, value)| name.into_string().ok().zip(value.into_string().ok())),
        )
    }

    /// Like [`from_env`](Config::from_env), from these variables.
    ///
    /// ```
    /// use asl_aws::Config;
    /// let variables = [("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL_DYNAMODB", "http://localhost:8000")];
    /// let config = Config::from_variables(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))?;
    /// assert_eq!(config.region, "eu-west-1");
    /// # Ok::<(), asl_aws::ConfigError>(())
    /// ```
    ///
    /// # Errors
    /// Names each variable that is missing or wrong.
    pub fn from_variables(
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Config, ConfigError> {
        let variables: BTreeMap<String, String> = variables
            .into_iter()
            .filter(|(name, value)| {
                (name.starts_with("AWS_") || matches!(name.as_str(), "HOME" | "USERPROFILE"))
                    && !value.is_empty()
            })
            .collect();
        let variable = |name: &str| variables.get(name).map(String::as_str);
        let mut problems = Vec::new();
        let profile = Profile::read(variable, &mut problems);
        let region = region(variable, &profile, &mut problems);
        let is_wanted = |name: &str, property: &str| is_true(variable(name).or(profile.property(property)));
        let variant = Variant {
            is_fips: is_wanted("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            is_dual_stack: is_wanted("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
        };
        let (endpoint, endpoints) = match is_true(variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) {
            true => Default::default(),
            false => endpoints(&variables, &profile, &mut problems),
        };
        let credentials = profile.source(variable, &mut problems);
        if !problems.is_empty() {
            return Err(ConfigError(problems));
        }
        let config = Config { region, endpoint, endpoints, variant, credentials, ..Config::new("") };
        // An emulator of AWS on this machine means a test.
        let is_test = config.endpoint.as_deref().and_then(host_of).is_some_and(|host| is_loopback(&host));
        Ok(if is_test { config.with_loopback() } else { config })
    }

    /// For tests: lets `http:invoke` and `apigateway:invoke` call this machine, also without TLS and without a connection.
    /// [`from_env`](Config::from_env) does so if `AWS_ENDPOINT_URL` is on this machine.
    #[must_use]
    pub fn with_loopback(self) -> Config {
        Config { reach: Reach::InternetAndLoopback, ..self }
    }

    /// Calls only services that have an endpoint, of their own or from `AWS_ENDPOINT_URL`, and never AWS itself.
    #[must_use]
    pub fn only_configured(self) -> Config {
        Config { is_only_configured: true, ..self }
    }

    /// What a request to a URL from the arguments of a task may reach. `None` if it must not be sent: with
    /// [`only_configured`](Config::only_configured), only the service's endpoint and, in tests, this machine are called.
    pub(crate) fn reach_at(&self, service_id: &str, url: &str) -> Option<Reach> {
        let uri: Option<Uri> = url.parse().ok();
        let authority = uri.as_ref().and_then(Uri::authority).map_or("", |authority| authority.as_str());
        if self.has_endpoint_at(service_id, authority) {
            return Some(Reach::Everything);
        }
        let host = uri.as_ref().and_then(Uri::host).unwrap_or_default();
        let is_test = self.reach == Reach::InternetAndLoopback && is_loopback(host);
        (is_test || !self.is_only_configured).then_some(self.reach)
    }

    /// Whether the service has a configured endpoint with this host and port: `localhost:9324`.
    pub(crate) fn has_endpoint_at(&self, service_id: &str, authority: &str) -> bool {
        let endpoint: Option<Uri> = self.endpoint(service_id).and_then(|url| url.parse().ok());
        let own = endpoint.as_ref().and_then(Uri::authority);
        own.is_some_and(|own| own.as_str().eq_ignore_ascii_case(authority))
    }

    /// The configured endpoint of a service, by its id: `DynamoDB`, `Secrets Manager`.
    pub(crate) fn endpoint(&self, service_id: &str) -> Option<&str> {
        let variable = service_id.to_ascii_uppercase().replace([' ', '-'], "_");
        self.endpoints.get(&variable).or(self.endpoint.as_ref()).map(String::as_str)
    }
}

fn region<'v>(
    variable: impl Fn(&str) -> Option<&'v str>,
    profile: &Profile,
    problems: &mut Vec<String>,
) -> String {
    let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
    let (region, place) = match region {
        Some(region) => (region, "`AWS_REGION`"),
        None => (profile.property("region").unwrap_or_default(), "the profile"),
    };
    // The region becomes part of a host name.
    if region.is_empty() {
        problems.push("`AWS_REGION` is not set".to_owned());
    } else if !region.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        problems.push(format!("expected a region in {place}, found `{region}`"));
    }
    region.to_owned()
}

/// The endpoint for all services, and those of single services.
fn endpoints(
    variables: &BTreeMap<String, String>,
    profile: &Profile,
    problems: &mut Vec<String>,
) -> (Option<String>, BTreeMap<String, String>) {
    let own = variables.iter().filter(|(name, _)| name.starts_with(ENDPOINT));
    let own = own.map(|(name, url)| (name.clone(), url.as_str()));
    // An endpoint for all services in the environment takes precedence over any in a profile.
    let others = if variables.contains_key(ENDPOINT) { Vec::new() } else { profile.endpoints() };
    let mut endpoint = None;
    let mut endpoints = BTreeMap::new();
    for (name, url) in others.into_iter().chain(own) {
        if !is_endpoint(url) {
            problems.push(format!("expected an http(s) URL in `{name}`, found `{url}`"));
        }
        let url = url.trim_end_matches('/').to_owned();
        match name.strip_prefix(ENDPOINT).and_then(|rest| rest.strip_prefix('_')) {
            Some(service) => drop(endpoints.insert(service.to_owned(), url)),
            None => endpoint = Some(url),
        }
    }
    (endpoint, endpoints)
}

fn is_true(value: Option<&str>) -> bool {
    value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

fn host_of(url: &str) -> Option<String> {
    url.parse::<Uri>().ok()?.host().map(str::to_owned)
}

fn is_endpoint(url: &str) -> bool {
    let uri: Option<Uri> = url.parse().ok();
    uri.is_some_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some() && uri.query().is_none()
    })
}

/// Why a [`Config`] cannot be made from its variables: every problem at once.
///
/// ```
/// use asl_aws::Config;
///
/// let error = Config::from_variables([]).unwrap_err();
/// assert_eq!(error.problems(), ["`AWS_REGION` is not set"]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(Vec<String>);

impl ConfigError {
    /// What is wrong, for people: one entry for each variable.
    pub fn problems(&self) -> &[String] {
        &self.0
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("; "))
    }
}

impl std::error::Error for ConfigError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(variables: &[(&str, &str)]) -> Result<Config, String> {
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::from_variables(variables).map_err(|error| error.to_string())
    }

    #[track_caller]
    fn check(variables: &[(&str, &str)], service: &str, expect: Option<&str>) {
        let config = config(&[&[("AWS_REGION", "eu-west-1")], variables].concat()).unwrap();
        assert_eq!(config.endpoint(service), expect);
    }

    #[test]
    fn the_most_specific_endpoint_is_used() {
        let both =
            [("AWS_ENDPOINT_URL", "http://all/"), ("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://some:1")];
        check(&[], "S3", None);
        check(&both, "S3", Some("http://all"));
        check(&both, "Secrets Manager", Some("http://some:1"));
        let ignored = [both.as_slice(), &[("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true")]].concat();
        check(&ignored, "S3", None);
        check(&ignored, "Secrets Manager", None);
    }

    #[test]
    fn all_problems_are_reported_at_once() {
        assert_eq!(config(&[]).unwrap_err(), "`AWS_REGION` is not set");
        let wrong = [("AWS_REGION", "a.b/c"), ("AWS_ENDPOINT_URL_S3", "ftp://x")];
        assert_eq!(
            config(&wrong).unwrap_err(),
            "expected a region in `AWS_REGION`, found `a.b/c`; \
             expected an http(s) URL in `AWS_ENDPOINT_URL_S3`, found `ftp://x`"
        );
        assert_eq!(config(&[("AWS_DEFAULT_REGION", "us-east-1")]).unwrap().region, "us-east-1");
    }
}

//! [`Config`]: region, endpoints, credentials.

use std::fmt;

/// Where and as whom AWS is called.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Config {
    /// `eu-west-1`
    pub region: String,
}

impl Config {
    /// A region, and nothing else.
    pub fn new(region: impl Into<String>) -> Config {
        Config { region: region.into() }
    }

    /// As the environment says: `AWS_REGION` or `AWS_DEFAULT_REGION`, and what AWS's SDKs read for credentials and
    /// endpoints.
    ///
    /// # Errors
    /// Names each variable that is missing or wrong.
    pub fn from_env() -> Result<Config, ConfigError> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let region = variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION"));
        let region = region.ok_or_else(|| ConfigError("`AWS_REGION` is not set".to_owned()))?;
        Ok(Config::new(region))
    }
}

/// What is wrong with the environment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

//! [`ConfigError`]: which environment variables of a function are wrong.

use std::fmt;

/// Why the environment variables of a function are wrong. It has all problems, not just the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    problems: Vec<String>,
}

impl ConfigError {
    pub(crate) fn new(mut problems: Vec<String>) -> ConfigError {
        problems.sort();
        ConfigError { problems }
    }

    /// The value, if there are no problems.
    pub(crate) fn unless_none<T>(read: T, problems: Vec<String>) -> Result<T, ConfigError> {
        if problems.is_empty() { Ok(read) } else { Err(ConfigError::new(problems)) }
    }

    /// One line for each variable, sorted by name: ``ASL_LIMITS: expected `express` or `unlimited`, found `none` ``.
    pub fn problems(&self) -> &[String] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.problems.join("; "))
    }
}

impl std::error::Error for ConfigError {}

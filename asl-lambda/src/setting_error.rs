//! [`SettingError`]: why the text of a setting is invalid.

use std::fmt;

/// Why the text of a setting is invalid: the error of [`Input::parse`](crate::Input::parse),
/// [`ResponseMapping::parse`](crate::ResponseMapping::parse) and [`Cors::parse`](crate::Cors::parse).
///
/// The message says what was expected and what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingError {
    message: String,
}

impl SettingError {
    pub(crate) fn new(message: impl Into<String>) -> SettingError {
        SettingError { message: message.into() }
    }
}

impl fmt::Display for SettingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SettingError {}

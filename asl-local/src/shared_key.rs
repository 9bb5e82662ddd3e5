//! [`SharedKey`]: what clients must know.

use std::fmt;

use subtle::ConstantTimeEq;

/// The fewest characters of a key, so that it cannot be found by trying.
const SHORTEST: usize = 16;

/// The most: it must fit into a header.
const LONGEST: usize = 1024;

/// The access key id of clients that sign their requests with the shared key.
#[cfg(feature = "signatures")]
pub(crate) const KEY_ID: &str = "asl";

/// A key that a server and its clients share. A server with one rejects requests that do not prove to know it, see
/// [`Config::key`](crate::Config::key).
///
/// Clients send it as `x-api-key: KEY` or `authorization: Bearer KEY`. SDKs of AWS sign with it instead: their access key id is
/// `asl`, the secret access key is the shared key (feature `signatures`). Browsers are asked for it, and get a cookie for
/// twelve hours.
///
/// ```
/// use asl_local::{Config, SharedKey};
/// let key = SharedKey::new("correct horse battery staple".replace(' ', "-"))?;
/// assert_eq!(format!("{key:?}"), "SharedKey(..)");
/// let config = Config { key: Some(key), ..Config::default() };
/// assert!(SharedKey::new("secret").is_err());
/// # let _ = config;
/// # Ok::<(), asl_local::InvalidKey>(())
/// ```
#[derive(Clone)]
pub struct SharedKey(String);

impl SharedKey {
    /// A key of 16 to 1,024 visible ASCII characters. 32 random ones are a good key: `openssl rand -hex 16`.
    ///
    /// # Errors
    /// It is shorter or longer, or has other characters, such as spaces and line breaks.
    pub fn new(key: impl Into<String>) -> Result<SharedKey, InvalidKey> {
        let key = key.into();
        if !(SHORTEST..=LONGEST).contains(&key.len()) {
            return Err(InvalidKey(format!(
                "expected a key of {SHORTEST} to {LONGEST} characters, found {}",
                key.len()
            )));
        }
        if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(InvalidKey("expected a key of visible ASCII characters without spaces".to_owned()));
        }
        Ok(SharedKey(key))
    }

    /// Whether this is the key. How long that takes depends on the lengths alone.
    pub(crate) fn is(&self, given: &str) -> bool {
        are_equal(&self.0, given)
    }

    #[cfg(feature = "signatures")]
    pub(crate) fn secret(&self) -> &str {
        &self.0
    }
}

/// Compares secrets. How long that takes depends on the lengths alone.
pub(crate) fn are_equal(secret: &str, given: &str) -> bool {
    secret.as_bytes().ct_eq(given.as_bytes()).into()
}

/// Never the key.
impl fmt::Debug for SharedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedKey(..)")
    }
}

/// Why a text is not a valid [`SharedKey`]. It does not contain the text.
///
/// ```
/// let error = asl_local::SharedKey::new("short").unwrap_err();
/// assert_eq!(error.to_string(), "expected a key of 16 to 1024 characters, found 5");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidKey(String);

impl fmt::Display for InvalidKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_long_and_can_be_sent() {
        for (text, is_key) in [
            ("0123456789abcde", false),
            ("0123456789abcdef", true),
            ("0123456789abcdef\n", false),
            ("0123456789 abcdef", false),
            ("0123456789abcdeé", false),
            (&"k".repeat(1024), true),
            (&"k".repeat(1025), false),
        ] {
            let key = SharedKey::new(text);
            assert_eq!(key.is_ok(), is_key, "{text:?}");
            assert!(!format!("{key:?}").contains("bcd"), "{key:?}");
        }
    }

    #[test]
    fn another_key_is_another() {
        let key = SharedKey::new("0123456789abcdef").expect("a key");
        for (given, is_right) in [
            ("0123456789abcdef", true),
            ("0123456789abcdeF", false),
            ("0123456789abcdef0", false),
            ("", false),
        ] {
            assert_eq!(key.is(given), is_right, "{given}");
        }
    }
}

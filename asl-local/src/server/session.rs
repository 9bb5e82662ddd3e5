//! [`Session`]: the cookie of browsers whose users have typed the shared key.

use asl_engine::{Entropy, SystemEntropy};
use hyper::HeaderMap;
use hyper::header::COOKIE;

use crate::shared_key::are_equal;

/// The session that all browsers of a process share. It ends with the process.
///
/// A browser sends the cookies of a host to all of its ports. So the value is not the key, and ends with this process.
pub(super) struct Session {
    /// `asl-8083`, or `__Host-asl-8083`, which browsers take over HTTPS only, and from no other host of the domain.
    name: String,
    value: String,
    is_encrypted: bool,
}

impl Session {
    /// A session for the server on this port.
    pub(super) fn new(port: u16, is_encrypted: bool) -> Session {
        // Not the server's own source of random numbers, which may be seeded.
        let random = SystemEntropy::new();
        let value = [random.uuid(), random.uuid()].concat().replace('-', "");
        let prefix = if is_encrypted { "__Host-" } else { "" };
        Session { name: format!("{prefix}asl-{port}"), value, is_encrypted }
    }

    /// Whether a request has the cookie.
    pub(super) fn is_in(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut cookies =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|one| one.trim().split_once('='));
        cookies.any(|(name, value)| name == self.name && are_equal(&self.value, value))
    }

    /// The value of `Set-Cookie`. Scripts cannot read it, and requests that another site causes do not have it.
    pub(super) fn cookie(&self) -> String {
        let secure = if self.is_encrypted { "; Secure" } else { "" };
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict{secure}", self.name, self.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    #[test]
    fn a_cookie_is_found_among_others() {
        let session = Session::new(8083, false);
        let pair = session.cookie().split(';').next().unwrap_or_default().to_owned();
        let check = |text: String, expected: bool| {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, HeaderValue::from_str(&text).expect("a header"));
            assert_eq!(session.is_in(&headers), expected, "{text}");
        };
        check(pair.clone(), true);
        check(format!("a=b; {pair}; c=d"), true);
        check(format!("asl-8083=wrong; {pair}"), true);
        check(format!("x{pair}"), false);
        check(format!("{pair}0"), false);
        check("asl-8083=".to_owned(), false);
        check(Session::new(8083, false).cookie(), false);
        assert!(Session::new(1, true).cookie().starts_with("__Host-asl-1="));
        assert!(Session::new(1, true).cookie().ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"));
    }
}

//! [`Sessions`]: the cookies of browsers whose users have typed the shared key.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_engine::{Entropy, SystemEntropy};
use hyper::HeaderMap;
use hyper::header::COOKIE;
use tokio::time::Instant;

use crate::clock::instant;
use crate::shared_key::are_equal;

/// How long a session lasts.
pub(super) const PERIOD: Duration = Duration::from_secs(12 * 3600);

/// How many sessions there are at most. Beyond it, the one that began first ends.
pub(super) const MOST: usize = 64;

/// The sessions of browsers. Each begins with the key, and ends when its user logs out, after [`PERIOD`], or with the process.
///
/// A browser sends the cookies of a host to all of its ports. So the value is not the key.
pub(super) struct Sessions {
    /// `asl-8083`, or `__Host-asl-8083`, which browsers take over HTTPS only, and from no other host of the domain.
    name: String,
    is_encrypted: bool,
    /// In the order in which they began, which is that of their ends.
    open: Mutex<VecDeque<Session>>,
}

struct Session {
    value: String,
    ends: Instant,
}

impl Sessions {
    /// The sessions of the server on this port.
    pub(super) fn new(port: u16, is_encrypted: bool) -> Sessions {
        let prefix = if is_encrypted { "__Host-" } else { "" };
        Sessions { name: format!("{prefix}asl-{port}"), is_encrypted, open: Mutex::default() }
    }

    /// Whether a request has the cookie of a session.
    pub(super) fn has(&self, headers: &HeaderMap) -> bool {
        let open = self.open();
        // All are compared: how long it takes does not say which one is nearly right.
        self.values(headers).fold(false, |found, value| found | open.iter().any(|session| session.is(value)))
    }

    /// Begins a session. Returns the value of `Set-Cookie`, which scripts cannot read, and which requests that another site
    /// causes do not have.
    pub(super) fn begin(&self) -> String {
        // Not the server's own source of random numbers, which may be seeded.
        let random = SystemEntropy::new();
        let value = [random.uuid(), random.uuid()].concat().replace('-', "");
        let cookie = self.cookie(&value, PERIOD);
        let mut open = self.open();
        if open.len() >= MOST {
            open.pop_front();
        }
        open.push_back(Session { value, ends: instant() + PERIOD });
        cookie
    }

    /// Ends the session of a request. Returns the value of `Set-Cookie`, with which the browser forgets it.
    pub(super) fn end(&self, headers: &HeaderMap) -> String {
        for value in self.values(headers) {
            self.open().retain(|session| !session.is(value));
        }
        self.cookie("", Duration::ZERO)
    }

    fn cookie(&self, value: &str, period: Duration) -> String {
        let secure = if self.is_encrypted { "; Secure" } else { "" };
        let seconds = period.as_secs();
        format!("{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}", self.name)
    }

    /// The values of the cookie in a request.
    fn values<'h>(&self, headers: &'h HeaderMap) -> impl Iterator<Item = &'h str> {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let pairs =
            cookies.flat_map(|cookies| cookies.split(';')).filter_map(|one| one.trim().split_once('='));
        pairs.filter(|(name, _)| *name == self.name).map(|(_, value)| value)
    }

    /// The sessions that have not ended.
    fn open(&self) -> MutexGuard<'_, VecDeque<Session>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let now = instant();
        while open.front().is_some_and(|session| session.ends <= now) {
            open.pop_front();
        }
        open
    }
}

impl Session {
    fn is(&self, value: &str) -> bool {
        are_equal(&self.value, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn pair(cookie: &str) -> String {
        cookie.split(';').next().unwrap_or_default().to_owned()
    }

    fn headers(cookies: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_str(cookies).expect("a header"));
        headers
    }

    #[tokio::test(start_paused = true)]
    async fn a_cookie_is_found_among_others() {
        let sessions = Sessions::new(8083, false);
        let pair = pair(&sessions.begin());
        for (text, expected) in [
            (pair.clone(), true),
            (format!("a=b; {pair}; c=d"), true),
            (format!("asl-8083=wrong; {pair}"), true),
            (format!("x{pair}"), false),
            (format!("{pair}0"), false),
            ("asl-8083=".to_owned(), false),
            (Sessions::new(8083, false).begin(), false),
        ] {
            assert_eq!(sessions.has(&headers(&text)), expected, "{text}");
        }
        let encrypted = Sessions::new(1, true).begin();
        assert!(encrypted.starts_with("__Host-asl-1="), "{encrypted}");
        assert!(
            encrypted.ends_with("; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure"),
            "{encrypted}"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_ends_with_its_time_or_its_user() {
        let sessions = Sessions::new(8083, false);
        let (first, second) = (pair(&sessions.begin()), pair(&sessions.begin()));
        assert_ne!(first, second);
        let gone = sessions.end(&headers(&first));
        assert!(gone.starts_with("asl-8083=; Path=/; Max-Age=0;"), "{gone}");
        assert_eq!([&first, &second].map(|pair| sessions.has(&headers(pair))), [false, true]);
        tokio::time::advance(PERIOD - Duration::from_secs(1)).await;
        let third = pair(&sessions.begin());
        assert_eq!([&second, &third].map(|pair| sessions.has(&headers(pair))), [true, true]);
        tokio::time::advance(Duration::from_secs(1)).await;
        assert_eq!([&second, &third].map(|pair| sessions.has(&headers(pair))), [false, true]);
        for _ in 0..MOST {
            assert!(sessions.has(&headers(&third)));
            sessions.begin();
        }
        assert!(!sessions.has(&headers(&third)), "there are never more than {MOST}");
    }
}

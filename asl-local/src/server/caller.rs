//! Rejects requests from web pages of other sites. Programs on this machine are allowed.
//!
//! A name that an attacker owns can resolve to 127.0.0.1 ("DNS rebinding"). The browser then treats this server as a part
//! of that site, and lets its scripts read the responses. Only the `Host` header shows the difference.

use std::net::IpAddr;

use hyper::HeaderMap;
use hyper::Uri;
use hyper::header::{HOST, HeaderName, HeaderValue, ORIGIN};

/// SDKs of AWS add this prefix to the host for StartSyncExecution and TestState.
const HOST_PREFIX: &str = "sync-";

/// Allows every host. For networks in which no browser can reach the server.
const ANY: &str = "*";

/// Allows names without a dot, such as those of containers of one network. Nobody can own such a name in the public DNS, so
/// none can resolve to this machine for an attacker.
const SHORT: &str = "short";

/// Why a request is rejected: the header and the host in it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Foreign {
    header: &'static str,
    host: String,
}

impl std::fmt::Display for Foreign {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.host.as_str() {
            "" => write!(f, "the request has no valid `{}` header", self.header),
            host => {
                write!(
                    f,
                    "the host `{host}` in `{}` is not allowed; see the option --allow-host",
                    self.header
                )
            }
        }
    }
}

/// Checks the `Host` header, the host of an absolute target and the `Origin` header against the names of this machine and
/// `allowed`.
pub(super) fn check(target: &Uri, headers: &HeaderMap, allowed: &[String]) -> Result<(), Foreign> {
    let host = single(headers, &HOST).unwrap_or_default();
    let host = if host.is_empty() && target.host().is_none() { None } else { Some(host) };
    for authority in [host, target.authority().map(hyper::http::uri::Authority::as_str)].into_iter().flatten()
    {
        let name = host_of(authority);
        if !is_allowed(name, allowed) {
            return Err(Foreign { header: "Host", host: name.to_owned() });
        }
    }
    let Some(host) = host else { return Err(Foreign { header: "Host", host: String::new() }) };
    if headers.get(&ORIGIN).is_none() {
        return Ok(());
    }
    let origin = single(headers, &ORIGIN).unwrap_or_default();
    // Pages of this server itself and of hosts that are allowed by name may call it.
    let authority = origin.split_once("://").map_or("", |(_, authority)| authority);
    let name = host_of(authority);
    let is_own = authority.eq_ignore_ascii_case(host);
    if is_own || (!authority.is_empty() && is_named(name, allowed)) {
        return Ok(());
    }
    Err(Foreign { header: "Origin", host: origin.chars().take(256).collect() })
}

/// The value of a header that must occur only once.
fn single<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next().map(HeaderValue::to_str);
    if values.next().is_some() { None } else { value?.ok() }
}

/// `localhost` of `localhost:8083`, `::1` of `[::1]:8083`.
fn host_of(authority: &str) -> &str {
    if let Some(bracketed) = authority.strip_prefix('[') {
        return bracketed.split(']').next().unwrap_or_default();
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    }
}

fn is_allowed(name: &str, allowed: &[String]) -> bool {
    is_named(name, allowed)
        || is_loopback(name)
        || name.strip_prefix(HOST_PREFIX).is_some_and(|name| is_named(name, allowed) || is_loopback(name))
        || (is_named(SHORT, allowed) && is_short(name))
}

fn is_named(name: &str, allowed: &[String]) -> bool {
    allowed.iter().any(|allowed| allowed == ANY || allowed.eq_ignore_ascii_case(name))
}

/// Whether a host name is one label, and not a number, which is an address.
fn is_short(name: &str) -> bool {
    let is_label = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.bytes().all(is_label)
}

/// Whether a host name always refers to this machine.
///
/// Spec: RFC 6761, §6.3 reserves `localhost` and all names below it.
pub(super) fn is_loopback(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    let is_localhost = name.eq_ignore_ascii_case("localhost")
        || name.len() > ".localhost".len()
            && name
                .get(name.len() - ".localhost".len()..)
                .is_some_and(|end| end.eq_ignore_ascii_case(".localhost"));
    is_localhost || name.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(target: &str, headers: &[(&'static str, &'static str)], expected: Result<(), &str>) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, HeaderValue::from_static(value));
        }
        let allowed = ["asl.test".to_owned(), "fd00::1".to_owned()];
        let found = super::check(&target.parse().unwrap(), &map, &allowed);
        assert_eq!(found.as_ref().map_err(|foreign| foreign.host.as_str()).copied(), expected, "{headers:?}");
    }

    #[test]
    fn hosts_of_this_machine_and_allowed_ones_may_ask() {
        for host in [
            "127.0.0.1:8083",
            "127.0.0.1",
            "127.8.9.10:1",
            "localhost:8083",
            "LOCALHOST",
            "localhost.:8083",
            "states.localhost:8083",
            "[::1]:8083",
            "[::ffff:127.0.0.1]:8083",
            "sync-127.0.0.1:8083",
            "sync-localhost:8083",
            "asl.test:8083",
            "ASL.test",
            "sync-asl.test:8083",
            "[fd00::1]:8083",
        ] {
            check("/", &[("host", host)], Ok(()));
        }
    }

    #[test]
    fn foreign_hosts_may_not() {
        for (host, found) in [
            ("evil.example:8083", "evil.example"),
            ("127.0.0.1.evil.example", "127.0.0.1.evil.example"),
            ("localhost.evil.example:8083", "localhost.evil.example"),
            ("evillocalhost", "evillocalhost"),
            ("notlocalhost:8083", "notlocalhost"),
            (".localhost", ".localhost"),
            ("127.0.0.1@evil.example", "127.0.0.1@evil.example"),
            ("192.168.1.5:8083", "192.168.1.5"),
            ("0.0.0.0:8083", "0.0.0.0"),
            ("[::]:8083", "::"),
            ("sync-evil.example", "sync-evil.example"),
            ("127.1", "127.1"),
            ("", ""),
        ] {
            check("/", &[("host", host)], Err(found));
        }
        check("/", &[], Err(""));
        check("/", &[("host", "127.0.0.1"), ("host", "evil.example")], Err(""));
        check("http://evil.example/", &[("host", "127.0.0.1")], Err("evil.example"));
        check("http://127.0.0.1/", &[("host", "127.0.0.1")], Ok(()));
    }

    #[test]
    fn every_host_may_be_allowed() {
        for host in ["evil.example", "192.168.1.5:8083"] {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static(host));
            assert_eq!(super::check(&Uri::from_static("/"), &headers, &["*".to_owned()]), Ok(()));
        }
    }

    #[test]
    fn names_without_a_dot_may_be_allowed() {
        let allowed = ["short".to_owned()];
        let check = |host: &'static str, origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert("host", HeaderValue::from_static(host));
            origin.map(|origin| headers.insert("origin", HeaderValue::from_static(origin)));
            super::check(&Uri::from_static("/"), &headers, &allowed).is_ok()
        };
        for host in ["asl:8083", "step-functions_local", "sync-asl:8083", "localhost:8083"] {
            assert!(check(host, None), "{host}");
        }
        for host in
            ["evil.example:8083", "asl.", "2130706433:8083", "0x7f000001", "[fd00::1]:8083", "192.168.1.5"]
        {
            assert!(!check(host, None), "{host}");
        }
        assert!(check("asl:8083", Some("http://asl:8083")));
        assert!(!check("asl:8083", Some("http://other:8083")));
        assert!(!check("asl:8083", Some("https://evil.example")));
    }

    #[test]
    fn a_foreign_origin_may_not_either() {
        let own = ("host", "127.0.0.1:8083");
        check("/", &[own, ("origin", "http://127.0.0.1:8083")], Ok(()));
        check("/", &[own, ("origin", "https://asl.test")], Ok(()));
        check("/", &[own, ("origin", "http://[fd00::1]:9")], Ok(()));
        for origin in [
            "http://evil.example",
            "http://evil.example:8083",
            "null",
            "",
            // Another server on this machine is another origin.
            "http://127.0.0.1:3000",
            "http://localhost:8083",
            "chrome-extension://abcdef",
            "file://",
        ] {
            check("/", &[own, ("origin", origin)], Err(origin));
        }
        check("/", &[own, ("origin", "http://127.0.0.1:8083"), ("origin", "http://evil.example")], Err(""));
    }
}

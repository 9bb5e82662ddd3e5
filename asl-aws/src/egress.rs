//! [`Reach`]: where tasks may send requests besides the services of AWS. It concerns `http:invoke`, `apigateway:invoke`,
//! `eks:call`, and the tokens of connections.
//!
//! The check is about what a task must not reach, so a name that may be this machine counts as this machine. (asl-local
//! decides which hosts may call it, and there the same name does not count.)

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::vec::IntoIter;

use hyper::Uri;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower_service::Service;

/// Which hosts may be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Reach {
    /// All hosts: for AWS's services and for endpoints that the environment configures.
    Everything,
    /// All hosts except this machine and its link-local addresses, which hand out credentials.
    #[default]
    Internet,
    /// This machine too, also without TLS: for tests.
    InternetAndLoopback,
}

impl Reach {
    /// Whether a URL may be called: `https://…`, or `http://…` on this machine if that may be reached.
    pub(crate) fn allows(self, url: &str) -> bool {
        let uri: Option<Uri> = url.parse().ok();
        uri.is_some_and(|uri| {
            let host = uri.host().unwrap_or_default();
            match uri.scheme_str() {
                Some("https") => self.has_host(host),
                Some("http") => self == Reach::InternetAndLoopback && is_loopback(host),
                _ => false,
            }
        })
    }

    /// Whether a host may be called, judged by its name. The [`Resolver`] checks the addresses that it resolves to.
    pub(crate) fn has_host(self, host: &str) -> bool {
        const METADATA: [&str; 4] =
            ["instance-data", "instance-data.ec2.internal", "metadata", "metadata.google.internal"];
        let name = host.trim_end_matches('.').to_ascii_lowercase();
        match (self, literal(host)) {
            (Reach::Everything, _) => true,
            (_, Some(address)) => self.has(address),
            _ if METADATA.contains(&name.as_str()) => false,
            (Reach::Internet, None) => !is_loopback(host),
            (Reach::InternetAndLoopback, None) => true,
        }
    }

    fn has(self, address: IpAddr) -> bool {
        let address = plain(address);
        match self {
            Reach::Everything => true,
            Reach::Internet => !is_link_local(address) && !address.is_loopback(),
            Reach::InternetAndLoopback => !is_link_local(address),
        }
    }
}

/// Why nothing is sent to the host in an argument of a task.
pub(crate) fn not_configured(field: &str) -> String {
    format!("the host in `{field}` is not a configured endpoint, and AWS itself must not be called")
}

/// Whether a host is this machine, judged by its name: `localhost`, `127.0.0.1`, `[::1]`.
pub(crate) fn is_loopback(host: &str) -> bool {
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    match literal(host) {
        Some(address) => plain(address).is_loopback(),
        None => name == "localhost" || name.ends_with(".localhost"),
    }
}

fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

/// Unwraps an IPv4 address that is embedded in an IPv6 address.
fn plain(address: IpAddr) -> IpAddr {
    let IpAddr::V6(six) = address.to_canonical() else { return address.to_canonical() };
    match six.segments() {
        // Translated by NAT64.
        [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            let [[a, b], [c, d]] = [high, low].map(u16::to_be_bytes);
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        _ => IpAddr::V6(six),
    }
}

/// Addresses that are valid only on this machine's link: metadata and credentials of virtual machines and containers.
fn is_link_local(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => four.is_link_local() || four.is_broadcast() || four.octets().starts_with(&[0]),
        IpAddr::V6(six) => six.is_unicast_link_local() || six == Ipv6Addr::UNSPECIFIED || is_of_ec2(six),
    }
}

/// `fd00:ec2::/32`: services for EC2 instances.
fn is_of_ec2(address: Ipv6Addr) -> bool {
    address.segments().starts_with(&[0xfd00, 0xec2])
}

/// Resolves names, without the addresses that must not be reached.
#[derive(Debug, Clone)]
pub(crate) struct Resolver {
    reach: Reach,
    inner: GaiResolver,
}

impl Resolver {
    pub(crate) fn new(reach: Reach) -> Resolver {
        Resolver { reach, inner: GaiResolver::new() }
    }
}

impl Service<Name> for Resolver {
    type Response = IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = Result<IntoIter<SocketAddr>, io::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), io::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let reach = self.reach;
        let found = self.inner.call(name);
        Box::pin(async move {
            let (allowed, refused): (Vec<_>, Vec<_>) =
                found.await?.partition(|address| reach.has(address.ip()));
            match refused.first() {
                Some(address) if allowed.is_empty() => {
                    Err(io::Error::other(format!("{} must not be called by a task", address.ip())))
                }
                _ => Ok(allowed.into_iter()),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(url: &str, internet: bool, with_loopback: bool) {
        let found = [Reach::Internet, Reach::InternetAndLoopback].map(|reach| reach.allows(url));
        assert_eq!(found, [internet, with_loopback], "{url}");
    }

    #[test]
    fn addresses() {
        check("https://example.com/a?b", true, true);
        check("https://93.184.216.34", true, true);
        check("https://[2606:2800:220:1::1]/", true, true);
        for url in
            ["http://example.com", "http://10.0.0.1/", "ftp://example.com", "example.com", "https://", ""]
        {
            check(url, false, false);
        }
        for host in [
            "localhost",
            "LOCALHOST.",
            "api.localhost:8080",
            "127.0.0.1",
            "127.9.9.9:1",
            "[::1]",
            "[::ffff:127.0.0.1]",
        ] {
            check(&format!("http://{host}/"), false, true);
            check(&format!("https://{host}/"), false, true);
        }
        for host in [
            "169.254.169.254",
            "169.254.170.2",
            "0.0.0.0",
            "255.255.255.255",
            "[::]",
            "[fe80::1]",
            "[febf::1]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "metadata",
            "metadata.google.internal",
            "Instance-Data.",
        ] {
            check(&format!("http://{host}/latest/"), false, false);
            check(&format!("https://{host}/latest/"), false, false);
        }
        assert!(Reach::Everything.has_host("169.254.170.2"));
    }

    /// Names are checked again when they are resolved.
    #[tokio::test]
    async fn names_that_resolve_to_this_machine_are_refused() {
        let name: Name = "localhost".parse().expect("a name");
        let found = Resolver::new(Reach::Internet).call(name.clone()).await;
        let refused = found.expect_err("an error").to_string();
        assert!(refused.ends_with("must not be called by a task"), "{refused}");
        let found = Resolver::new(Reach::InternetAndLoopback).call(name).await.expect("addresses");
        assert!(found.count() > 0);
    }
}

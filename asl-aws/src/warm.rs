//! [`Warm`]: what a process reuses from one call to the next.

use aws_credential_types::Credentials;

use crate::cache::Cache;
use crate::http::Http;

/// Connections, keys and tokens that later calls reuse. A process that is restored from a snapshot starts without any.
#[derive(Debug, Default)]
pub(crate) struct Warm {
    pub(crate) http: Http,
    /// The keys of the process, where they have to be fetched; there is one entry.
    pub(crate) own: Cache<Credentials>,
    /// The keys of assumed roles, by ARN.
    pub(crate) roles: Cache<Credentials>,
    /// The access tokens of EventBridge connections, by the version of the secret they were fetched with.
    pub(crate) tokens: Cache<String>,
}

/// Random bits from the operating system, which differ in every copy of this process.
pub(crate) fn fresh_bits() -> u64 {
    let mut bits = [0; 8];
    // On a system without random numbers this fails, and so does every TLS handshake.
    let _ = rustls::crypto::ring::default_provider().secure_random.fill(&mut bits);
    u64::from_ne_bytes(bits)
}

//! [`Warm`]: what a process gathers by calling.

use std::collections::HashMap;

use aws_credential_types::Credentials;
use tokio::sync::Mutex;

use crate::http::Http;
use crate::http_task::Tokens;

/// What a process gathers by calling: connections, keys, tokens. Copies of it, made by a snapshot, begin with none.
#[derive(Debug, Default)]
pub(crate) struct Warm {
    pub(crate) http: Http,
    /// The keys of the process, where they had to be fetched.
    pub(crate) own: Mutex<Option<Credentials>>,
    /// The keys of assumed roles, by their ARN.
    pub(crate) roles: Mutex<HashMap<String, Credentials>>,
    /// The access tokens of connections.
    pub(crate) tokens: Tokens,
}

/// Random bits from the operating system, which no copy of this process has.
pub(crate) fn fresh_bits() -> u64 {
    let mut bits = [0; 8];
    // It fails where the system has no random numbers, and then no TLS connection is made either.
    let _ = rustls::crypto::ring::default_provider().secure_random.fill(&mut bits);
    u64::from_ne_bytes(bits)
}

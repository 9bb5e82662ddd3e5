//! Who may call `asl serve`: its key, its certificate, and what it refuses without them.

use std::net::SocketAddr;
use std::path::Path;

use asl_files::Kind;
#[cfg(feature = "tls")]
use asl_local::Tls;
use asl_local::{Config, SharedKey};

use crate::args::Access;
use crate::home::{self, Variable};
use crate::refusal::Refusal;

/// The variable with the key. An option would show it to all users of the machine.
const KEY: &str = "ASL_SERVE_KEY";

/// The size limit of a key or a chain of certificates.
const LARGEST: u64 = 1 << 20;

/// The same configuration with the key and the certificate.
pub(super) fn with_access(args: &Access, config: Config, variable: Variable<'_>) -> Result<Config, Refusal> {
    let config = Config { key: key(args, variable)?, ..config };
    #[cfg(feature = "tls")]
    let config = Config { tls: tls(args)?, ..config };
    Ok(config)
}

fn key(args: &Access, variable: Variable<'_>) -> Result<Option<SharedKey>, Refusal> {
    let (text, place) = match &args.key_file {
        Some(file) => {
            let text = String::from_utf8(read(file, "key")?);
            let text = text.map_err(|_| Refusal::usage(format!("`{}` is no text", file.display())))?;
            // The line break at the end of the file.
            (text.trim_end().to_owned(), format!("`{}`", file.display()))
        }
        None => match home::first(None, &[KEY], variable) {
            Some(text) => (text, KEY.to_owned()),
            None => return Ok(None),
        },
    };
    SharedKey::new(text).map(Some).map_err(|error| Refusal::usage(format!("{place}: {error}")))
}

#[cfg(feature = "tls")]
fn tls(args: &Access) -> Result<Option<Tls>, Refusal> {
    let (Some(certificate), Some(key)) = (&args.tls_cert, &args.tls_key) else { return Ok(None) };
    let tls = Tls::from_pem(&read(certificate, "certificate")?, &read(key, "private key")?);
    let place = format!("`{}`, `{}`", certificate.display(), key.display());
    tls.map(Some).map_err(|error| Refusal::usage(format!("{place}: {error}")))
}

fn read(file: &Path, what: &str) -> Result<Vec<u8>, Refusal> {
    asl_files::read(file, Kind::RegularOrPipe, LARGEST)
        .map_err(|error| Refusal::io(format!("cannot read the {what} `{}`: {error}", file.display())))
}

/// What the server needs from its configuration to be reached by other machines.
#[derive(Clone, Copy)]
pub(super) struct Guard {
    has_key: bool,
    is_encrypted: bool,
    allows_anyone: bool,
}

impl Guard {
    pub(super) fn new(args: &Access, config: &Config) -> Guard {
        #[cfg(feature = "tls")]
        let is_encrypted = config.tls.is_some();
        #[cfg(not(feature = "tls"))]
        let is_encrypted = false;
        Guard { has_key: config.key.is_some(), is_encrypted, allows_anyone: args.allow_anyone }
    }

    /// `https`, `http`
    pub(super) fn scheme(self) -> &'static str {
        if self.is_encrypted { "https" } else { "http" }
    }

    /// A warning about a server at one of these addresses, if there is one.
    ///
    /// # Errors
    /// Other machines can reach it, and it has no key.
    pub(super) fn check(
        self,
        addresses: impl Iterator<Item = SocketAddr>,
    ) -> Result<Option<String>, Refusal> {
        let mut open = addresses.filter(|address| !address.ip().to_canonical().is_loopback());
        let Some(address) = open.next() else { return Ok(None) };
        match (self.has_key, self.is_encrypted) {
            (true, true) => Ok(None),
            (true, false) => Ok(Some(format!(
                "others on the way to {address} can read what is sent, and a key that is not used for signatures; give \
                 --tls-cert and --tls-key, or put a proxy with TLS in front"
            ))),
            (false, _) if self.allows_anyone => Ok(Some(format!(
                "anyone who can reach {address} can run tasks with your credentials; there is no authentication"
            ))),
            (false, _) => Err(Refusal::usage(format!(
                "other machines can reach {address}, and the server has no key: give --key-file or {KEY}, or allow it with \
                 --allow-anyone"
            ))),
        }
    }
}

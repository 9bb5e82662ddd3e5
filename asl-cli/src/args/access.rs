//! The arguments that say who may use `asl serve`.

use std::path::PathBuf;

/// Who may call the server, and whether others can listen.
#[derive(Debug, clap::Args)]
pub(crate) struct Access {
    /// A file with the key that clients must know, 16 to 1024 characters, or ASL_SERVE_KEY. They send it as `x-api-key` or bearer
    /// token, or sign with it: access key id `asl`, the key as secret access key. Browsers ask for it
    #[arg(long, value_name = "FILE")]
    pub(crate) key_file: Option<PathBuf>,
    /// The certificate with which the server speaks HTTPS, and those of its issuers, in the format PEM
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The private key of the certificate, in the format PEM
    #[cfg(feature = "tls")]
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Lets other machines call a server that has no key: anyone who can connect can run tasks with your credentials
    #[arg(long)]
    pub(crate) allow_anyone: bool,
}

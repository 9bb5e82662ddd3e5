//! [`Tls`]: the certificate of a server.

use std::fmt;
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

/// A certificate and its private key: a server with one speaks HTTPS, see [`Config::tls`](crate::Config::tls).
///
/// TLS 1.2 and 1.3, HTTP/1.1. Clients are not asked for certificates.
#[derive(Clone)]
pub struct Tls(Arc<ServerConfig>);

impl Tls {
    /// A chain of certificates, that of the server first, and its private key (PKCS #8, PKCS #1 or SEC 1), all in the format PEM:
    ///
    /// ```text
    /// -----BEGIN CERTIFICATE-----
    /// MIIB…
    /// -----END CERTIFICATE-----
    /// ```
    ///
    /// # Errors
    /// There is no certificate or no key, or they do not belong together.
    pub fn from_pem(certificates: &[u8], key: &[u8]) -> Result<Tls, InvalidTls> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(certificates).collect();
        let chain = chain.map_err(|error| InvalidTls(format!("the certificates cannot be read: {error}")))?;
        if chain.is_empty() {
            return Err(InvalidTls("there is no certificate in the format PEM".to_owned()));
        }
        // What the parser says about a key could quote it.
        let key = PrivateKeyDer::from_pem_slice(key);
        let key = key.map_err(|_| InvalidTls("there is no private key in the format PEM".to_owned()))?;
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, key));
        let mut config =
            config.map_err(|error| InvalidTls(format!("the certificate cannot be used: {error}")))?;
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Tls(Arc::new(config)))
    }

    /// The handshake with a client.
    pub(crate) async fn accept(&self, stream: TcpStream) -> std::io::Result<TlsStream<TcpStream>> {
        TlsAcceptor::from(Arc::clone(&self.0)).accept(stream).await
    }
}

/// Neither the certificate nor the key.
impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls(..)")
    }
}

/// Why a certificate or its key cannot be used.
///
/// ```
/// let error = asl_local::Tls::from_pem(b"", b"").unwrap_err();
/// assert_eq!(error.to_string(), "there is no certificate in the format PEM");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidTls(String);

impl fmt::Display for InvalidTls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for InvalidTls {}

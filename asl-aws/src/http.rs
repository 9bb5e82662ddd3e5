//! [`Http`]: one HTTP exchange, over TLS with Mozilla's roots or without TLS.
//!
//! Nothing is set up before the first request. Redirects are not followed, since a signature is valid for one host.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http_body_util::{BodyExt, Full};
use hyper::body::{Body, Bytes, Incoming};
use hyper::{Request, Response, Uri};
use hyper_rustls::builderstates::WantsSchemes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::egress::{Reach, Resolver};

/// The largest response: larger than any state's data, and than what Lambda returns.
const MAX_BYTES: usize = 16 << 20;

const TIME_TO_CONNECT: Duration = Duration::from_secs(3);

/// Shorter than load balancers and AWS keep idle connections, which are dead when a frozen sandbox resumes.
const IDLE: Duration = Duration::from_secs(15);

/// Sends requests over pooled connections.
#[derive(Default)]
pub(crate) struct Http {
    /// Connections to AWS.
    own: OnceLock<Connections>,
    /// Connections to hosts that tasks name.
    outside: OnceLock<Connections>,
}

type Connections = Client<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>;

/// A request. It is not `Debug`, since it has keys, passwords and tokens.
#[derive(Clone, Default)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    /// `https://host/path?query`, percent-encoded.
    pub(crate) url: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) limit: ReadLimit,
}

/// How much of a response is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ReadLimit {
    /// A larger response is an error.
    Bytes(usize),
    /// A larger response is cut off after one more byte.
    FirstBytes(usize),
}

impl Default for ReadLimit {
    fn default() -> Self {
        ReadLimit::Bytes(MAX_BYTES)
    }
}

/// A response. It is not `Debug`, for the same reason.
#[derive(Clone, Default)]
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    /// `Not Found`
    pub(crate) reason: String,
    /// Names in lower case, repeated as in the response.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl HttpAnswer {
    /// The first header of this name, which is in lower case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }
}

/// The first header of this name, which is in lower case.
pub(crate) fn find_header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
}

/// Why a request failed without a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum HttpError {
    /// The request is invalid: a bad URL or header.
    Request(String),
    /// No connection: nothing was sent.
    Connect(String),
    /// The connection ended before the response did.
    Broken(String),
    /// It took too long.
    Timeout,
    /// The response is too large.
    TooLarge,
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HttpError::Request(problem) | HttpError::Connect(problem) | HttpError::Broken(problem) => {
                f.write_str(problem)
            }
            HttpError::Timeout => f.write_str("Read timed out"),
            HttpError::TooLarge => write!(f, "the answer has more than {MAX_BYTES} bytes"),
        }
    }
}

impl Http {
    /// Sends a request and reads the whole response.
    pub(crate) async fn send(
        &self,
        request: HttpRequest,
        within: Duration,
        reach: Reach,
    ) -> Result<HttpAnswer, HttpError> {
        exchange(self.connections(reach)?, request, within, reach).await
    }

    /// The two pools are never mixed. What tasks may reach does not change during the life of a process.
    fn connections(&self, reach: Reach) -> Result<&Connections, HttpError> {
        let pool = if reach == Reach::Everything { &self.own } else { &self.outside };
        if let Some(connections) = pool.get() {
            return Ok(connections);
        }
        // The provider is explicit because the process may have linked another one too.
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())
            .map_err(|error| HttpError::Request(error.to_string()))?;
        Ok(pool.get_or_init(|| connections(connector, reach)))
    }
}

/// Sends a request to a host with a certificate of this authority, which is PEM in base64. The connection is not pooled.
pub(crate) async fn send_trusting(
    authority: &str,
    request: HttpRequest,
    within: Duration,
    reach: Reach,
) -> Result<HttpAnswer, HttpError> {
    let connector = HttpsConnectorBuilder::new().with_tls_config(trusting(authority)?);
    exchange(&connections(connector, reach), request, within, reach).await
}

fn connections(connector: HttpsConnectorBuilder<WantsSchemes>, reach: Reach) -> Connections {
    let mut plain = HttpConnector::new_with_resolver(Resolver::new(reach));
    plain.set_nodelay(true);
    plain.set_connect_timeout(Some(TIME_TO_CONNECT));
    plain.enforce_http(false);
    Client::builder(TokioExecutor::new())
        .pool_timer(TokioTimer::new())
        .pool_idle_timeout(IDLE)
        .build(connector.https_or_http().enable_http1().wrap_connector(plain))
}

/// TLS that trusts one authority.
fn trusting(authority: &str) -> Result<ClientConfig, HttpError> {
    let problem =
        |text: String| HttpError::Request(format!("the certificate authority cannot be used: {text}"));
    let pem = BASE64_STANDARD.decode(authority).map_err(|error| problem(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| problem(error.to_string()))?;
        roots.add(certificate).map_err(|error| problem(error.to_string()))?;
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder =
        builder.with_safe_default_protocol_versions().map_err(|error| problem(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

async fn exchange(
    connections: &Connections,
    request: HttpRequest,
    within: Duration,
    reach: Reach,
) -> Result<HttpAnswer, HttpError> {
    let limit = request.limit;
    let request = build(request)?;
    let host = request.uri().host().unwrap_or_default().to_owned();
    // The resolver does not see addresses.
    if !reach.has_host(&host) {
        return Err(HttpError::Request(format!("{host} must not be called by a task")));
    }
    let exchange = async {
        let answer = connections.request(request).await.map_err(|error| unanswered(&error, &host))?;
        read(answer, limit).await
    };
    tokio::time::timeout(within, exchange).await.unwrap_or(Err(HttpError::Timeout))
}

fn build(request: HttpRequest) -> Result<Request<Full<Bytes>>, HttpError> {
    // A query may contain secrets.
    let shown = request.url.split('?').next().unwrap_or_default();
    let uri: Uri = request
        .url
        .parse()
        .map_err(|error| HttpError::Request(format!("`{shown}` is not a URL: {error}")))?;
    if uri.host().is_none() || !matches!(uri.scheme_str(), Some("http" | "https")) {
        return Err(HttpError::Request(format!("`{shown}` is not an http:// or https:// URL")));
    }
    let mut built = Request::builder().method(request.method.as_str()).uri(uri);
    for (name, value) in &request.headers {
        built = built.header(name, value);
    }
    built.body(Full::new(Bytes::from(request.body))).map_err(|error| HttpError::Request(error.to_string()))
}

fn unanswered(error: &hyper_util::client::legacy::Error, host: &str) -> HttpError {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(problem) = inner.to_string().strip_prefix("failed to lookup address information: ") {
            // Java's words.
            return HttpError::Connect(format!("{host}: {problem}"));
        }
        text = format!("{text}: {inner}");
        source = inner.source();
    }
    if error.is_connect() { HttpError::Connect(text) } else { HttpError::Broken(text) }
}

async fn read(answer: Response<Incoming>, limit: ReadLimit) -> Result<HttpAnswer, HttpError> {
    let (head, mut incoming) = answer.into_parts();
    let (ReadLimit::Bytes(max) | ReadLimit::FirstBytes(max)) = limit;
    let length = incoming.size_hint().exact().and_then(|length| usize::try_from(length).ok());
    let mut body = Vec::with_capacity(length.unwrap_or(0).min(max.saturating_add(1)).min(MAX_BYTES));
    while let Some(frame) = incoming.frame().await {
        let frame = frame.map_err(|error| HttpError::Broken(error.to_string()))?;
        let Some(data) = frame.data_ref() else { continue };
        let room = max.saturating_add(1) - body.len();
        body.extend_from_slice(data.get(..room).unwrap_or(data));
        if body.len() > max {
            break;
        }
    }
    if body.len() > max && matches!(limit, ReadLimit::Bytes(_)) {
        return Err(HttpError::TooLarge);
    }
    let header = |(name, value): (&hyper::header::HeaderName, &hyper::header::HeaderValue)| {
        (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
    };
    Ok(HttpAnswer {
        status: head.status.as_u16(),
        reason: head.status.canonical_reason().unwrap_or_default().to_owned(),
        headers: head.headers.iter().map(header).collect(),
        body,
    })
}

impl fmt::Debug for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Http").field("is_used", &self.own.get().is_some()).finish_non_exhaustive()
    }
}

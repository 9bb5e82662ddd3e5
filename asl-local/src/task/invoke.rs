//! Lambda's Invoke API over plain HTTP.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html>

use std::fmt::Write;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::Bytes;
use hyper::{Method, Request, Uri};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Bytes of an answer: Lambda's own limit is 6 MB.
const MOST_BYTES: usize = 8 << 20;

#[derive(Default)]
pub(super) struct Invocation<'a> {
    /// A name or an ARN.
    pub(super) function: &'a str,
    pub(super) qualifier: Option<&'a str>,
    pub(super) payload: String,
    pub(super) headers: [(&'static str, Option<&'a str>); 3],
}

pub(super) struct Answer {
    pub(super) status: u32,
    pub(super) payload: String,
    /// The function itself failed.
    pub(super) is_function_error: bool,
    pub(super) version: Option<String>,
    pub(super) log: Option<String>,
    pub(super) error_type: Option<String>,
    pub(super) request_id: Option<String>,
}

/// Invokes a function.
pub(super) async fn invoke(
    endpoint: &str,
    region: &str,
    invocation: &Invocation<'_>,
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
    let uri: Uri = endpoint.parse()?;
    if uri.scheme_str() != Some("http") {
        return Err(format!("`{endpoint}` is no http:// endpoint").into());
    }
    let host = uri.host().ok_or_else(|| format!("`{endpoint}` has no host"))?;
    let port = uri.port_u16().unwrap_or(80);
    let stream = TcpStream::connect((host.trim_matches(['[', ']']), port))
        .await
        .map_err(|error| format!("Connect to {host}:{port} failed: {error}"))?;
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await?;
    let exchange = async {
        let answer = sender.send_request(request(&uri, host, port, region, invocation)?).await?;
        read(answer).await
    };
    // The connection lives in this future, so that dropping the task closes it.
    tokio::pin!(exchange, connection);
    tokio::select! {
        answer = &mut exchange => answer,
        closed = &mut connection => {
            closed?;
            exchange.await
        }
    }
}

fn request(
    uri: &Uri,
    host: &str,
    port: u16,
    region: &str,
    invocation: &Invocation<'_>,
) -> hyper::http::Result<Request<Full<Bytes>>> {
    let base = uri.path().trim_end_matches('/');
    let mut path = format!("{base}/2015-03-31/functions/{}/invocations", encoded(invocation.function));
    if let Some(qualifier) = invocation.qualifier {
        path = format!("{path}?Qualifier={}", encoded(qualifier));
    }
    // Emulators that serve many services tell them apart by the scope of the credential; there is no signature.
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential=local/20150331/{region}/lambda/aws4_request, SignedHeaders=host, Signature=none"
    );
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(path)
        .header("host", format!("{host}:{port}"))
        .header("content-type", "application/json")
        .header("authorization", credential);
    for (name, value) in invocation.headers {
        if let Some(value) = value {
            request = request.header(name, value);
        }
    }
    request.body(Full::new(Bytes::from(invocation.payload.clone())))
}

async fn read(
    answer: hyper::Response<hyper::body::Incoming>,
) -> Result<Answer, Box<dyn std::error::Error + Send + Sync>> {
    let (head, body) = answer.into_parts();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let body = Limited::new(body, MOST_BYTES).collect().await?.to_bytes();
    Ok(Answer {
        status: head.status.as_u16().into(),
        payload: String::from_utf8_lossy(&body).into_owned(),
        is_function_error: header("x-amz-function-error").is_some(),
        version: header("x-amz-executed-version"),
        log: header("x-amz-log-result"),
        // `ResourceNotFoundException:http://…` of some.
        error_type: header("x-amzn-errortype")
            .map(|name| name.split(':').next().unwrap_or_default().to_owned()),
        request_id: header("x-amzn-requestid"),
    })
}

/// Percent-encoded, but for what a path may have as it is.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

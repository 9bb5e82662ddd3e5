//! Signature version 4.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningInstructions, SigningSettings, UriPathNormalizationMode, sign as sign_request,
};
use aws_sigv4::sign::v4::SigningParams;
use sha2::{Digest, Sha256};
use tracing::dispatcher::{Dispatch, with_default};

use crate::clock;
use crate::protocol::percent_encoded;

/// What a signature is valid for.
pub(crate) struct SigningScope<'a> {
    /// `dynamodb`
    pub(crate) service: &'a str,
    /// `us-east-1`
    pub(crate) region: &'a str,
    /// Whether the signature does not cover the body.
    pub(crate) has_unsigned_body: bool,
}

/// The headers that sign a request.
///
/// # Errors
/// A request that cannot be signed.
pub(crate) fn sign(
    method: &str,
    url: &str,
    headers: &[(String, String)],
    body: &[u8],
    credentials: &Credentials,
    scope: &SigningScope<'_>,
) -> Result<Vec<(String, String)>, String> {
    let mut settings = SigningSettings::default();
    if scope.service == "s3" || scope.has_unsigned_body {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if scope.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let body =
        if scope.has_unsigned_body { SignableBody::UnsignedPayload } else { SignableBody::Bytes(body) };
    let request = signable(method, url, headers, body)?;
    let (headers, _) = signed(request, credentials, scope, settings, clock::now())?.0.into_parts();
    Ok(headers.iter().map(|header| (header.name().to_owned(), header.value().to_owned())).collect())
}

/// A URL for a GET request with these headers, which anyone may send for one minute.
///
/// # Errors
/// A request that cannot be signed.
pub(crate) fn presigned(
    url: &str,
    headers: &[(String, String)],
    credentials: &Credentials,
    scope: &SigningScope<'_>,
) -> Result<String, String> {
    let mut settings = SigningSettings::default();
    settings.signature_location = SignatureLocation::QueryParams;
    settings.expires_in = Some(Duration::from_secs(60));
    let request = signable("GET", url, headers, SignableBody::Bytes(&[]))?;
    let (_, params) = signed(request, credentials, scope, settings, clock::now())?.0.into_parts();
    let mut url = url.to_owned();
    for (name, value) in params {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(name);
        url.push('=');
        url.push_str(&percent_encoded(&value));
    }
    Ok(url)
}

/// What a client has signed.
pub(crate) struct Received<'r> {
    pub(crate) method: &'r str,
    /// The path and the query.
    pub(crate) target: &'r str,
    /// The signed headers alone. Names are in lower case.
    pub(crate) headers: &'r [(&'r str, &'r str)],
    pub(crate) body: &'r [u8],
}

/// Bytes as hexadecimal digits in lower case.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The signature that a request should have: that of a client with these credentials, at this time.
///
/// # Errors
/// A request that cannot be signed, or whose hash is not that of its body.
pub(crate) fn expected(
    request: &Received<'_>,
    credentials: &Credentials,
    scope: &SigningScope<'_>,
    time: SystemTime,
) -> Result<String, String> {
    let hash = request.headers.iter().find(|(name, _)| *name == "x-amz-content-sha256");
    if hash.is_some_and(|(_, hash)| *hash != hex(&Sha256::digest(request.body))) {
        return Err("the hash is not that of the body".to_owned());
    }
    // Which headers are signed is up to the client.
    let mut settings = SigningSettings::default();
    settings.excluded_headers = None;
    // The header `Host` is among those that are signed.
    let url = format!("http://localhost{}", request.target);
    let body = SignableBody::Bytes(request.body);
    let headers = request.headers.iter().copied();
    let request =
        SignableRequest::new(request.method, url, headers, body).map_err(|error| problem(&error))?;
    Ok(signed(request, credentials, scope, settings, time)?.1)
}

fn signable<'r>(
    method: &'r str,
    url: &'r str,
    headers: &'r [(String, String)],
    body: SignableBody<'r>,
) -> Result<SignableRequest<'r>, String> {
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    SignableRequest::new(method, url, headers, body).map_err(|error| problem(&error))
}

/// The headers or parameters that sign a request, and the signature itself.
fn signed(
    request: SignableRequest<'_>,
    credentials: &Credentials,
    scope: &SigningScope<'_>,
    settings: SigningSettings,
    time: SystemTime,
) -> Result<(SigningInstructions, String), String> {
    let identity = credentials.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| problem(&error))?
        .into();
    // aws-sigv4 logs the canonical request, which has the session token.
    let output = with_default(&Dispatch::none(), || sign_request(request, &params));
    Ok(output.map_err(|error| problem(&error))?.into_parts())
}

fn problem(error: &dyn std::error::Error) -> String {
    format!("the request cannot be signed: {error}")
}

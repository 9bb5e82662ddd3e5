//! Signature version 4.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings,
    UriPathNormalizationMode, sign as sign_request,
};
use aws_sigv4::sign::v4::SigningParams;

use crate::clock;

/// What a signature is made for.
pub(crate) struct Scope<'a> {
    /// `dynamodb`
    pub(crate) service: &'a str,
    /// `us-east-1`
    pub(crate) region: &'a str,
    /// Whether the body is left out of the signature.
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
    scope: &Scope<'_>,
) -> Result<Vec<(String, String)>, String> {
    let problem = |error: &dyn std::error::Error| format!("the request cannot be signed: {error}");
    let mut settings = SigningSettings::default();
    if scope.service == "s3" || scope.has_unsigned_body {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if scope.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    let identity = credentials.clone().into();
    let params = SigningParams::builder()
        .identity(&identity)
        .region(scope.region)
        .name(scope.service)
        .time(clock::now())
        .settings(settings)
        .build()
        .map_err(|error| problem(&error))?
        .into();
    let body =
        if scope.has_unsigned_body { SignableBody::UnsignedPayload } else { SignableBody::Bytes(body) };
    let headers = headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let request = SignableRequest::new(method, url, headers, body).map_err(|error| problem(&error))?;
    let (instructions, _) = sign_request(request, &params).map_err(|error| problem(&error))?.into_parts();
    let (headers, _) = instructions.into_parts();
    Ok(headers.iter().map(|header| (header.name().to_owned(), header.value().to_owned())).collect())
}

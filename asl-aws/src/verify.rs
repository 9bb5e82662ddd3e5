//! [`Signature`]: verifies requests that clients of AWS have signed, for a server in place of a service.
//!
//! Source: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>

use std::fmt;
use std::time::{Duration, SystemTime};

use asl_value::Timestamp;
use aws_credential_types::Credentials;
use subtle::ConstantTimeEq;

use crate::sign::{self, SigningScope};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// How much the clocks of client and server may differ: AWS's five minutes. A request that somebody has recorded can be sent
/// again for that long.
pub const SIGNATURE_SKEW: Duration = Duration::from_secs(300);

/// A request as a server has received it.
#[derive(Clone, Copy)]
pub struct ReceivedRequest<'r> {
    /// `POST`
    pub method: &'r str,
    /// The path with its query, as it came: `/`.
    pub target: &'r str,
    /// Names in lower case, in the order in which they came, with their values.
    pub headers: &'r [(&'r str, &'r str)],
    /// The complete body.
    pub body: &'r [u8],
}

/// The `Authorization` header of a signed request, which is not verified yet:
///
/// ```text
/// AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/states/aws4_request, SignedHeaders=host;x-amz-date, Signature=5d67…
/// ```
///
/// Requests whose query has the signature are not read.
///
/// ```
/// use asl_aws::{ReceivedRequest, Signature};
/// let header = "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/states/aws4_request, \
///               SignedHeaders=host;x-amz-date, Signature=00";
/// let signature = Signature::read(header)?;
/// assert_eq!(signature.key_id(), "AKID");
/// let headers = [("host", "localhost:8083"), ("x-amz-date", "20260101T000000Z")];
/// let request = ReceivedRequest { method: "POST", target: "/", headers: &headers, body: b"{}" };
/// let error = signature.verify(&request, "secret", "states").unwrap_err();
/// assert_eq!(error.name(), "InvalidSignatureException");
/// # Ok::<(), asl_aws::SignatureError>(())
/// ```
pub struct Signature {
    key_id: String,
    /// `20260101`
    date: String,
    region: String,
    service: String,
    headers: Vec<String>,
    signature: String,
}

impl Signature {
    /// Reads the value of an `Authorization` header.
    ///
    /// # Errors
    /// `IncompleteSignatureException`: it is not one, or misses a part.
    pub fn read(authorization: &str) -> Result<Signature, SignatureError> {
        let parts = authorization.strip_prefix(ALGORITHM).ok_or_else(|| {
            SignatureError::incomplete(format!("Authorization header requires the algorithm {ALGORITHM}."))
        })?;
        let part = |name: &str| {
            let found = parts.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            let message = || format!("Authorization header requires '{name}' parameter.");
            found.filter(|value| !value.is_empty()).ok_or_else(|| SignatureError::incomplete(message()))
        };
        let (credential, headers, signature) =
            (part("Credential")?, part("SignedHeaders")?, part("Signature")?);
        // The id of a key may have slashes, so the scope is read from its end.
        let mut scope = credential.rsplitn(5, '/');
        let mut next = || scope.next().map(str::to_owned);
        match (next(), next(), next(), next(), next()) {
            (Some(end), Some(service), Some(region), Some(date), Some(key_id)) if end == "aws4_request" => {
                let headers = headers.split(';').map(str::to_owned).collect();
                Ok(Signature { key_id, date, region, service, headers, signature: signature.to_owned() })
            }
            _ => Err(SignatureError::incomplete(
                "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term."
                    .to_owned(),
            )),
        }
    }

    /// The id of the key that the client says it has.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Checks what needs no body: the service, the date and which headers are signed. So a server can refuse a request before
    /// it reads megabytes.
    ///
    /// # Errors
    /// `InvalidSignatureException`: the signature is for another service, expired, or does not cover `host` and each header
    /// `x-amz-…`.
    pub fn check_scope(&self, headers: &[(&str, &str)], service: &str) -> Result<(), SignatureError> {
        self.time(headers, service, crate::clock::now()).map(drop)
    }

    /// Verifies the signature: computes it for this secret from the signed parts of the request, and compares in a time that
    /// does not depend on the difference.
    ///
    /// # Errors
    /// `InvalidSignatureException`: the secret is another one, or the request is not as it was signed; and what
    /// [`check_scope`](Signature::check_scope) checks.
    pub fn verify(
        &self,
        request: &ReceivedRequest<'_>,
        secret: &str,
        service: &str,
    ) -> Result<(), SignatureError> {
        let time = self.time(request.headers, service, crate::clock::now())?;
        let values = |name| request.headers.iter().filter(move |(known, _)| known == name);
        let signed: Vec<(&str, &str)> = self.headers.iter().flat_map(values).copied().collect();
        let expected = sign::expected(
            &sign::Received {
                method: request.method,
                target: request.target,
                headers: &signed,
                body: request.body,
            },
            &Credentials::new(self.key_id.as_str(), secret, None, None, "shared key"),
            &SigningScope { service: &self.service, region: &self.region, has_unsigned_body: false },
            time,
        );
        let is_right =
            expected.is_ok_and(|expected| bool::from(expected.as_bytes().ct_eq(self.signature.as_bytes())));
        match is_right {
            true => Ok(()),
            // UNRECORDED: AWS appends the canonical string, which includes the session token.
            false => Err(SignatureError::invalid(
                "The request signature we calculated does not match the signature you provided. Check your AWS Secret \
                 Access Key and signing method. Consult the service documentation for details."
                    .to_owned(),
            )),
        }
    }

    /// The time of the signature, if it may be used now for this service.
    fn time(
        &self,
        headers: &[(&str, &str)],
        service: &str,
        now: SystemTime,
    ) -> Result<SystemTime, SignatureError> {
        if self.service != service {
            let message = format!("Credential should be scoped to correct service: '{service}'.");
            return Err(SignatureError::invalid(message));
        }
        // What is not signed could be changed on the way: the target names the operation.
        let own = headers.iter().map(|(name, _)| *name).filter(|name| name.starts_with("x-amz-"));
        for name in ["host", "x-amz-date"].into_iter().chain(own) {
            if !self.headers.iter().any(|signed| signed == name) {
                let message = format!("'{name}' must be a 'SignedHeader' in the AWS Authorization.");
                return Err(SignatureError::invalid(message));
            }
        }
        let mut dates = headers.iter().filter(|(name, _)| *name == "x-amz-date").map(|(_, date)| *date);
        let time =
            dates.next().filter(|_| dates.next().is_none()).and_then(|date| Some((date, parse(date)?)));
        let Some((date, time)) = time else {
            let message = "Authorization header requires existence of one valid 'X-Amz-Date' header.";
            return Err(SignatureError::incomplete(message.to_owned()));
        };
        if !date.starts_with(&self.date) || self.date.len() != 8 {
            let message = format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{}' != \
                 '{}', from '{date}'.",
                self.date,
                date.get(..8).unwrap_or(date)
            );
            return Err(SignatureError::invalid(message));
        }
        let now = Timestamp::from(now);
        let (earliest, latest) = (now.minus(SIGNATURE_SKEW), now.plus(SIGNATURE_SKEW));
        if time < earliest {
            let message = format!(
                "Signature expired: {date} is now earlier than {} ({} - 5 min.)",
                basic(earliest),
                basic(now)
            );
            return Err(SignatureError::invalid(message));
        }
        if time > latest {
            let message = format!(
                "Signature not yet current: {date} is still later than {} ({} + 5 min.)",
                basic(latest),
                basic(now)
            );
            return Err(SignatureError::invalid(message));
        }
        let seconds = u64::try_from(time.epoch_millis()).unwrap_or_default() / 1000;
        Ok(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
    }
}

/// The id of the key alone.
impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signature").field("key_id", &self.key_id).finish_non_exhaustive()
    }
}

/// The method and the target. Headers may have secrets.
impl fmt::Debug for ReceivedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut request = f.debug_struct("ReceivedRequest");
        request.field("method", &self.method).field("target", &self.target).finish_non_exhaustive()
    }
}

/// `20260101T000000Z`
fn parse(text: &str) -> Option<Timestamp> {
    let part = |from: usize, to: usize| text.get(from..to);
    let date = [part(0, 4)?, part(4, 6)?, part(6, 8)?].join("-");
    let time = [part(8, 11)?, part(11, 13)?, text.get(13..)?].join(":");
    Timestamp::parse(&format!("{date}{time}")).filter(|_| text.len() == "20260101T000000Z".len())
}

/// `20260101T000000Z`
fn basic(time: Timestamp) -> String {
    time.to_seconds().to_string().replace(['-', ':'], "")
}

/// Why a signature is refused, in the words of AWS.
///
/// ```
/// let error = asl_aws::Signature::read("Basic YTpi").unwrap_err();
/// assert_eq!(error.name(), "IncompleteSignatureException");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureError {
    name: &'static str,
    message: String,
}

impl SignatureError {
    fn incomplete(message: String) -> SignatureError {
        SignatureError { name: "IncompleteSignatureException", message }
    }

    fn invalid(message: String) -> SignatureError {
        SignatureError { name: "InvalidSignatureException", message }
    }

    /// The name of the error in AWS's APIs: `InvalidSignatureException`.
    pub fn name(&self) -> &'static str {
        self.name
    }
}

impl fmt::Display for SignatureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SignatureError {}

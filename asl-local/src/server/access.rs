//! [`Access`]: lets in those who know the shared key.
//!
//! A key in a header is compared at once. A signature covers the body, so what can be checked without it is checked before the
//! body is read, and the rest after.

use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "signatures")]
use asl_aws::{ReceivedRequest, Signature, SignatureError};
use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;
use hyper::http::request::Parts;

use super::router::header;
#[cfg(feature = "page")]
use super::session::Sessions;
use crate::app::App;
use crate::error::ApiError;
#[cfg(feature = "signatures")]
use crate::shared_key::SharedKey;

const API_KEY: &str = "x-api-key";

/// The name of the service in signatures.
#[cfg(feature = "signatures")]
const SERVICE: &str = "states";

/// How long the answer to a wrong key or signature is delayed, so that a client can try ten a second and connection.
pub(super) const PAUSE: Duration = Duration::from_millis(100);

/// Whether somebody has sent a wrong key or signature, and not none at all.
pub(super) fn is_wrong(error: &ApiError) -> bool {
    ["UnrecognizedClientException", "InvalidSignatureException"].contains(&error.name())
}

/// Who may send requests: everybody, or those who know the key.
pub(super) struct Access {
    app: Arc<App>,
    #[cfg(feature = "page")]
    sessions: Sessions,
}

/// What is known of a request before its body is read.
pub(super) enum Proof {
    /// Its sender may send it.
    Given,
    /// That depends on the body.
    #[cfg(feature = "signatures")]
    Signature(Signature),
}

impl Access {
    /// The port distinguishes the cookies of several servers on one host.
    #[cfg_attr(not(feature = "page"), expect(unused_variables, reason = "only pages have cookies"))]
    pub(super) fn new(app: &Arc<App>, port: u16) -> Access {
        Access {
            app: Arc::clone(app),
            #[cfg(feature = "page")]
            sessions: Sessions::new(port, app.config.is_encrypted()),
        }
    }

    /// Checks the head of a request.
    pub(super) fn check(&self, head: &Parts) -> Result<Proof, ApiError> {
        let Some(key) = &self.app.config.key else { return Ok(Proof::Given) };
        let authorization = header(&head.headers, AUTHORIZATION.as_str());
        let given = header(&head.headers, API_KEY).or_else(|| bearer(authorization?));
        match (given, authorization) {
            (Some(given), _) if key.is(given) => Ok(Proof::Given),
            (Some(_), _) => Err(unrecognized()),
            (None, Some(authorization)) => self.read(authorization, &head.headers),
            (None, None) if self.has_session(&head.headers) => Ok(Proof::Given),
            (None, None) => Err(missing()),
        }
    }

    /// Checks a request with its body.
    #[cfg_attr(not(feature = "signatures"), expect(unused_variables, reason = "nothing depends on the body"))]
    pub(super) fn verify(&self, proof: &Proof, head: &Parts, body: &[u8]) -> Result<(), ApiError> {
        match proof {
            Proof::Given => Ok(()),
            #[cfg(feature = "signatures")]
            Proof::Signature(signature) => {
                let headers = texts(&head.headers);
                let target = head.uri.path_and_query().map_or("/", |target| target.as_str());
                let request =
                    ReceivedRequest { method: head.method.as_str(), target, headers: &headers, body };
                let secret = self.app.config.key.as_ref().map_or("", SharedKey::secret);
                signature.verify(&request, secret, SERVICE).map_err(|error| refused(&error))
            }
        }
    }

    #[cfg(feature = "signatures")]
    fn read(&self, authorization: &str, headers: &HeaderMap) -> Result<Proof, ApiError> {
        let signature = Signature::read(authorization).map_err(|error| refused(&error))?;
        if signature.key_id() != crate::shared_key::KEY_ID {
            return Err(unrecognized());
        }
        signature.check_scope(&texts(headers), SERVICE).map_err(|error| refused(&error))?;
        Ok(Proof::Signature(signature))
    }

    #[cfg(not(feature = "signatures"))]
    fn read(&self, _: &str, _: &HeaderMap) -> Result<Proof, ApiError> {
        Err(unrecognized())
    }

    #[cfg(feature = "page")]
    pub(super) fn has_session(&self, headers: &HeaderMap) -> bool {
        self.sessions.has(headers)
    }

    #[cfg(not(feature = "page"))]
    fn has_session(&self, _: &HeaderMap) -> bool {
        false
    }

    /// The cookie of somebody who has typed this key into the form of the page, if it is right.
    #[cfg(feature = "page")]
    pub(super) fn log_in(&self, given: &str) -> Option<String> {
        self.app.config.key.as_ref().filter(|key| key.is(given)).map(|_| self.sessions.begin())
    }

    /// Ends the session of a request. Returns what the browser keeps instead of its cookie.
    #[cfg(feature = "page")]
    pub(super) fn log_out(&self, headers: &HeaderMap) -> String {
        self.sessions.end(headers)
    }
}

/// The token of `Bearer TOKEN`.
///
/// Spec: RFC 9110, §11.1: the name of a scheme has no case.
fn bearer(authorization: &str) -> Option<&str> {
    let (scheme, token) = authorization.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Headers as text. One that is not text can be neither signed nor verified.
#[cfg(feature = "signatures")]
fn texts(headers: &HeaderMap) -> Vec<(&str, &str)> {
    headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default())).collect()
}

/// UNRECORDED: the status and the text. Step Functions documents status 403, other services of the protocol answer 400.
fn missing() -> ApiError {
    ApiError::new("MissingAuthenticationTokenException", "Missing Authentication Token").status(403)
}

/// UNRECORDED: the status and the text, as of other services.
fn unrecognized() -> ApiError {
    ApiError::new("UnrecognizedClientException", "The security token included in the request is invalid.")
        .status(403)
}

/// UNRECORDED: the status, as above.
#[cfg(feature = "signatures")]
fn refused(error: &SignatureError) -> ApiError {
    ApiError::new(error.name(), error.to_string()).status(403)
}

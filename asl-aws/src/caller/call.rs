//! [`Call`]: one call of an operation, with its retries.

use std::time::Duration;

use asl_engine::Entropy;
use asl_value::Value;
use aws_credential_types::Credentials;
use tokio::time::Instant;

use crate::arguments::with_tokens;
use crate::egress::Reach;
use crate::endpoint::Target;
use crate::http::{Http, HttpAnswer, HttpError, HttpRequest, ReadLimit};
use crate::protocol::{self, Request};
use crate::retry::{self, Budget};
use crate::sign::{SigningScope, sign};
use crate::table::{Operation, Service};
use crate::{ServiceError, checksum, clock, s3, trace};

/// Longer than any service except Lambda takes to answer.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(60);

/// A function may run for 15 minutes, and so may a harness.
const INVOKE_TIMEOUT: Duration = Duration::from_secs(930);

/// A call in progress.
pub(super) struct Call<'a> {
    pub(super) http: &'a Http,
    pub(super) budget: &'a Budget,
    pub(super) entropy: &'a dyn Entropy,
    pub(super) service: &'a Service,
    pub(super) operation: Operation<'a>,
    pub(super) target: Target,
    pub(super) deadline: Option<Instant>,
    pub(super) trace_header: Option<&'a str>,
    pub(super) idempotency_key: Option<&'a str>,
    pub(super) most_attempts: u16,
    pub(super) limit: ReadLimit,
}

impl Call<'_> {
    /// Sends a checked input until an attempt succeeds, or fails in a way that a retry would not change.
    pub(super) async fn send(
        mut self,
        input: &Value,
        keys: Option<&Credentials>,
    ) -> Result<HttpAnswer, ServiceError> {
        let request = self.request(input);
        let request = request.map_err(|message| self.client_error(message))?;
        let mut attempts = 0u16;
        loop {
            attempts += 1;
            let failed = match self.attempt(&request, keys).await {
                Ok(response) if (200..300).contains(&response.status) => {
                    self.budget.give_back();
                    return Ok(response);
                }
                Ok(response) => self.refused(&response, keys),
                Err(error) => error,
            };
            let error = ServiceError { attempts, ..failed };
            if attempts >= self.most_attempts || !error.is_transient || !self.budget.take() {
                return Err(error);
            }
            let delay = retry::delay(attempts.into(), self.entropy);
            if self.deadline.is_some_and(|deadline| clock::until(deadline) <= delay) {
                return Err(error);
            }
            // While a task is in flight, the engine's time is tokio's.
            tokio::time::sleep(delay).await;
        }
    }

    fn request(&mut self, input: &Value) -> Result<Request, String> {
        let input = with_tokens(self.service, &self.operation, input, self.idempotency_key, self.entropy);
        let mut request = protocol::request(self.service, &self.operation, &input)?;
        checksum::add(&self.operation, &input, &mut request)?;
        if self.service.signing_name() == "s3" && self.service.id() == "S3" {
            s3::address(&input, &mut self.target, &mut request)?;
        }
        if self.target.is_configured {
            // A configured host has no subdomains.
            request.host_prefix.clear();
        }
        request
            .headers
            .push(("user-agent".to_owned(), concat!("asl-aws/", env!("CARGO_PKG_VERSION")).to_owned()));
        Ok(request)
    }

    async fn attempt(
        &self,
        request: &Request,
        keys: Option<&Credentials>,
    ) -> Result<HttpAnswer, ServiceError> {
        let target = &self.target;
        let question = if request.query.is_empty() { "" } else { "?" };
        let url = format!(
            "{}{}{}{}{question}{}",
            target.scheme, request.host_prefix, target.host, request.path, request.query
        );
        let mut headers = request.headers.clone();
        headers.extend(self.trace_header.map(trace::header));
        if let Some(keys) = keys {
            let scope = SigningScope {
                service: self.service.signing_name(),
                region: &target.signing_region,
                has_unsigned_body: self.operation.has_unsigned_body,
            };
            let signature = sign(request.method, &url, &headers, &request.body, keys, &scope);
            headers.extend(signature.map_err(|message| self.client_error(message))?);
        }
        let longest = match self.operation.name {
            "Invoke" | "InvokeHarness" => INVOKE_TIMEOUT,
            _ => ATTEMPT_TIMEOUT,
        };
        let within = self.deadline.map_or(longest, |deadline| clock::until(deadline).min(longest));
        let method = request.method.to_owned();
        let request = HttpRequest { method, url, headers, body: request.body.clone(), limit: self.limit };
        self.http.send(request, within, Reach::Everything).await.map_err(|error| {
            let is_transient = matches!(error, HttpError::Connect(_) | HttpError::Broken(_));
            let may_have_arrived = !matches!(error, HttpError::Connect(_) | HttpError::Request(_));
            let message = format!("Unable to execute HTTP request: {error}");
            ServiceError { is_transient, may_have_arrived, ..self.client_error(message) }
        })
    }

    fn refused(&self, response: &HttpAnswer, keys: Option<&Credentials>) -> ServiceError {
        let mut wire = protocol::error(self.service, response);
        if self.operation.method == "HEAD" {
            s3::name_missing(self.operation.name, response, &mut wire);
        }
        wire.message = without_token(wire.message, keys);
        ServiceError::of(self.service, wire, response.status)
    }

    fn client_error(&self, message: String) -> ServiceError {
        ServiceError::client(self.service.class(), message)
    }
}

/// An error about a signature quotes the text that should have been signed, including the session token.
fn without_token(message: String, keys: Option<&Credentials>) -> String {
    match keys.and_then(Credentials::session_token) {
        Some(token) if message.contains(token) => message.replace(token, "***"),
        _ => message,
    }
}

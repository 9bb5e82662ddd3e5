//! One request: read, called, answered.

use std::convert::Infallible;
use std::sync::Arc;

use asl_value::{Object, Value, json};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use tokio::sync::Semaphore;

use super::body::Bodies;
use super::caller;
use super::connections::{Connection, Connections};
use crate::api;
use crate::app::App;
use crate::error::ApiError;

/// What all requests of a server share.
pub(super) struct Requests {
    app: Arc<App>,
    /// How many may be answered at once.
    answers: Semaphore,
    bodies: Bodies,
}

impl Requests {
    pub(super) fn new(app: &Arc<App>, connections: &Arc<Connections>) -> Requests {
        let quotas = app.config.quotas;
        Requests {
            app: Arc::clone(app),
            answers: Semaphore::new(quotas.requests.min(Semaphore::MAX_PERMITS)),
            bodies: Bodies::new(quotas, Arc::clone(connections)),
        }
    }

    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        connection: &Connection,
    ) -> Result<Response<Full<Bytes>>, Infallible> {
        let answer = self.read_and_call(request, connection).await;
        connection.waits();
        Ok(self.respond(answer))
    }

    async fn read_and_call(
        &self,
        request: Request<Incoming>,
        connection: &Connection,
    ) -> Result<Value, ApiError> {
        if let Err(foreign) = caller::check(request.uri(), request.headers(), &self.app.config.allowed_hosts)
        {
            tracing::warn!(%foreign, "refused a request");
            return Err(ApiError::new("AccessDeniedException", foreign.to_string()).status(403));
        }
        if request.method() != Method::POST {
            let is_health = request.method() == Method::GET && request.uri().path() == "/";
            let unknown = ApiError::new("UnknownOperationException", "").status(404);
            return if is_health { Ok(json!({"status": "ok"})) } else { Err(unknown) };
        }
        let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
        let action = target.and_then(|target| target.strip_prefix("AWSStepFunctions.")).map(str::to_owned);
        let Some(action) = action else { return Err(ApiError::new("UnknownOperationException", "")) };
        let trace_header = request.headers().get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
        let trace_header = trace_header.map(str::to_owned);
        let read = self.bodies.read(request.into_body()).await?;
        connection.works();
        let Ok(_answer) = self.answers.try_acquire() else {
            return Err(ApiError::new("ThrottlingException", "Rate exceeded"));
        };
        let body = parse(&read.bytes)?;
        drop(read);
        api::answer(&self.app, &action, body, trace_header.as_deref()).await
    }

    fn respond(&self, answer: Result<Value, ApiError>) -> Response<Full<Bytes>> {
        let (status, body) = match answer {
            Ok(body) => (200, body),
            Err(error) => (error.http_status(), error.body()),
        };
        let mut response = Response::new(Full::new(Bytes::from(body.to_json())));
        *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-amz-json-1.0"));
        if let Ok(id) = HeaderValue::from_str(&self.app.ids.uuid()) {
            headers.insert("x-amzn-requestid", id);
        }
        response
    }
}

/// The members of a request; a body that is empty has none.
fn parse(body: &[u8]) -> Result<Object, ApiError> {
    if body.is_empty() {
        return Ok(Object::new());
    }
    match Value::parse_slice(body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(other) => {
            let message = format!("expected an object, found {}", other.type_name());
            Err(ApiError::new("SerializationException", message))
        }
        Err(error) => Err(ApiError::new("SerializationException", error.to_string())),
    }
}

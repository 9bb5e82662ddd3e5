//! [`Requests`]: reads a request, calls the operation and responds.

use std::convert::Infallible;
use std::sync::Arc;

use asl_value::{Object, Value, json};
use hyper::body::Incoming;
use hyper::{Request, Response};
use tokio::sync::Semaphore;

use super::answer::{Answer, response};
use super::body::Bodies;
use super::caller;
use super::connections::{Connection, Connections};
use super::router::{Route, header, route};
use crate::app::App;
use crate::error::ApiError;
use crate::in_process::Operations;

/// The state that all requests of a server share.
pub(super) struct Requests {
    app: Arc<App>,
    /// Limits concurrent operations.
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
        connection: &Arc<Connection>,
    ) -> Result<Response<Answer>, Infallible> {
        let answer = self.read_and_call(request, connection).await;
        connection.answers();
        Ok(response(answer, &self.app.ids.uuid(), connection))
    }

    async fn read_and_call(
        &self,
        request: Request<Incoming>,
        connection: &Connection,
    ) -> Result<Value, ApiError> {
        let (head, body) = request.into_parts();
        if let Err(foreign) = caller::check(&head.uri, &head.headers, &self.app.config.allowed_hosts) {
            tracing::warn!(%foreign, "refused a request");
            return Err(ApiError::new("AccessDeniedException", foreign.to_string()).status(403));
        }
        let action = match route(&head)? {
            Route::Health => return Ok(json!({"status": "ok"})),
            Route::Operation(action) => action,
        };
        let read = self.bodies.read(body).await?;
        connection.works();
        let Ok(_answer) = self.answers.try_acquire() else {
            return Err(ApiError::new("ThrottlingException", "Rate exceeded"));
        };
        let body = parse(&read.bytes)?;
        drop(read);
        let app = Arc::clone(&self.app);
        app.answer(&action, body, header(&head.headers, "x-amzn-trace-id")).await
    }
}

/// Parses the body of a request. An empty body has no members.
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

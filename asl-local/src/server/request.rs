//! [`Requests`]: reads a request, calls the operation and responds.

use std::convert::Infallible;
use std::sync::Arc;

use asl_engine::TraceContext;
use asl_value::{Object, Value, json};
use hyper::body::Incoming;
use hyper::http::request::Parts;
use hyper::{Request, Response};
use tokio::sync::{Semaphore, SemaphorePermit};

use super::access::{self, Access, Proof};
use super::answer::{Answer, response};
use super::body::Bodies;
use super::caller;
use super::connections::{Connection, Connections};
use super::router::{Route, header, route};
use crate::app::App;
use crate::error::ApiError;
use crate::in_process::Operations;
use crate::reply::Reply;
#[cfg(feature = "page")]
use crate::ui::{self, Ui, login};

/// The state that all requests of a server share.
pub(super) struct Requests {
    app: Arc<App>,
    /// Limits concurrent operations.
    answers: Semaphore,
    bodies: Bodies,
    access: Access,
    #[cfg(feature = "page")]
    ui: Ui,
}

impl Requests {
    pub(super) fn new(app: &Arc<App>, connections: &Arc<Connections>, port: u16) -> Requests {
        let quotas = app.config.quotas;
        Requests {
            app: Arc::clone(app),
            answers: Semaphore::new(quotas.requests.min(Semaphore::MAX_PERMITS)),
            bodies: Bodies::new(quotas, Arc::clone(connections)),
            access: Access::new(app, port),
            #[cfg(feature = "page")]
            ui: Ui::new(app),
        }
    }

    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        connection: &Arc<Connection>,
    ) -> Result<Response<Answer>, Infallible> {
        let reply = self.read_and_call(request, connection).await;
        if reply.as_ref().is_err_and(access::is_wrong) {
            tokio::time::sleep(access::PAUSE).await;
        }
        let reply = reply.unwrap_or_else(|error| Reply::operation(Err(error)));
        connection.answers();
        Ok(response(reply, &self.app.ids.uuid(), connection))
    }

    async fn read_and_call(
        &self,
        request: Request<Incoming>,
        connection: &Connection,
    ) -> Result<Reply, ApiError> {
        let (head, body) = request.into_parts();
        if let Err(foreign) = caller::check(&head.uri, &head.headers, &self.app.config.allowed_hosts) {
            tracing::warn!(%foreign, "refused a request");
            return Err(ApiError::new("AccessDeniedException", foreign.to_string()).status(403));
        }
        let route = route(&head, &self.app.config)?;
        let proof = match (&route, self.access.check(&head)) {
            // It says no more than that the server is up.
            (Route::Health, _) => Proof::Given,
            #[cfg(feature = "page")]
            (Route::Page(ui::Request::Login), _) => return self.log_in(body, connection).await,
            #[cfg(feature = "page")]
            (Route::Page(ui::Request::Logout), _) => {
                return Ok(login::to_page(self.access.log_out(&head.headers)));
            }
            #[cfg(feature = "page")]
            (Route::Page(ui::Request::LoginForm), _) => {
                return Ok(if self.access.has_session(&head.headers) {
                    login::leave()
                } else {
                    login::form()
                });
            }
            #[cfg(feature = "page")]
            (Route::Page(ui::Request::Document), Err(_)) => return Ok(login::form()),
            (_, proof) => proof.inspect_err(refused)?,
        };
        match route {
            Route::Health => Ok(Reply::operation(Ok(json!({"status": "ok"})))),
            Route::Operation(action) => {
                let (mut body, _permit) = self.read(body, (&proof, &head), connection).await?;
                let app = Arc::clone(&self.app);
                let parent = header(&head.headers, "traceparent").and_then(TraceContext::from_w3c);
                if let (Some(parent), true, None) =
                    (parent, action.starts_with("Start"), body.get("traceHeader"))
                {
                    body.insert("traceHeader", parent.to_x_amzn_trace_id().into());
                }
                let answer = app.answer(&action, body, header(&head.headers, "x-amzn-trace-id")).await;
                Ok(Reply::operation(answer))
            }
            #[cfg(feature = "page")]
            Route::Page(page) => {
                let (body, _permit) = self.read(body, (&proof, &head), connection).await?;
                self.ui.answer(page, &body).await
            }
        }
    }

    /// Reads, verifies and parses a body. The request counts as one in progress until the permit is dropped.
    async fn read(
        &self,
        body: Incoming,
        (proof, head): (&Proof, &Parts),
        connection: &Connection,
    ) -> Result<(Object, SemaphorePermit<'_>), ApiError> {
        let read = self.bodies.read(body).await?;
        connection.works();
        let Ok(permit) = self.answers.try_acquire() else {
            return Err(ApiError::new("ThrottlingException", "Rate exceeded"));
        };
        self.access.verify(proof, head, &read.bytes).inspect_err(refused)?;
        Ok((parse(&read.bytes)?, permit))
    }

    /// Answers the form of a page.
    #[cfg(feature = "page")]
    async fn log_in(&self, body: Incoming, connection: &Connection) -> Result<Reply, ApiError> {
        let read = self.bodies.read(body).await?;
        connection.works();
        let cookie = self.access.log_in(&login::key(&read.bytes));
        if cookie.is_none() {
            tracing::warn!("refused a login");
            tokio::time::sleep(access::PAUSE).await;
        }
        Ok(cookie.map_or_else(login::again, login::to_page))
    }
}

fn refused(error: &ApiError) {
    tracing::warn!(error = error.name(), "refused a request");
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

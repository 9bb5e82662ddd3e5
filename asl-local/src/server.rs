//! [`Server`]: the API over HTTP.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use asl_value::{Object, Value, json};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::app::App;
use crate::error::ApiError;
use crate::machine::MachineType;
use crate::{Config, api};

/// How long requests may take that are being answered when the server is to end.
const PATIENCE: Duration = Duration::from_secs(5);

/// The API, listening.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use asl_local::{Config, MachineType, Server};
/// let server = Server::bind("127.0.0.1:0", Config::default()).await?;
/// let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
/// let arn = server.create_state_machine("hello", definition, MachineType::Standard).unwrap();
/// assert_eq!(arn, "arn:aws:states:us-east-1:123456789012:stateMachine:hello");
/// println!("listening on http://{}", server.address());
/// server.serve(async {}).await      // until the future ends
/// # }
/// ```
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    app: Arc<App>,
}

impl Server {
    /// Listens at `address`: `127.0.0.1:8083`, or port 0 for any that is free.
    ///
    /// # Errors
    /// The address is taken, or is none.
    pub async fn bind(address: &str, config: Config) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Server { listener, address, app: App::new(config) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Creates a state machine, as CreateStateMachine would; gives its ARN.
    ///
    /// # Errors
    /// That of the API: a bad name, a definition that is refused.
    pub fn create_state_machine(
        &self,
        name: &str,
        definition: &str,
        kind: MachineType,
    ) -> Result<String, ApiError> {
        api::state_machine::create_here(&self.app, name, definition, kind)
    }

    /// Answers requests until `stop` ends, then those that have come in, within five seconds, and flushes logs and events
    /// within five more. Executions end with the runtime.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let app = Arc::clone(&self.app);
        let mut closing = app.closing.subscribe();
        let stop = async move {
            stop.await;
            app.closing.send_replace(true);
        };
        // A client may never send the rest of its request.
        let patience = async {
            let _ = closing.wait_for(|closing| *closing).await;
            tokio::time::sleep(PATIENCE).await;
        };
        let permits = Arc::new(Semaphore::new(self.app.config.quotas.requests));
        let router = Router::new().fallback(answer).with_state((Arc::clone(&self.app), permits));
        let served = tokio::select! {
            served = axum::serve(self.listener, router).with_graceful_shutdown(stop) => served,
            () = patience => Ok(()),
        };
        let flush = async {
            for sink in &self.app.config.logs {
                sink.flush().await;
            }
            if let Some(events) = &self.app.config.events {
                events.flush().await;
            }
        };
        if tokio::time::timeout(PATIENCE, flush).await.is_err() {
            tracing::warn!("log records or events are lost: they could not be brought away in time");
        }
        served
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

type Shared = (Arc<App>, Arc<Semaphore>);

async fn answer(State((app, permits)): State<Shared>, request: Request) -> Response {
    let Ok(_permit) = permits.try_acquire() else {
        return respond(Err(ApiError::new("ThrottlingException", "Rate exceeded")), &app);
    };
    if request.method() != Method::POST {
        let is_health = request.method() == Method::GET && request.uri().path() == "/";
        let unknown = ApiError::new("UnknownOperationException", "").status(404);
        return respond(if is_health { Ok(json!({"status": "ok"})) } else { Err(unknown) }, &app);
    }
    let answer = read_and_call(&app, request).await;
    respond(answer, &app)
}

async fn read_and_call(app: &Arc<App>, request: Request) -> Result<Value, ApiError> {
    let target = request.headers().get("x-amz-target").and_then(|target| target.to_str().ok());
    let action = target.and_then(|target| target.strip_prefix("AWSStepFunctions.")).map(str::to_owned);
    let Some(action) = action else { return Err(ApiError::new("UnknownOperationException", "")) };
    let trace_header = request.headers().get("x-amzn-trace-id").and_then(|value| value.to_str().ok());
    let trace_header = trace_header.map(str::to_owned);
    let body = to_bytes(request.into_body(), app.config.quotas.request_bytes).await.map_err(|_| {
        let message = format!("the request has more than {} bytes", app.config.quotas.request_bytes);
        ApiError::new("RequestEntityTooLargeException", message).status(413)
    })?;
    api::answer(app, &action, read_body(&body)?, trace_header.as_deref()).await
}

/// The members of a request; a body that is empty has none.
fn read_body(body: &[u8]) -> Result<Object, ApiError> {
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

fn respond(answer: Result<Value, ApiError>, app: &App) -> Response {
    let (status, body) = match answer {
        Ok(body) => (200, body),
        Err(error) => (error.http_status(), error.body()),
    };
    let mut response = Response::new(Body::from(body.to_json()));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("application/x-amz-json-1.0"));
    if let Ok(id) = header::HeaderValue::from_str(&app.ids.uuid()) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

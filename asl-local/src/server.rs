//! [`Server`]: the API over HTTP.

mod access;
mod answer;
mod body;
mod caller;
mod connections;
mod listen;
mod request;
mod router;
#[cfg(feature = "page")]
mod session;
mod stream;

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use asl_model::ExecutionType;
use tokio::net::TcpListener;

use crate::app::App;
use crate::error::ApiError;
use crate::machines::Machines;
#[cfg(feature = "data-dir")]
use crate::restore;
use crate::{Config, api};

/// How long a shutdown waits for requests in progress, and then for logs and events.
const PATIENCE: Duration = Duration::from_secs(5);

/// The Step Functions API as an HTTP server.
///
/// Bind it, create state machines, and serve: any AWS SDK can use it as its endpoint. In a test, bind port 0 and spawn
/// [`serve`](Server::serve). Without HTTP, use [`Machines`](crate::Machines).
///
/// Without a [`Config::key`], anyone who can connect can run tasks. It rejects requests from web pages of other
/// sites, by their `Host` and `Origin` headers; [`Config::allowed_hosts`] allows more hosts.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> std::io::Result<()> {
/// use asl_local::{Config, Server};
/// use asl_model::ExecutionType;
/// let server = Server::bind("127.0.0.1:0", Config::default()).await?;
/// let definition = r#"{"StartAt": "A", "States": {"A": {"Type": "Succeed"}}}"#;
/// let arn = server.create_state_machine("hello", definition, ExecutionType::Standard).unwrap();
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
    /// Listens at an address such as `127.0.0.1:8083`. Port 0 selects a free port.
    ///
    /// # Errors
    /// The address is in use or not valid.
    pub async fn bind(address: &str, config: Config) -> io::Result<Server> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        Ok(Server { listener, address, app: App::new(config) })
    }

    /// Listens at an address, with everything that a data folder has, and keeps everything there.
    ///
    /// # Errors
    /// The address is in use or not valid, or the data folder is damaged.
    #[cfg(feature = "data-dir")]
    pub async fn bind_with_data(address: &str, config: Config, data: crate::DataDir) -> io::Result<Server> {
        let damaged = |problem| io::Error::new(io::ErrorKind::InvalidData, problem);
        let (app, open) = restore::restore(config, Arc::new(data)).map_err(damaged)?;
        let listener = TcpListener::bind(address).await?;
        restore::resume_open(&app, open).await.map_err(damaged)?;
        Ok(Server { address: listener.local_addr()?, listener, app })
    }

    /// The address that the server listens at.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Creates a state machine, as CreateStateMachine does, and returns its ARN. Its role is named after the machine.
    ///
    /// # Errors
    /// `InvalidName`, `InvalidDefinition`, or another error of CreateStateMachine.
    pub fn create_state_machine(
        &self,
        name: &str,
        definition: &str,
        kind: ExecutionType,
    ) -> Result<String, ApiError> {
        api::create_state_machine::create_here(&self.app, name, definition, kind)
    }

    /// Creates a state machine as [`create_state_machine`](Server::create_state_machine) does, or updates the existing one
    /// with this name and type, if its definition is another one.
    ///
    /// # Errors
    /// The error of CreateStateMachine or UpdateStateMachine: `StateMachineAlreadyExists` if the type is another one.
    pub async fn put_state_machine(
        &self,
        name: &str,
        definition: &str,
        kind: ExecutionType,
    ) -> Result<String, ApiError> {
        self.machines().put_state_machine(name, definition, kind).await
    }

    /// The state machines of the server, to create and update them while it serves.
    pub fn machines(&self) -> Machines {
        Machines::of(Arc::clone(&self.app))
    }

    /// Serves requests until `stop` completes. Then it finishes the requests in progress and flushes logs and events, each
    /// for at most five seconds, and writes what is left to its data folder. Running executions continue until their
    /// runtime ends.
    ///
    /// # Errors
    /// The listener failed.
    pub async fn serve(self, stop: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
        let app = Arc::clone(&self.app);
        let stop = async move {
            stop.await;
            app.closing.send_replace(true);
        };
        // A client may never complete its request.
        let patience = async {
            self.app.closes().await;
            tokio::time::sleep(PATIENCE).await;
        };
        let served = async {
            tokio::join!(listen::listen(self.listener, &self.app), stop);
        };
        tokio::select! {
            () = served => {}
            () = patience => tracing::warn!("ended with requests that were incomplete or unanswered"),
        }
        let flush = async {
            for sink in &self.app.config.logs {
                sink.flush().await;
            }
            if let Some(events) = &self.app.config.events {
                events.flush().await;
            }
        };
        if tokio::time::timeout(PATIENCE, flush).await.is_err() {
            tracing::warn!("log records or events were lost: flushing timed out");
        }
        if let Some(archive) = self.app.archive.clone() {
            // It waits for the disk.
            let closed = tokio::task::spawn_blocking(move || archive.close()).await;
            closed.map_err(io::Error::other)?;
        }
        Ok(())
    }
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("address", &self.address).finish_non_exhaustive()
    }
}

//! Accepts connections and serves them until the server shuts down.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::connections::{Connection, Connections};
use super::request::Requests;
use super::stream::Stream;
use crate::app::App;

/// The pause after a connection could not be accepted, for example because the process has no file descriptors left.
const PAUSE: Duration = Duration::from_millis(50);

/// Serves requests until the server shuts down, then finishes those in progress.
pub(super) async fn listen(listener: TcpListener, app: &Arc<App>) {
    let connections = Connections::new(app.config.quotas.connections, app.config.quotas.request_time);
    let port = listener.local_addr().map_or(0, |address| address.port());
    let requests = Arc::new(Requests::new(app, &connections, port));
    let mut closes = std::pin::pin!(app.closes());
    let mut served = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = served.join_next(), if !served.is_empty() => continue,
            () = &mut closes => break,
        };
        match accepted {
            Ok((stream, _)) => match connections.open() {
                Some(connection) => {
                    served.spawn(serve(stream, connection, Arc::clone(&requests), Arc::clone(app)));
                }
                None => {
                    tracing::warn!("refused a connection: all {} are busy", app.config.quotas.connections)
                }
            },
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                connections.close_longest_waiting();
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
    drop(listener);
    while served.join_next().await.is_some() {}
}

async fn serve(stream: TcpStream, connection: Arc<Connection>, requests: Arc<Requests>, app: Arc<App>) {
    // Responses are small and complete, so waiting for more data would only delay them.
    let _ = stream.set_nodelay(true);
    #[cfg(feature = "tls")]
    if let Some(tls) = &app.config.tls {
        let handshake = tokio::time::timeout(app.config.quotas.request_time, tls.accept(stream));
        let shaken = tokio::select! {
            shaken = handshake => shaken.unwrap_or_else(|late| Err(late.into())),
            () = connection.closed() => return,
            () = app.closes() => return,
        };
        return match shaken {
            Ok(stream) => speak(stream, connection, requests, app).await,
            Err(error) => tracing::debug!(%error, "a handshake failed"),
        };
    }
    speak(stream, connection, requests, app).await;
}

async fn speak<S: AsyncRead + AsyncWrite + Unpin + Send + 'static>(
    stream: S,
    connection: Arc<Connection>,
    requests: Arc<Requests>,
    app: Arc<App>,
) {
    let answer = |request| {
        let (requests, connection) = (Arc::clone(&requests), Arc::clone(&connection));
        async move { requests.answer(request, &connection).await }
    };
    let stream = Stream { bytes: TokioIo::new(stream), connection: Arc::clone(&connection) };
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(app.config.quotas.request_time);
    let mut served = std::pin::pin!(http.serve_connection(stream, service_fn(answer)));
    let result = tokio::select! {
        result = &mut served => result,
        () = connection.closed() => return,
        () = app.closes() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, "a connection failed");
    }
}

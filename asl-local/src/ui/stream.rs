//! [`Streams`]: server-sent events.
//!
//! A message is made when the client has room for it, so a slow client holds back itself only, and the server keeps no
//! queue for it.
//!
//! Spec: <https://html.spec.whatwg.org/multipage/server-sent-events.html>

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream::unfold;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::{Bytes, Frame};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::app::App;
use crate::error::ApiError;
use crate::reply::Reply;

/// After this time without a message a comment is sent, so that broken connections are noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What a stream sends.
pub(super) trait Messages: Send + 'static {
    /// Waits for the next messages. `None` ends the stream. Nothing is lost if the future is dropped.
    fn next(&mut self) -> impl Future<Output = Option<String>> + Send;
}

/// A message with a name, as it is sent: `event: end\ndata: {…}\n\n`. The data has no line breaks.
pub(super) fn message(name: &str, data: &str) -> String {
    format!("event: {name}\ndata: {data}\n\n")
}

/// Opens streams, a limited number at a time.
pub(super) struct Streams {
    app: Arc<App>,
    permits: Arc<Semaphore>,
}

impl Streams {
    pub(super) fn new(app: &Arc<App>) -> Streams {
        let most = app.config.quotas.event_streams.min(Semaphore::MAX_PERMITS);
        Streams { app: Arc::clone(app), permits: Arc::new(Semaphore::new(most)) }
    }

    pub(super) fn open(&self, messages: impl Messages) -> Result<Reply, ApiError> {
        const HEADERS: &[(&str, &str)] =
            &[("cache-control", "no-store"), ("x-content-type-options", "nosniff")];
        let Ok(permit) = Arc::clone(&self.permits).try_acquire_owned() else {
            let message = format!("{} pages are open already", self.app.config.quotas.event_streams);
            return Err(ApiError::new("ThrottlingException", message).status(429));
        };
        let open = Open { app: Arc::clone(&self.app), messages, is_new: true, _permit: permit };
        let frames = unfold(open, |mut open| async move {
            let text = open.next().await?;
            Some((Ok::<_, Infallible>(Frame::data(Bytes::from(text))), open))
        });
        let body = StreamBody::new(frames).boxed_unsync();
        let content_type = "text/event-stream; charset=utf-8";
        Ok(Reply { status: 200, content_type, headers: HEADERS, cookie: None, body })
    }
}

struct Open<M> {
    app: Arc<App>,
    messages: M,
    is_new: bool,
    _permit: OwnedSemaphorePermit,
}

impl<M: Messages> Open<M> {
    async fn next(&mut self) -> Option<String> {
        if std::mem::take(&mut self.is_new) {
            // The client learns that the stream is open, even if nothing happens for long.
            return Some(": open\n\n".to_owned());
        }
        tokio::select! {
            biased;
            () = self.app.closes() => None,
            next = timeout(HEARTBEAT, self.messages.next()) => {
                next.unwrap_or_else(|_| Some(": still here\n\n".to_owned()))
            }
        }
    }
}

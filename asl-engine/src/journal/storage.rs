//! [`JournalledStore`]: what a distributed Map reads and writes, recorded.

use std::pin::Pin;
use std::task::{Context, Poll};

use asl_value::{Object, Text};
use async_trait::async_trait;
use futures_util::FutureExt;

use super::strand_path::StrandPath;
use super::ticket::Ticket;
use super::turn::Learned;
use super::turnstile::Turnstile;
use crate::{EffectKind, Failure, ObjectPage, ObjectStore};

/// Storage whose answers are turns.
pub(crate) struct JournalledStore<'a> {
    pub(crate) turnstile: &'a Turnstile,
    pub(crate) path: &'a StrandPath,
    /// The state that reads and writes.
    pub(crate) state: &'a Text,
    /// Without it, calls fail once the execution is live.
    pub(crate) store: Option<&'a dyn ObjectStore>,
}

/// One call of storage.
enum Request<'t> {
    Get(&'t Object, u64),
    Put(&'t Object, String),
    List(&'t Object, Option<&'t Text>),
}

impl Request<'_> {
    fn kind(&self) -> EffectKind {
        match self {
            Request::Get(..) => EffectKind::Read,
            Request::Put(..) => EffectKind::Write,
            Request::List(..) => EffectKind::List,
        }
    }

    async fn send(self, store: Option<&dyn ObjectStore>) -> Learned {
        let Some(store) = store else {
            let field = if matches!(self, Request::Put(..)) { "ResultWriter" } else { "ItemReader" };
            return Learned::Failed(Failure::task(format!("no storage is configured for the {field}")));
        };
        let learned = match self {
            Request::Get(arguments, most_bytes) => {
                store.get(arguments, most_bytes).await.map(|bytes| Learned::Read(bytes.into()))
            }
            Request::Put(arguments, body) => store.put(arguments, body).await.map(|()| Learned::Written),
            Request::List(arguments, after) => store.list(arguments, after).await.map(Learned::Listed),
        };
        learned.unwrap_or_else(Learned::Failed)
    }
}

impl JournalledStore<'_> {
    /// Makes a call once the execution is live, and waits for the turn in which its result is granted.
    async fn call(&self, request: Request<'_>) -> Learned {
        let ticket = Ticket::new(self.turnstile, self.path.next_effect(), self.state, request.kind());
        let mut request = Some(request);
        let mut running: Option<Pin<Box<dyn Future<Output = Learned> + Send + '_>>> = None;
        let work = |cx: &mut Context<'_>| {
            if let Some(request) = request.take() {
                running = Some(Box::pin(request.send(self.store)));
            }
            match running.as_mut()?.poll_unpin(cx) {
                Poll::Ready(learned) => Some((learned, None)),
                Poll::Pending => None,
            }
        };
        ticket.wait(work, Some).await
    }
}

#[async_trait]
impl ObjectStore for JournalledStore<'_> {
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        match self.call(Request::Get(arguments, most_bytes)).await {
            Learned::Read(bytes) => Ok(bytes.to_vec()),
            other => Err(failure(other)),
        }
    }

    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        match self.call(Request::Put(arguments, body)).await {
            Learned::Written => Ok(()),
            other => Err(failure(other)),
        }
    }

    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        match self.call(Request::List(arguments, after)).await {
            Learned::Listed(page) => Ok(page),
            other => Err(failure(other)),
        }
    }
}

/// The turnstile admits the result of the call, or a failure.
fn failure(learned: Learned) -> Failure {
    if let Learned::Failed(failure) = learned { failure } else { Failure::default() }
}

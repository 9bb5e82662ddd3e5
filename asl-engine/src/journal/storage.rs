//! [`JournalledStore`]: what a distributed Map reads and writes, recorded.

use std::ops::Range;
use std::pin::Pin;
use std::task::{Context, Poll};

use asl_value::{Object, Text, Value};
use async_trait::async_trait;
use futures_util::FutureExt;

use super::strand_path::StrandPath;
use super::ticket::Ticket;
use super::turn::Learned;
use super::turnstile::Turnstile;
use crate::{EffectKind, Failure, ObjectPage, ObjectPart, ObjectStore, UploadPart};

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
    Read(&'t Object, Range<u64>, Option<&'t Text>),
    Put(&'t Object, String),
    BeginUpload(&'t Object),
    Upload(&'t Object, &'t Text, UploadPart),
    FinishUpload(&'t Object, &'t Text, &'t [Text]),
    AbandonUpload(&'t Object, &'t Text),
    List(&'t Object, Option<&'t Text>),
}

impl Request<'_> {
    fn kind(&self) -> EffectKind {
        match self {
            Request::Get(..) | Request::Read(..) => EffectKind::Read,
            Request::Put(..)
            | Request::BeginUpload(..)
            | Request::Upload(..)
            | Request::FinishUpload(..)
            | Request::AbandonUpload(..) => EffectKind::Write,
            Request::List(..) => EffectKind::List,
        }
    }

    async fn send(self, store: Option<&dyn ObjectStore>) -> Learned {
        let Some(store) = store else {
            let is_write = matches!(self.kind(), EffectKind::Write);
            let field = if is_write { "ResultWriter" } else { "ItemReader" };
            return Learned::Failed(Failure::task(format!("no storage is configured for the {field}")));
        };
        let learned = match self {
            Request::Get(arguments, most_bytes) => {
                store.get(arguments, most_bytes).await.map(|bytes| Learned::Read(bytes.into()))
            }
            Request::Read(arguments, range, tag) => {
                store.read(arguments, range, tag).await.map(Learned::ReadPart)
            }
            Request::Put(arguments, body) => store.put(arguments, body).await.map(|()| Learned::Written),
            Request::BeginUpload(arguments) => store
                .begin_upload(arguments)
                .await
                .map(|upload| Learned::Returned(upload.map_or(Value::Null, Value::String))),
            Request::Upload(arguments, upload, part) => {
                store.upload(arguments, upload, part).await.map(|tag| Learned::Returned(tag.into()))
            }
            Request::FinishUpload(arguments, upload, tags) => {
                store.finish_upload(arguments, upload, tags).await.map(|()| Learned::Written)
            }
            Request::AbandonUpload(arguments, upload) => {
                store.abandon_upload(arguments, upload).await;
                Ok(Learned::Written)
            }
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

    async fn read(
        &self,
        arguments: &Object,
        range: Range<u64>,
        tag: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        match self.call(Request::Read(arguments, range, tag)).await {
            Learned::ReadPart(part) => Ok(part),
            // A journal of an earlier version, which read files as a whole.
            Learned::Read(bytes) => Ok(ObjectPart::new(bytes.to_vec(), bytes.len() as u64, None)),
            other => Err(failure(other)),
        }
    }

    async fn begin_upload(&self, arguments: &Object) -> Result<Option<Text>, Failure> {
        match self.call(Request::BeginUpload(arguments)).await {
            Learned::Returned(upload) => Ok(upload.as_text().cloned()),
            other => Err(failure(other)),
        }
    }

    async fn upload(&self, arguments: &Object, upload: &Text, part: UploadPart) -> Result<Text, Failure> {
        match self.call(Request::Upload(arguments, upload, part)).await {
            Learned::Returned(tag) => Ok(tag.as_text().cloned().unwrap_or_default()),
            other => Err(failure(other)),
        }
    }

    async fn finish_upload(&self, arguments: &Object, upload: &Text, tags: &[Text]) -> Result<(), Failure> {
        match self.call(Request::FinishUpload(arguments, upload, tags)).await {
            Learned::Written => Ok(()),
            other => Err(failure(other)),
        }
    }

    /// A turn like the others: a replay must wait for it as long as the recorded run.
    async fn abandon_upload(&self, arguments: &Object, upload: &Text) {
        self.call(Request::AbandonUpload(arguments, upload)).await;
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

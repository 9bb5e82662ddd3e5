//! [`Export`]: the files of a `ResultWriter`, written while children run.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use asl_value::{Text, Value, json};
use futures_util::FutureExt;

use super::ended_child::{ChildResult, EndedChild};
use super::form::Form;
use super::result_file::{Desk, ResultFile, Written, store};
use crate::budget::Held;
use crate::map_run::ChildStatus;
use crate::{Failure, MapRun};

/// How much memory results may take that wait to be written. A child that takes long keeps those after it waiting: the
/// files have the order of the items.
const WAITING_BYTES: u64 = 32 << 20;

/// A part is written as soon as there are as many bytes. S3 takes parts of 5 MiB or more.
const PART_BYTES: usize = 8 << 20;

type Writing<'a> = Pin<Box<dyn Future<Output = Result<Written, Failure>> + Send + 'a>>;

/// The files of a `ResultWriter`, one after the other for each status, and a manifest of them.
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html>
pub(crate) struct Export<'a> {
    desk: Desk<'a>,
    map_run: &'a MapRun,
    form: Form,
    has_lines: bool,
    /// The children that did not succeed, that succeeded, and that never began.
    files: [ResultFile; 3],
    /// What is being written, and which of the files it belongs to.
    writing: Option<(usize, Writing<'a>)>,
    /// Results after one that is missing.
    waiting: BTreeMap<usize, (usize, Text)>,
    /// The place of the child whose result is missing.
    next: usize,
    waiting_bytes: u64,
    /// Why nothing more can be written.
    failure: Option<Failure>,
    held: Held,
}

const FAILED: usize = 0;
const SUCCEEDED: usize = 1;
const PENDING: usize = 2;

impl<'a> Export<'a> {
    pub(crate) fn new(
        desk: Desk<'a>,
        map_run: &'a MapRun,
        form: Form,
        has_lines: bool,
        held: Held,
    ) -> Export<'a> {
        let files = ["FAILED", "SUCCEEDED", "PENDING"].map(|name| ResultFile::new(name, has_lines));
        Export {
            desk,
            map_run,
            form,
            has_lines,
            files,
            writing: None,
            waiting: BTreeMap::new(),
            next: 0,
            waiting_bytes: 0,
            failure: None,
            held,
        }
    }

    /// Takes the result of a child, which is written when those before it have been.
    pub(crate) fn add(&mut self, index: usize, child: EndedChild) -> Result<(), Failure> {
        let (which, text) = match (child.status, child.result) {
            (ChildStatus::Succeeded, ChildResult::Value(Value::Array(items))) if self.form == Form::Flat => {
                let texts: Vec<String> = items.iter().map(Value::to_json).collect();
                (SUCCEEDED, texts.join(if self.has_lines { "\n" } else { "," }).into())
            }
            (ChildStatus::Succeeded, result) => (SUCCEEDED, result.into_json()),
            (_, result) => (FAILED, result.into_json()),
        };
        if index > self.next {
            self.waiting_bytes = self.waiting_bytes.saturating_add(text.len() as u64);
            self.waiting.insert(index, (which, text));
            return self.hold();
        }
        self.append(which, &text);
        self.next = self.next.max(index + 1);
        while let Some((which, text)) = self.waiting.remove(&self.next) {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(text.len() as u64);
            self.append(which, &text);
            self.next += 1;
        }
        self.hold()
    }

    /// Takes the input of a child that never begins.
    pub(crate) fn add_pending(&mut self, description: &Value) -> Result<(), Failure> {
        self.append(PENDING, &description.to_json());
        self.hold()
    }

    fn append(&mut self, which: usize, text: &str) {
        if let Some(file) = self.files.get_mut(which) {
            file.append(text);
        }
    }

    fn unwritten_bytes(&self) -> u64 {
        self.files.iter().map(|file| file.text.len() as u64).sum()
    }

    fn hold(&mut self) -> Result<(), Failure> {
        let bytes = self.waiting_bytes.saturating_add(self.unwritten_bytes());
        Ok(self.held.set(bytes)?)
    }

    pub(crate) fn has_room(&self) -> bool {
        self.waiting_bytes < WAITING_BYTES.min(self.held.left())
    }

    /// Whether so much waits for the storage that no child may begin before a part is written.
    pub(crate) fn is_behind(&self) -> bool {
        let most = self.held.left().min(2 * PART_BYTES as u64);
        self.writing.is_some() && self.unwritten_bytes() >= most
    }

    /// Writes parts that are long enough. Ready only if that has failed.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Failure> {
        loop {
            if let Some((which, writing)) = &mut self.writing {
                let which = *which;
                let Poll::Ready(written) = writing.poll_unpin(cx) else { return Poll::Pending };
                self.writing = None;
                match (written, self.files.get_mut(which)) {
                    (Ok(written), Some(file)) => file.take(written),
                    (Ok(_), None) => {}
                    (Err(failure), _) => {
                        self.failure = Some(failure.clone());
                        return Poll::Ready(failure);
                    }
                }
            }
            let Some(which) = self.files.iter().position(|file| file.has_part(PART_BYTES)) else {
                return Poll::Pending;
            };
            self.begin(which, false);
        }
    }

    /// Writes the parts that are long enough, and waits until they are written.
    pub(crate) async fn write_parts(&mut self) -> Result<(), Failure> {
        poll_fn(|cx| match self.poll(cx) {
            Poll::Ready(failure) => Poll::Ready(Err(failure)),
            Poll::Pending if self.writing.is_none() => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        })
        .await?;
        self.hold()
    }

    /// Begins to write what there is of a file.
    fn begin(&mut self, which: usize, is_last: bool) {
        let Some(file) = self.files.get_mut(which) else { return };
        let (key, upload, text, ends) = file.begin(is_last);
        self.writing = Some((which, Box::pin(store(self.desk, key, upload, text, ends))));
    }

    /// Writes what is left, and a manifest of all files. Returns the result of the state.
    pub(crate) async fn end(mut self) -> Result<Value, Failure> {
        let written = match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.write_rest().await,
        };
        if written.is_err() {
            for file in &mut self.files {
                file.abandon(self.desk).await;
            }
        }
        written?;
        self.write_manifest().await
    }

    async fn write_rest(&mut self) -> Result<(), Failure> {
        for (which, text) in std::mem::take(&mut self.waiting).into_values() {
            self.append(which, &text);
        }
        for which in 0..self.files.len() {
            loop {
                if let Some((at, writing)) = self.writing.take() {
                    let written = writing.await?;
                    if let Some(file) = self.files.get_mut(at) {
                        file.take(written);
                    }
                }
                if self.files.get(which).is_none_or(ResultFile::is_ended) {
                    break;
                }
                self.begin(which, true);
            }
        }
        Ok(())
    }

    async fn write_manifest(&mut self) -> Result<Value, Failure> {
        let mut files = asl_value::Object::new();
        for which in [FAILED, PENDING, SUCCEEDED] {
            if let Some(file) = self.files.get_mut(which) {
                files.insert(file.name, Value::Array(std::mem::take(&mut file.entries).into()));
            }
        }
        let (bucket, arn) = (self.desk.bucket(), self.map_run.arn());
        let manifest = json!({"DestinationBucket": (bucket.clone()), "MapRunArn": arn, "ResultFiles": Value::Object(files)});
        let key = self.desk.key("manifest.json");
        self.desk.put(&key, manifest.to_json()).await?;
        Ok(json!({"MapRunArn": arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}))
    }
}

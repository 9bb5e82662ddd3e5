//! [`Export`]: the files of a `ResultWriter`, written while children run.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use asl_value::{Text, Value, json};
use futures_util::FutureExt;

use super::ended_child::{ChildResult, EndedChild};
use super::form::Form;
use super::index_ranges::IndexRanges;
use super::notes::MapRunNotes;
use super::result_file::{Desk, Part, ResultFile, Written, store};
use crate::budget::Held;
use crate::map_run::ChildStatus;
use crate::{Failure, MapRun};

/// How much memory results may take that wait to be written. A child that takes long keeps those after it waiting: the
/// files have the order of the items.
const WAITING_BYTES: u64 = 32 << 20;

/// What a result takes that waits, besides its text.
const WAITING_RESULT_BYTES: u64 = 128;

/// A part is written as soon as there are as many bytes. S3 takes parts of 5 MiB or more.
const PART_BYTES: usize = 8 << 20;

type Writing<'a> = Pin<Box<dyn Future<Output = Result<Written, Failure>> + Send + 'a>>;

/// The files of a `ResultWriter`, one after the other for each status, and a manifest of them.
///
/// In a Map Run that keeps notes, a result leaves its note for the text of a file, and the text is kept until it is
/// written. A redrive goes on with the files of those that succeeded, and writes the others anew.
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
    /// The children whose results an earlier run has written.
    written: IndexRanges,
    /// The place of the child whose result is missing.
    next: usize,
    waiting_bytes: u64,
    /// Why nothing more can be written.
    failure: Option<Failure>,
    held: Held,
    /// Only in an execution that keeps a checkpoint.
    notes: Option<&'a MapRunNotes>,
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
        notes: Option<&'a MapRunNotes>,
    ) -> Export<'a> {
        let files = ["FAILED", "SUCCEEDED", "PENDING"].map(|name| ResultFile::new(name, has_lines));
        let mut export = Export {
            desk,
            map_run,
            form,
            has_lines,
            files,
            writing: None,
            waiting: BTreeMap::new(),
            written: IndexRanges::default(),
            next: 0,
            waiting_bytes: 0,
            failure: None,
            held,
            notes,
        };
        if let Some(notes) = notes {
            let (written, kept) = notes.begin_export(desk.arguments);
            export.next = written.end_of(0).unwrap_or(0);
            export.written = written;
            let ending = export.files.get_mut(SUCCEEDED).and_then(|file| file.resume(kept));
            if let Some(part) = ending {
                export.write(SUCCEEDED, part);
            }
        }
        export
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
            self.waiting_bytes = self.waiting_bytes.saturating_add(waiting_bytes(&text));
            self.waiting.insert(index, (which, text));
            return self.hold();
        }
        self.append_result(index, which, &text);
        self.pass(index);
        while let Some((which, text)) = self.waiting.remove(&self.next) {
            self.waiting_bytes = self.waiting_bytes.saturating_sub(waiting_bytes(&text));
            self.append_result(self.next, which, &text);
            self.pass(self.next);
        }
        self.hold()
    }

    /// The result of the child at `index` is not missing any more.
    fn pass(&mut self, index: usize) {
        self.next = self.next.max(index + 1);
        self.next = self.written.end_of(self.next).unwrap_or(self.next);
    }

    /// From here on, the result is in the text of a file and not in the note of the child.
    fn append_result(&mut self, index: usize, which: usize, text: &str) {
        self.append(which, text);
        if let Some(notes) = self.notes.filter(|_| which == SUCCEEDED) {
            notes.export(index);
        }
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
        self.files.iter().map(ResultFile::unwritten_bytes).sum()
    }

    fn hold(&mut self) -> Result<(), Failure> {
        let files = self.files.iter().map(ResultFile::memory_bytes);
        Ok(self.held.set(files.fold(self.waiting_bytes, u64::saturating_add))?)
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
        if let Some(failure) = &self.failure {
            return Poll::Ready(failure.clone());
        }
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
                return self.hold().map_or_else(Poll::Ready, |()| Poll::Pending);
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
        if let Some(part) = self.files.get_mut(which).map(|file| file.part(is_last)) {
            self.write(which, part);
        }
    }

    fn write(&mut self, which: usize, part: Part) {
        self.writing = Some((which, Box::pin(store(self.desk, part))));
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
        for (index, (which, text)) in std::mem::take(&mut self.waiting) {
            self.append_result(index, which, &text);
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
            if let Some(file) = self.files.get(which) {
                files.insert(file.name, file.entries.iter().cloned().collect::<Value>());
            }
        }
        let (bucket, arn) = (self.desk.bucket(), self.map_run.arn());
        let manifest = json!({"DestinationBucket": (bucket.clone()), "MapRunArn": arn, "ResultFiles": Value::Object(files)});
        let key = self.desk.key("manifest.json");
        self.desk.put(&key, manifest.to_json()).await?;
        Ok(json!({"MapRunArn": arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}))
    }
}

fn waiting_bytes(text: &Text) -> u64 {
    WAITING_RESULT_BYTES.saturating_add(text.len() as u64)
}

/// However the Map Run ends, a redrive goes on with what is written.
impl Drop for Export<'_> {
    fn drop(&mut self) {
        if let (Some(notes), Some(file)) = (self.notes, self.files.get_mut(SUCCEEDED)) {
            notes.keep_file(std::mem::take(file).into_kept());
        }
    }
}

//! [`ResultFile`]: a file of a `ResultWriter` that is being written.

use asl_model::error_name;
use asl_value::{Object, Text, Value, json};

use super::kept_file::{KeptFile, Upload};
use crate::clock::Timeline;
use crate::{Failure, MapRun, ObjectStore, UploadPart};

/// Documented: the size of a file of results.
const MOST_FILE_BYTES: u64 = 5_000_000_000;

/// Where the files are written.
#[derive(Clone, Copy)]
pub(crate) struct Desk<'a> {
    pub(crate) storage: &'a dyn ObjectStore,
    pub(crate) timeline: &'a Timeline,
    /// `Bucket`, `Prefix`, and others.
    pub(crate) arguments: &'a Object,
    /// `prefix/7b1c0d2e-5f64-4a0b-9c3d-2e1f00a9b8c7`
    pub(crate) folder: &'a str,
}

/// The folder of the files of a Map Run.
pub(crate) fn folder(arguments: &Value, map_run: &MapRun) -> String {
    let prefix = arguments.get("Prefix").and_then(Value::as_str).unwrap_or_default();
    match prefix.trim_end_matches('/') {
        "" => map_run.id().to_owned(),
        prefix => format!("{prefix}/{}", map_run.id()),
    }
}

impl<'a> Desk<'a> {
    /// Where the arguments of a `ResultWriter` say.
    pub(crate) fn new(
        storage: Option<&'a dyn ObjectStore>,
        timeline: &'a Timeline,
        arguments: &'a Value,
        folder: &'a str,
    ) -> Result<Desk<'a>, Failure> {
        let storage = storage.ok_or_else(|| failed("no storage is configured for the ResultWriter"))?;
        let bucket = arguments.get("Bucket").and_then(Value::as_str);
        match (bucket, arguments) {
            (Some(_), Value::Object(arguments)) => Ok(Desk { storage, timeline, arguments, folder }),
            _ => Err(failed("the ResultWriter has no Bucket")),
        }
    }

    pub(crate) fn bucket(&self) -> Value {
        self.arguments.get("Bucket").cloned().unwrap_or_default()
    }

    /// The key of a file.
    pub(crate) fn key(&self, name: &str) -> String {
        format!("{}/{name}", self.folder)
    }

    /// Whether there is an object of as many bytes.
    async fn has(&self, key: &str, bytes: u64) -> bool {
        let mut object = Object::new();
        object.insert("Bucket", self.bucket());
        object.insert("Key", key.into());
        self.storage.read(&object, 0..1, None).await.is_ok_and(|part| part.total_bytes == bytes)
    }

    fn object(&self, key: &str) -> Object {
        let mut object = self.arguments.clone();
        object.remove("Prefix");
        object.insert("Key", key.into());
        object
    }

    /// Writes an object as a whole.
    pub(crate) async fn put(&self, key: &str, text: String) -> Result<(), Failure> {
        let _in_flight = self.timeline.in_flight();
        self.storage.put(&self.object(key), text).await.map_err(unwritten)
    }
}

/// The files of one status. One is open; when it is full, another one follows.
#[derive(Default)]
pub(crate) struct ResultFile {
    pub(crate) name: &'static str,
    has_lines: bool,
    /// The number of the open file.
    number: usize,
    /// What is not written yet of the open file.
    text: String,
    /// What is written of it.
    upload: Option<Upload>,
    /// What is being written, or could not be.
    writing: Option<Writing>,
    /// Whether the storage takes objects only as a whole.
    is_whole: bool,
    /// The files that are complete, as the manifest lists them.
    pub(crate) entries: Vec<Value>,
    /// Whether a redrive goes on with these files.
    is_kept: bool,
    /// The text of the last file, if it was written as a whole: a redrive writes it again, with what it adds.
    rewritten: Option<String>,
}

/// A part that is being written.
struct Writing {
    bytes: u64,
    /// Whether the file ends with it.
    is_last: bool,
    /// What is written before it, and its text without the end of an array, if a redrive goes on with these files.
    kept: Option<(Option<Upload>, String)>,
}

/// What is to be written of a file.
pub(crate) struct Part {
    key: String,
    /// What is written before it.
    upload: Option<Upload>,
    text: String,
    /// Whether the file ends with it.
    is_last: bool,
    /// Whether a redrive goes on with the upload if the part cannot be written.
    is_kept: bool,
    /// Whether an earlier run may have written it, and ended the file.
    is_again: bool,
}

/// What has been written.
pub(crate) enum Written {
    /// A part.
    Part(Upload),
    /// The last part of an object, which has this key and as many bytes.
    Last(String, u64),
    /// An object as a whole, which has this key and as many bytes.
    Whole(String, u64),
    /// Nothing: the storage takes objects only as a whole.
    Nothing(String),
}

impl ResultFile {
    pub(crate) fn new(name: &'static str, has_lines: bool) -> ResultFile {
        ResultFile { name, has_lines, ..ResultFile::default() }
    }

    /// Goes on with what an earlier run has written. Returns what must be written before anything else: the end of the
    /// file that was being ended.
    pub(crate) fn resume(&mut self, kept: KeptFile) -> Option<Part> {
        let KeptFile { entries, upload, last, text } = kept;
        (self.is_kept, self.number, self.entries) = (true, entries.len(), entries);
        (self.text, self.upload) = (last.clone().unwrap_or_default(), upload);
        let ending = last.map(|_| Part { is_again: true, ..self.part(true) });
        self.text.push_str(&text);
        ending
    }

    /// What a redrive needs to go on.
    pub(crate) fn into_kept(mut self) -> KeptFile {
        if let Some(text) = self.rewritten {
            self.entries.pop();
            return KeptFile { entries: self.entries, text, ..KeptFile::default() };
        }
        let (entries, text) = (self.entries, self.text);
        match self.writing {
            Some(Writing { kept: Some((upload, last)), is_last, .. }) => match is_last && upload.is_some() {
                true => KeptFile { entries, upload, last: Some(last), text },
                false => KeptFile { entries, upload, last: None, text: last + &text },
            },
            _ => KeptFile { entries, upload: self.upload, last: None, text },
        }
    }

    fn key(&self) -> String {
        // Documented: this suffix, also for lines of JSON.
        format!("{}_{}.json", self.name, self.number)
    }

    /// How much text is not being written yet.
    pub(crate) fn unwritten_bytes(&self) -> u64 {
        self.text.len() as u64
    }

    /// How much memory the text takes.
    pub(crate) fn memory_bytes(&self) -> u64 {
        let writing = self.writing.as_ref().map_or(0, |part| match &part.kept {
            Some((_, text)) => part.bytes + text.len() as u64,
            None => part.bytes,
        });
        self.unwritten_bytes().saturating_add(writing)
    }

    /// What is between two results.
    fn separator(&self) -> &'static str {
        if self.has_lines { "\n" } else { "," }
    }

    /// Whether nothing is left to write.
    pub(crate) fn is_ended(&self) -> bool {
        self.text.is_empty() && self.upload.is_none()
    }

    /// Appends a result.
    pub(crate) fn append(&mut self, result: &str) {
        if result.is_empty() {
            return;
        }
        match (self.is_ended() && !self.is_open(), self.has_lines) {
            (false, _) => self.text.push_str(self.separator()),
            (true, false) => self.text.push('['),
            (true, true) => {}
        }
        self.text.push_str(result);
    }

    /// Whether a part of as many bytes can be written.
    pub(crate) fn has_part(&self, bytes: usize) -> bool {
        self.text.len() >= bytes && !self.is_whole
    }

    /// Whether a part is being written that the file does not end with.
    fn is_open(&self) -> bool {
        self.writing.as_ref().is_some_and(|part| !part.is_last)
    }

    /// Takes what there is to write.
    pub(crate) fn part(&mut self, is_last: bool) -> Part {
        let written = self.upload.as_ref().map_or(0, |upload| upload.bytes);
        let is_last =
            is_last || written.saturating_add(self.text.len() as u64) > MOST_FILE_BYTES - ROOM_BYTES;
        let (mut text, upload) = (std::mem::take(&mut self.text), self.upload.take());
        let kept = self.is_kept.then(|| (upload.clone(), text.clone()));
        if is_last && !self.has_lines {
            text.push(']');
        }
        let bytes = text.len() as u64;
        self.writing = Some(Writing { bytes, is_last, kept });
        Part { key: self.key(), upload, text, is_last, is_kept: self.is_kept, is_again: false }
    }

    /// Gives up what is written of the open file, unless a redrive goes on with it.
    pub(crate) async fn abandon(&mut self, desk: Desk<'_>) {
        let Some(upload) = self.upload.take_if(|_| !self.is_kept) else { return };
        let key = desk.key(&self.key());
        let _in_flight = desk.timeline.in_flight();
        desk.storage.abandon_upload(&desk.object(&key), &upload.name).await;
    }

    /// Notes what has been written.
    pub(crate) fn take(&mut self, written: Written) {
        let part = self.writing.take();
        match written {
            Written::Part(upload) => self.upload = Some(upload),
            Written::Last(key, bytes) => self.ended(&key, bytes),
            Written::Whole(key, bytes) => {
                self.ended(&key, bytes);
                self.rewritten = part.and_then(|part| part.kept).map(|(_, text)| text);
            }
            Written::Nothing(text) => {
                self.is_whole = true;
                self.text.insert_str(0, &text);
            }
        }
    }

    fn ended(&mut self, key: &str, bytes: u64) {
        self.entries.push(json!({"Key": key, "Size": bytes}));
        self.number += 1;
    }
}

/// The next part, and a little more.
const ROOM_BYTES: u64 = 64 << 20;

/// Writes a part of a file, or all of it.
pub(crate) async fn store(desk: Desk<'_>, part: Part) -> Result<Written, Failure> {
    let Part { key, upload, text, is_last, is_kept, is_again } = part;
    let key = desk.key(&key);
    let bytes = text.len() as u64;
    if is_last && upload.is_none() {
        desk.put(&key, text).await?;
        return Ok(Written::Whole(key, bytes));
    }
    let _in_flight = desk.timeline.in_flight();
    let (storage, object) = (desk.storage, desk.object(&key));
    let is_known = is_kept && upload.is_some();
    let mut upload = match upload {
        Some(upload) => upload,
        None => match storage.begin_upload(&object).await.map_err(unwritten)? {
            Some(name) => Upload { name, tags: Vec::new(), bytes: 0 },
            None => return Ok(Written::Nothing(text)),
        },
    };
    let total_bytes = upload.bytes.saturating_add(bytes);
    let stored = store_part(storage, &object, &mut upload, text, is_last).await;
    if stored.is_err() && is_again && desk.has(&key, total_bytes).await {
        return Ok(Written::Last(key, total_bytes));
    }
    if stored.is_err() && !is_known {
        storage.abandon_upload(&object, &upload.name).await;
    }
    stored.map_err(unwritten)?;
    Ok(if is_last { Written::Last(key, upload.bytes) } else { Written::Part(upload) })
}

async fn store_part(
    storage: &dyn ObjectStore,
    object: &Object,
    upload: &mut Upload,
    text: String,
    is_last: bool,
) -> Result<(), Failure> {
    let bytes = text.len() as u64;
    if bytes > 0 {
        let number = u32::try_from(upload.tags.len()).unwrap_or(u32::MAX).saturating_add(1);
        let part = UploadPart { number, offset: upload.bytes, body: text };
        let tag = storage.upload(object, &upload.name, part).await?;
        upload.tags.push(tag);
        upload.bytes = upload.bytes.saturating_add(bytes);
    }
    match is_last {
        true => storage.finish_upload(object, &upload.name, &upload.tags).await,
        false => Ok(()),
    }
}

/// What storage reports, as a failure of the writer.
fn unwritten(failure: Failure) -> Failure {
    failed(failure.cause.unwrap_or_default())
}

/// `States.ResultWriterFailed`
pub(crate) fn failed(cause: impl Into<Text>) -> Failure {
    Failure::new(error_name::RESULT_WRITER_FAILED, cause)
}

//! [`ResultFile`]: a file of a `ResultWriter` that is being written.

use asl_model::error_name;
use asl_value::{Object, Text, Value, json};

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
pub(crate) struct ResultFile {
    pub(crate) name: &'static str,
    has_lines: bool,
    /// The number of the open file.
    number: usize,
    /// What is not written yet of the open file.
    pub(crate) text: String,
    /// What is written of it.
    upload: Option<Upload>,
    /// Whether a part is being written.
    is_busy: bool,
    /// Whether the storage takes objects only as a whole.
    is_whole: bool,
    /// The files that are complete, as the manifest lists them.
    pub(crate) entries: Vec<Value>,
}

/// An object that is written in parts.
#[derive(Clone)]
pub(crate) struct Upload {
    name: Text,
    tags: Vec<Text>,
    bytes: u64,
}

/// What has been written.
pub(crate) enum Written {
    /// A part.
    Part(Upload),
    /// The last part, or the whole object, which has this key and as many bytes.
    All(String, u64),
    /// Nothing: the storage takes objects only as a whole.
    Nothing(String),
}

impl ResultFile {
    pub(crate) fn new(name: &'static str, has_lines: bool) -> ResultFile {
        ResultFile {
            name,
            has_lines,
            number: 0,
            text: String::new(),
            upload: None,
            is_busy: false,
            is_whole: false,
            entries: Vec::new(),
        }
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
        match (self.is_ended() && !self.is_busy, self.has_lines) {
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

    /// Takes what there is to write: its key, what is written of it, and whether the file then ends.
    pub(crate) fn begin(&mut self, is_last: bool) -> (String, Option<Upload>, String, bool) {
        // Documented: this suffix, also for lines of JSON.
        let key = format!("{}_{}.json", self.name, self.number);
        let written = self.upload.as_ref().map_or(0, |upload| upload.bytes);
        let is_last =
            is_last || written.saturating_add(self.text.len() as u64) > MOST_FILE_BYTES - ROOM_BYTES;
        let mut text = std::mem::take(&mut self.text);
        if is_last && !self.has_lines {
            text.push(']');
        }
        self.is_busy = !is_last;
        (key, self.upload.take(), text, is_last)
    }

    /// Gives up what is written of the open file.
    pub(crate) async fn abandon(&mut self, desk: Desk<'_>) {
        let Some(upload) = self.upload.take() else { return };
        let key = desk.key(&format!("{}_{}.json", self.name, self.number));
        let _in_flight = desk.timeline.in_flight();
        desk.storage.abandon_upload(&desk.object(&key), &upload.name).await;
    }

    /// Notes what has been written.
    pub(crate) fn take(&mut self, written: Written) {
        self.is_busy = false;
        match written {
            Written::Part(upload) => self.upload = Some(upload),
            Written::All(key, bytes) => {
                self.entries.push(json!({"Key": key, "Size": bytes}));
                self.number += 1;
            }
            Written::Nothing(text) => {
                self.is_whole = true;
                self.text.insert_str(0, &text);
            }
        }
    }
}

/// The next part, and a little more.
const ROOM_BYTES: u64 = 64 << 20;

/// Writes a part of a file, or all of it.
pub(crate) async fn store(
    desk: Desk<'_>,
    name: String,
    upload: Option<Upload>,
    text: String,
    is_last: bool,
) -> Result<Written, Failure> {
    let key = desk.key(&name);
    let bytes = text.len() as u64;
    if is_last && upload.is_none() {
        desk.put(&key, text).await?;
        return Ok(Written::All(key, bytes));
    }
    let _in_flight = desk.timeline.in_flight();
    let (storage, object) = (desk.storage, desk.object(&key));
    let mut upload = match upload {
        Some(upload) => upload,
        None => match storage.begin_upload(&object).await.map_err(unwritten)? {
            Some(name) => Upload { name, tags: Vec::new(), bytes: 0 },
            None => return Ok(Written::Nothing(text)),
        },
    };
    let stored = store_part(storage, &object, &mut upload, text, is_last).await;
    if stored.is_err() {
        storage.abandon_upload(&object, &upload.name).await;
    }
    stored.map_err(unwritten)?;
    Ok(if is_last { Written::All(key, upload.bytes) } else { Written::Part(upload) })
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

//! [`Checkpoints`]: where executions that have run out of time are kept, so that another invocation goes on with them.

use std::fmt;

use asl_engine::{Checkpoint, DefinitionHash, Failure, JournalErrorKind, ObjectStore};
use asl_model::error_name;
use asl_query::sfn;
use asl_value::{Object, Text, Value, json};

use crate::SettingError;

/// The folder in S3 in which executions are kept that have run out of time: `s3://bucket/prefix`.
///
/// The name of an object there ends with the SHA-256 of its content, so none is ever replaced, and one that was changed is
/// refused.
///
/// ```
/// use asl_lambda::Checkpoints;
/// assert_eq!(Checkpoints::parse("s3://data/runs/").unwrap().to_string(), "s3://data/runs");
/// assert!(Checkpoints::parse("/tmp").is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoints {
    bucket: Text,
    /// Without a slash at its end.
    prefix: Text,
}

/// The member of an event that names what is kept.
const CONTINUES: &str = "asl-continue-map";

/// How long the largest execution may be that is read, if the memory of the function is not known.
const MOST_BYTES: u64 = 1 << 30;

impl Checkpoints {
    /// Parses the setting.
    ///
    /// # Errors
    /// It does not begin with `s3://` and a bucket.
    pub fn parse(text: &str) -> Result<Checkpoints, SettingError> {
        let place = text.strip_prefix("s3://").unwrap_or_default();
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        match bucket {
            "" => Err(SettingError::new(format!("expected `s3://BUCKET/PREFIX`, found `{text}`"))),
            bucket => Ok(Checkpoints { bucket: bucket.into(), prefix: prefix.trim_end_matches('/').into() }),
        }
    }

    /// Keeps the checkpoint of an execution of this name, and returns the place of it.
    pub(crate) async fn put(
        &self,
        storage: &dyn ObjectStore,
        checkpoint: &Checkpoint,
        definition: &DefinitionHash,
    ) -> Result<Text, Failure> {
        let unkept = || runtime("the execution is at a place that cannot be kept".to_owned());
        let text = checkpoint.to_value(definition).ok_or_else(unkept)?.to_json();
        let name = &checkpoint.identity().execution_name;
        let place = format!("{self}/{name}-{}.json", digest(text.as_bytes()));
        storage.put(&self.object(&place), text).await?;
        Ok(place.into())
    }

    /// Reads the checkpoint at a place in the folder.
    pub(crate) async fn get(
        &self,
        storage: &dyn ObjectStore,
        place: &str,
        most_bytes: Option<u64>,
        definition: &DefinitionHash,
    ) -> Result<Checkpoint, Failure> {
        let refused = |problem: &dyn fmt::Display| runtime(format!("`{place}` {problem}"));
        let expected = self.digest_of(place);
        let outside = || refused(&format_args!("is not what this function has kept in {self}"));
        let expected = expected.ok_or_else(outside)?;
        let most_bytes = most_bytes.unwrap_or(MOST_BYTES);
        let bytes = storage.get(&self.object(place), most_bytes).await.map_err(|failure| {
            let cause = format!("`{place}`: {}", failure.cause.as_deref().unwrap_or_default());
            Failure::from_parts(failure.error, Some(cause.into()))
        })?;
        if bytes.len() as u64 > most_bytes {
            return Err(refused(&format_args!("has more than {most_bytes} bytes")));
        }
        if digest(&bytes) != expected {
            return Err(refused(&"was changed after the function had kept it"));
        }
        let unreadable = |problem: &dyn fmt::Display| refused(&format_args!("cannot be read: {problem}"));
        let document = Value::parse_slice(&bytes).map_err(|error| unreadable(&error))?;
        drop(bytes);
        Checkpoint::read(document, definition).map_err(|error| match error.kind() {
            JournalErrorKind::Definition => refused(&"belongs to another version of the definition"),
            _ => unreadable(&error),
        })
    }

    /// The digest in the name of a place. `None` if it is none of the folder.
    fn digest_of<'p>(&self, place: &'p str) -> Option<&'p str> {
        let name = place.strip_prefix(&format!("{self}/"))?;
        let (_, digest) = name.strip_suffix(".json")?.rsplit_once('-')?;
        (!name.contains('/')).then_some(digest)
    }

    fn object(&self, place: &str) -> Object {
        let key = place.strip_prefix(&format!("s3://{}/", self.bucket)).unwrap_or(place);
        let mut object = Object::new();
        object.insert("Bucket", (&self.bucket).into());
        object.insert("Key", key.into());
        object
    }
}

/// The place that an event names: `{"asl-continue-map": "s3://bucket/prefix/name.json"}`. `None` for any other event.
pub(crate) fn named(event: &Value) -> Option<Text> {
    event.get(CONTINUES)?.as_text().cloned()
}

/// The event that goes on with what is kept at a place.
pub(crate) fn event(place: &Text) -> Value {
    json!({CONTINUES: place})
}

/// What the cause of an execution says that has run out of time.
pub(crate) fn hint(cause: Option<&Text>, place: &Text) -> Text {
    let cause = cause.map(|cause| format!("{cause}; ")).unwrap_or_default();
    format!("{cause}{HINT}{} goes on with it", event(place).to_json()).into()
}

const HINT: &str = "what is done is kept: the event ";

/// A cause without its hint.
pub(crate) fn without_hint(cause: &str) -> Option<&str> {
    let cause = cause.split_once(HINT).map_or(cause, |(cause, _)| cause);
    Some(cause.strip_suffix("; ").unwrap_or(cause)).filter(|cause| !cause.is_empty())
}

fn digest(bytes: &[u8]) -> String {
    sfn::hash(bytes, "SHA-256").unwrap_or_default()
}

pub(crate) fn runtime(cause: String) -> Failure {
    Failure::new(error_name::RUNTIME, cause)
}

/// `s3://bucket/prefix`
impl fmt::Display for Checkpoints {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.bucket)?;
        match self.prefix.as_str() {
            "" => Ok(()),
            prefix => write!(f, "/{prefix}"),
        }
    }
}

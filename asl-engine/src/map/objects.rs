//! [`Objects`]: the files that an `ItemReader` reads one after the other.

use asl_model::{Arn, ReaderConfig};
use asl_value::{Object, Text, Value};

use super::bytes::Bytes;
use super::json::json;
use super::parts::{Parts, Shelf, failed, unreadable};
use crate::Failure;
use crate::budget::Held;

/// The files that an `ItemReader` reads one after the other: one, those in a bucket, or those that a manifest lists.
pub(crate) enum Objects<'a> {
    One(Option<Object>),
    Listed(Listing<'a>),
    /// Those of an S3 inventory.
    Inventory(std::vec::IntoIter<Object>),
    /// The lines of a manifest of Athena.
    Athena(Box<Bytes<'a>>),
}

/// The objects of a bucket, page after page.
pub(crate) struct Listing<'a> {
    shelf: Shelf<'a>,
    arguments: Object,
    page: std::vec::IntoIter<Value>,
    /// The token of the next page; outside `None` if there is none.
    next: Option<Option<Text>>,
    /// The memory of the page.
    held: Held,
}

impl<'a> Objects<'a> {
    /// The files that `arguments` name. The `config` becomes that of each of them.
    pub(crate) async fn of(
        shelf: Shelf<'a>,
        arguments: Object,
        config: &mut ReaderConfig,
        held: &Held,
    ) -> Result<Objects<'a>, Failure> {
        let bytes = |object| Bytes::of(Parts::of(shelf, object), shelf.limits.reader_bytes, held.another());
        match (config.manifest_type.as_deref(), config.input_type.as_deref()) {
            (Some("ATHENA_DATA"), _) => Ok(Objects::Athena(Box::new(bytes(arguments)?))),
            (Some("S3_INVENTORY"), _) | (None, Some("MANIFEST")) => {
                let mut manifest = bytes(arguments)?;
                let manifest = json(manifest.rest().await?, &mut held.another())?;
                inventory(&manifest, config).map(|objects| Objects::Inventory(objects.into_iter()))
            }
            _ => Ok(Objects::One(Some(arguments))),
        }
    }

    /// The next file; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Result<Option<Object>, Failure> {
        match self {
            Objects::One(object) => Ok(object.take()),
            Objects::Inventory(objects) => Ok(objects.next()),
            Objects::Listed(listing) => {
                while let Some(listed) = listing.next().await? {
                    if let Some(key) = listed.get("Key") {
                        return Ok(Some(with_key(&listing.arguments, key.clone())));
                    }
                }
                Ok(None)
            }
            Objects::Athena(manifest) => {
                while let Some(length) = manifest.line().await? {
                    let object = located_by(manifest.text(length)?.trim()).transpose()?;
                    manifest.consume(length);
                    if object.is_some() {
                        return Ok(object);
                    }
                }
                Ok(None)
            }
        }
    }
}

impl<'a> Listing<'a> {
    pub(crate) fn new(shelf: Shelf<'a>, arguments: Object, held: Held) -> Listing<'a> {
        Listing { shelf, arguments, page: Vec::new().into_iter(), next: Some(None), held }
    }

    /// The next object; `None` after the last one.
    pub(crate) async fn next(&mut self) -> Result<Option<Value>, Failure> {
        loop {
            if let Some(object) = self.page.next() {
                return Ok(Some(object));
            }
            let Some(after) = self.next.take() else { return Ok(None) };
            let in_flight = self.shelf.timeline.in_flight();
            let page = self.shelf.storage.list(&self.arguments, after.as_ref()).await.map_err(unreadable)?;
            drop(in_flight);
            self.held.set(page.objects.iter().map(Value::memory_bytes).fold(0, u64::saturating_add))?;
            self.page = page.objects.into_iter();
            self.next = page.next.map(Some);
        }
    }
}

/// The rows of an S3 inventory: CSV files whose headers are in the manifest.
///
/// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html>
fn inventory(manifest: &Value, config: &mut ReaderConfig) -> Result<Vec<Object>, Failure> {
    let text = |name: &str| manifest.get(name).and_then(Value::as_str);
    let (Some("CSV"), Some(schema), Some(bucket), Some(Value::Array(files))) =
        (text("fileFormat"), text("fileSchema"), text("destinationBucket"), manifest.get("files"))
    else {
        return Err(failed("the manifest is not that of an S3 inventory in CSV format"));
    };
    config.input_type = Some("CSV".into());
    config.csv_headers = Some(schema.split(',').map(|name| name.trim().into()).collect());
    let bucket = Arn::parse(bucket).map_or(bucket, |arn| arn.resource);
    let keys = files.iter().filter_map(|file| file.get("key"));
    Ok(keys.map(|key| located(bucket.into(), key.clone())).collect())
}

/// The object that a line of a manifest of Athena names: `"s3://bucket/key"`. A blank line names none.
fn located_by(line: &str) -> Option<Result<Object, Failure>> {
    let place = line.trim_matches('"').strip_prefix("s3://").and_then(|at| at.split_once('/'));
    let unknown = || failed(format!("`{line}` is not the location of an object"));
    let object = place.map(|(bucket, key)| located(bucket.into(), key.into()));
    (!line.is_empty()).then(|| object.ok_or_else(unknown))
}

fn located(bucket: Value, key: Value) -> Object {
    Object::from_distinct(vec![("Bucket".into(), bucket), ("Key".into(), key)])
}

fn with_key(arguments: &Object, key: Value) -> Object {
    let mut object = arguments.clone();
    object.remove("Prefix");
    object.insert("Key", key);
    object
}

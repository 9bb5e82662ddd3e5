//! `ItemReader`: the items of a distributed Map, from storage.

use std::borrow::Cow;

use asl_model::{Arn, ReaderConfig};
use asl_query::Env;
use asl_value::{Object, Text, Value};

use super::dataset::Dataset;
use super::file::{File, failed, json};
use crate::budget::Held;
use crate::program::Reader;
use crate::setting::Setting;
use crate::visit::{Trouble, Visit};
use crate::{Failure, Limits, ObjectStore};

/// What a state asks of its reader.
pub(crate) struct ReadRequest<'a> {
    reader: &'a Reader,
    arguments: Value,
    /// 0 for all items.
    max_items: i64,
}

impl Reader {
    pub(crate) fn request(&self, visit: &Visit<'_>, env: &Env<'_>) -> Result<ReadRequest<'_>, Trouble> {
        let arguments = self.arguments.as_ref().map(|arguments| arguments.eval(env)).transpose()?;
        let max_items = Setting::eval_optional(&self.max_items, env)?.unwrap_or_default();
        let arguments = visit.checked(arguments.unwrap_or_default())?;
        Ok(ReadRequest { reader: self, arguments, max_items })
    }
}

impl ReadRequest<'_> {
    /// Reads the items, but no more than `MaxItems`.
    pub(crate) async fn read(
        &self,
        storage: Option<&dyn ObjectStore>,
        limits: &Limits,
        held: &mut Held,
    ) -> Result<Dataset, Failure> {
        // Recorded.
        let most = usize::try_from(self.max_items).map_err(|_| failed("field MaxItems must be positive"))?;
        let most = if most == 0 { usize::MAX } else { most };
        let storage = storage.ok_or_else(|| failed("no storage is configured for the ItemReader"))?;
        let Value::Object(arguments) = &self.arguments else {
            return Err(failed("the ItemReader has no Bucket"));
        };
        let mut files = Files { storage, config: &self.reader.config, most_bytes: limits.reader_bytes, held };
        let mut dataset = match self.reader.lists {
            true => files.listed(arguments, most).await?,
            false => files.object(arguments, most).await?,
        };
        dataset.truncate(most);
        Ok(dataset)
    }
}

struct Files<'a> {
    storage: &'a dyn ObjectStore,
    config: &'a ReaderConfig,
    most_bytes: u64,
    /// The memory of the items.
    held: &'a mut Held,
}

impl Files<'_> {
    /// The objects of a bucket, or with `LOAD_AND_FLATTEN` the items in them.
    async fn listed(&mut self, arguments: &Object, most: usize) -> Result<Dataset, Failure> {
        let flattens = self.config.transformation.as_deref() == Some("LOAD_AND_FLATTEN");
        let mut objects = Vec::new();
        let mut after = None;
        loop {
            let page = self.storage.list(arguments, after.as_ref()).await.map_err(unreadable)?;
            let bytes = page.objects.iter().map(Value::memory_bytes).fold(0, u64::saturating_add);
            self.held.add(bytes)?;
            objects.extend(page.objects);
            after = page.next;
            if after.is_none() || (!flattens && objects.len() >= most) {
                break;
            }
        }
        if !flattens {
            return Ok(Dataset::of_array(objects.into()).read_from(source(arguments, None)));
        }
        let keys = objects.iter().filter_map(|object| object.get("Key"));
        let objects = keys.map(|key| with_key(arguments, key.clone()));
        self.all(objects, most).await
    }

    /// The items of an object, or of the objects that it lists.
    async fn object(&mut self, arguments: &Object, most: usize) -> Result<Dataset, Failure> {
        match (self.config.manifest_type.as_deref(), self.config.input_type.as_deref()) {
            (Some("ATHENA_DATA"), _) => {
                let manifest = self.text(arguments, &mut self.held.another()).await?;
                let objects = manifest.lines().map(str::trim).filter(|line| !line.is_empty());
                let objects = objects.map(|line| {
                    let place =
                        line.trim_matches('"').strip_prefix("s3://").and_then(|at| at.split_once('/'));
                    let (bucket, key) =
                        place.ok_or_else(|| failed(format!("`{line}` is not the location of an object")))?;
                    Ok(located(bucket.into(), key.into()))
                });
                let objects = objects.collect::<Result<Vec<_>, Failure>>()?;
                self.all(objects.into_iter(), most).await
            }
            (Some("S3_INVENTORY"), _) | (None, Some("MANIFEST")) => {
                let mut text = self.held.another();
                let manifest = json(&self.text(arguments, &mut text).await?, &mut text)?;
                self.inventory(&manifest, most).await
            }
            _ => self.items(arguments, most).await,
        }
    }

    /// The rows of an S3 inventory: CSV files whose headers are in the manifest.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html>
    async fn inventory(&mut self, manifest: &Value, most: usize) -> Result<Dataset, Failure> {
        let text = |name: &str| manifest.get(name).and_then(Value::as_str);
        let (Some("CSV"), Some(schema), Some(bucket), Some(Value::Array(files))) =
            (text("fileFormat"), text("fileSchema"), text("destinationBucket"), manifest.get("files"))
        else {
            return Err(failed("the manifest is not that of an S3 inventory in CSV format"));
        };
        let mut config = self.config.clone();
        config.input_type = Some("CSV".into());
        config.csv_headers = Some(schema.split(',').map(|name| name.trim().into()).collect());
        let bucket = Arn::parse(bucket).map_or(bucket, |arn| arn.resource);
        let keys = files.iter().filter_map(|file| file.get("key"));
        let objects = keys.map(|key| located(bucket.into(), key.clone()));
        let mut files =
            Files { storage: self.storage, config: &config, most_bytes: self.most_bytes, held: self.held };
        files.all(objects, most).await
    }

    /// The items of all these objects.
    async fn all(&mut self, objects: impl Iterator<Item = Object>, most: usize) -> Result<Dataset, Failure> {
        let mut all = Dataset::default();
        for object in objects {
            if all.len() >= most {
                break;
            }
            all.append(self.items(&object, most - all.len()).await?);
        }
        Ok(all)
    }

    /// The first `most` items of one object.
    async fn items(&mut self, object: &Object, most: usize) -> Result<Dataset, Failure> {
        let mut bytes = self.held.another();
        let file = self.file(object, &mut bytes).await?;
        let items = Dataset::read(file, self.config, most, self.held, |_| ())?;
        Ok(items.read_from(source(object, object.get("Key"))))
    }

    async fn text(&self, object: &Object, held: &mut Held) -> Result<String, Failure> {
        self.file(object, held).await?.text(held)
    }

    /// Loads a file into memory, as it is in storage.
    async fn file<'o>(&self, object: &'o Object, held: &mut Held) -> Result<File<'o>, Failure> {
        let most_bytes = self.most_bytes.min(held.left());
        let bytes = self.storage.get(object, most_bytes).await.map_err(unreadable)?;
        held.add(bytes.len() as u64)?;
        let key = object.get("Key").and_then(Value::as_str).unwrap_or_default();
        File::new(key, bytes, self.most_bytes)
    }
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

/// `$$.Map.Item.Source`
fn source(arguments: &Object, key: Option<&Value>) -> Text {
    let text = |value: Option<&Value>| {
        value.and_then(Value::as_str).map_or(Cow::default(), Cow::Borrowed).into_owned()
    };
    let bucket = text(arguments.get("Bucket"));
    match key {
        Some(key) => format!("S3://{bucket}/{}", text(Some(key))).into(),
        None => format!("S3://{bucket}").into(),
    }
}

fn unreadable(failure: Failure) -> Failure {
    failed(failure.cause.unwrap_or_default())
}

//! `ItemReader`: the items of a distributed Map, from storage.

use std::borrow::Cow;
use std::io::Read;

use asl_model::ReaderConfig;
use asl_query::Env;
use asl_value::{Object, Text, Value};
use flate2::read::MultiGzDecoder;

use super::dataset::{Dataset, failed, json};
use crate::interpret::{Trouble, Visit};
use crate::program::{Quantity, Reader};
use crate::{Failure, Limits, ObjectStore};

/// What a state asks its reader for.
pub(crate) struct Request<'a> {
    reader: &'a Reader,
    arguments: Value,
    /// 0 for all.
    max_items: i64,
}

impl Reader {
    pub(crate) fn request(&self, visit: &Visit<'_>, env: &Env<'_>) -> Result<Request<'_>, Trouble> {
        let arguments = self.arguments.as_ref().map(|arguments| arguments.eval(env)).transpose()?;
        let max_items = match &self.max_items {
            None => 0,
            Some(Quantity::Fixed(most)) => i64::try_from(*most).unwrap_or(i64::MAX),
            // The language has checked that it is an integer.
            Some(Quantity::Expr(expr)) => expr.eval(env)?.as_i64().unwrap_or_default(),
        };
        let arguments = visit.checked(arguments.unwrap_or_default())?;
        Ok(Request { reader: self, arguments, max_items })
    }
}

impl Request<'_> {
    /// Reads the items.
    pub(crate) async fn read(
        &self,
        storage: Option<&dyn ObjectStore>,
        limits: &Limits,
    ) -> Result<Dataset, Failure> {
        // Recorded.
        let most = usize::try_from(self.max_items).map_err(|_| failed("field MaxItems must be positive"))?;
        let most = if most == 0 { usize::MAX } else { most };
        let storage =
            storage.ok_or_else(|| failed("there is no storage that the ItemReader could read from"))?;
        let Value::Object(arguments) = &self.arguments else {
            return Err(failed("the ItemReader has no Bucket"));
        };
        let files = Files { storage, config: &self.reader.config, most_bytes: limits.reader_bytes };
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
}

impl Files<'_> {
    /// The objects of a bucket themselves, or with `LOAD_AND_FLATTEN` what is in them.
    async fn listed(&self, arguments: &Object, most: usize) -> Result<Dataset, Failure> {
        let flattens = self.config.transformation.as_deref() == Some("LOAD_AND_FLATTEN");
        let mut objects = Vec::new();
        let mut after = None;
        loop {
            let page = self.storage.list(arguments, after.as_ref()).await.map_err(unreadable)?;
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

    /// The items of an object, or of those that it names.
    async fn object(&self, arguments: &Object, most: usize) -> Result<Dataset, Failure> {
        match (self.config.manifest_type.as_deref(), self.config.input_type.as_deref()) {
            (Some("ATHENA_DATA"), _) => {
                let manifest = self.text(arguments).await?;
                let objects = manifest.lines().map(str::trim).filter(|line| !line.is_empty());
                let objects = objects.map(|line| {
                    let place =
                        line.trim_matches('"').strip_prefix("s3://").and_then(|at| at.split_once('/'));
                    let (bucket, key) =
                        place.ok_or_else(|| failed(format!("not the name of an object: {line}")))?;
                    Ok(located(bucket.into(), key.into()))
                });
                let objects = objects.collect::<Result<Vec<_>, Failure>>()?;
                self.all(objects.into_iter(), most).await
            }
            (Some("S3_INVENTORY"), _) | (None, Some("MANIFEST")) => {
                let manifest = json(&self.text(arguments).await?)?;
                self.inventory(&manifest, most).await
            }
            _ => self.items(arguments).await,
        }
    }

    /// The rows of an S3 inventory: CSV files without headers, which stand in the manifest.
    ///
    /// Source: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory-location.html>
    async fn inventory(&self, manifest: &Value, most: usize) -> Result<Dataset, Failure> {
        let text = |name: &str| manifest.get(name).and_then(Value::as_str);
        let (Some("CSV"), Some(schema), Some(bucket), Some(Value::Array(files))) =
            (text("fileFormat"), text("fileSchema"), text("destinationBucket"), manifest.get("files"))
        else {
            return Err(failed("the manifest is none of an S3 inventory in CSV"));
        };
        let mut config = self.config.clone();
        config.input_type = Some("CSV".into());
        config.csv_headers = Some(schema.split(',').map(|name| name.trim().into()).collect());
        let bucket = bucket.rsplit(':').next().unwrap_or_default();
        let keys = files.iter().filter_map(|file| file.get("key"));
        let objects = keys.map(|key| located(bucket.into(), key.clone()));
        Files { config: &config, ..*self }.all(objects, most).await
    }

    /// The items of all these objects.
    async fn all(&self, objects: impl Iterator<Item = Object>, most: usize) -> Result<Dataset, Failure> {
        let mut all = Dataset::default();
        for object in objects {
            if all.len() >= most {
                break;
            }
            all.append(self.items(&object).await?);
        }
        Ok(all)
    }

    /// The items of one object.
    async fn items(&self, object: &Object) -> Result<Dataset, Failure> {
        let items = Dataset::parse(&self.text(object).await?, self.config, |_| ())?;
        Ok(items.read_from(source(object, object.get("Key"))))
    }

    async fn text(&self, object: &Object) -> Result<String, Failure> {
        let bytes = self.storage.get(object, self.most_bytes).await.map_err(unreadable)?;
        let key = object.get("Key").and_then(Value::as_str).unwrap_or_default();
        let text = String::from_utf8(inflated(key, bytes, self.most_bytes)?);
        text.map_err(|_| failed(format!("the object {key} is no UTF-8 text")))
    }
}

/// The bytes of a file that may be compressed, as its name says.
fn inflated(key: &str, bytes: Vec<u8>, most_bytes: u64) -> Result<Vec<u8>, Failure> {
    let bytes = match key.rsplit('.').next() {
        Some("gz") => {
            let mut inflated = Vec::new();
            // One byte more tells that there are too many.
            let mut decoder = MultiGzDecoder::new(bytes.as_slice()).take(most_bytes.saturating_add(1));
            let read = decoder.read_to_end(&mut inflated);
            read.map_err(|error| failed(format!("the object {key} cannot be inflated: {error}")))?;
            inflated
        }
        Some("zst" | "zstd") => {
            return Err(failed(format!("the object {key} is compressed with zstd, which is not read yet")));
        }
        _ => bytes,
    };
    match bytes.len() as u64 > most_bytes {
        true => Err(failed(format!("the object {key} has more than {most_bytes} bytes"))),
        false => Ok(bytes),
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    #[track_caller]
    fn check(key: &str, bytes: Vec<u8>, expected: Result<&str, &str>) {
        let found = inflated(key, bytes, 8).map_err(|failure| failure.cause.unwrap_or_default().to_string());
        let expected = expected.map(|text| text.as_bytes().to_vec()).map_err(str::to_owned);
        assert_eq!(found, expected);
    }

    #[test]
    fn files_are_inflated_within_the_limit() {
        check("a.csv", b"a,b".to_vec(), Ok("a,b"));
        check("a.csv.gz", gzip("a,b"), Ok("a,b"));
        check("two.gz", [gzip("a,"), gzip("b")].concat(), Ok("a,b"));
        check("a.csv", b"123456789".to_vec(), Err("the object a.csv has more than 8 bytes"));
        check("bomb.gz", gzip(&"0".repeat(1 << 20)), Err("the object bomb.gz has more than 8 bytes"));
        check(
            "a.gz",
            b"a,b and more than a header".to_vec(),
            Err("the object a.gz cannot be inflated: invalid gzip header"),
        );
        check("a.zst", Vec::new(), Err("the object a.zst is compressed with zstd, which is not read yet"));
    }
}

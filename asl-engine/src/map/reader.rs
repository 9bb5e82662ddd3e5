//! `ItemReader`: the items of a distributed Map, from storage.

use std::borrow::Cow;
use std::hash::{DefaultHasher, Hash, Hasher};

use asl_model::ReaderConfig;
use asl_query::Env;
use asl_value::{Object, Text, Value};

use super::file::File;
use super::objects::{Listing, Objects};
use super::parts::{Parts, Shelf, failed};
use crate::budget::Held;
use crate::map_item::MapItem;
use crate::program::Reader;
use crate::setting::Setting;
use crate::visit::{Trouble, Visit};
use crate::{Failure, ObjectStore};

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

/// The items of an `ItemReader`, read one after the other.
pub(crate) struct Reading<'a> {
    shelf: Shelf<'a>,
    supply: Supply<'a>,
    /// How many more items `MaxItems` allows.
    left: u64,
    /// Another number if the files that were read, or the objects that were listed so far, are others.
    version: u64,
    held: Held,
}

enum Supply<'a> {
    /// The objects of a bucket are the items.
    Listing { source: Text, listing: Listing<'a> },
    /// The items are in files.
    Files { config: ReaderConfig, objects: Objects<'a>, open: Option<OpenFile<'a>> },
}

struct OpenFile<'a> {
    file: File<'a>,
    source: Text,
    is_new: bool,
}

impl ReadRequest<'_> {
    /// Begins to read the items, which are no more than `MaxItems`.
    pub(crate) async fn begin<'a>(
        &self,
        storage: Option<&'a dyn ObjectStore>,
        visit: &Visit<'a>,
        held: Held,
    ) -> Result<Reading<'a>, Failure> {
        // Recorded.
        let most = u64::try_from(self.max_items).map_err(|_| failed("field MaxItems must be positive"))?;
        let left = if most == 0 { u64::MAX } else { most };
        let storage = storage.ok_or_else(|| failed("no storage is configured for the ItemReader"))?;
        let Value::Object(arguments) = &self.arguments else {
            return Err(failed("the ItemReader has no Bucket"));
        };
        let shelf = Shelf { storage, timeline: visit.run.timeline, limits: visit.run.limits };
        let mut config = self.reader.config.clone();
        let flattens = config.transformation.as_deref() == Some("LOAD_AND_FLATTEN");
        let listing = || Listing::new(shelf, arguments.clone(), held.another());
        let supply = match self.reader.lists {
            true if !flattens => Supply::Listing { source: source(arguments, None), listing: listing() },
            true => Supply::Files { config, objects: Objects::Listed(listing()), open: None },
            false => {
                let objects = Objects::of(shelf, arguments.clone(), &mut config, &held).await?;
                Supply::Files { config, objects, open: None }
            }
        };
        Ok(Reading { shelf, supply, left, version: 0, held })
    }
}

impl Reading<'_> {
    /// The next item, to which this index is given; `None` after the last one.
    pub(crate) async fn next(&mut self, index: usize) -> Result<Option<MapItem>, Failure> {
        if self.left == 0 {
            return Ok(None);
        }
        self.left -= 1;
        if let Supply::Listing { source, listing } = &mut self.supply {
            let Some(value) = listing.next().await? else { return Ok(None) };
            let mut hasher = DefaultHasher::new();
            let part = |name: &str| value.get(name).map(Value::to_json);
            (self.version, part("Key"), part("Etag"), part("Size")).hash(&mut hasher);
            self.version = hasher.finish();
            return Ok(Some(MapItem { index, value, key: None, source: Some(source.clone()) }));
        }
        self.next_in_files(index).await
    }

    async fn next_in_files(&mut self, index: usize) -> Result<Option<MapItem>, Failure> {
        let Supply::Files { config, objects, open } = &mut self.supply else { return Ok(None) };
        loop {
            if let Some(opened) = open {
                let item = opened.file.next(&self.held).await?;
                if std::mem::take(&mut opened.is_new) {
                    let mut hasher = DefaultHasher::new();
                    (self.version, opened.file.version()).hash(&mut hasher);
                    self.version = hasher.finish();
                }
                if let Some((key, value)) = item {
                    return Ok(Some(MapItem { index, value, key, source: Some(opened.source.clone()) }));
                }
            }
            let Some(object) = objects.next().await? else {
                *open = None;
                return Ok(None);
            };
            let source = source(&object, object.get("Key"));
            let parts = Parts::of(self.shelf, object);
            let file = File::of(parts, self.shelf.limits.reader_bytes, config, self.held.another())?;
            *open = Some(OpenFile { file, source, is_new: true });
        }
    }

    /// A number that is another one if the files of the items that were read so far are others.
    pub(crate) fn version(&self) -> u64 {
        self.version
    }
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

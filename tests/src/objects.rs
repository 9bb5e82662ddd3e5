//! The storage of a case: objects in memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use asl_engine::{Failure, ObjectPage, ObjectStore};
use asl_value::{Object, Text, Value, json};

/// Objects by `bucket/key`.
#[derive(Debug, Default)]
pub(crate) struct Objects(Mutex<BTreeMap<String, Vec<u8>>>);

/// How many objects a page has: few, so that cases use several pages.
const PAGE: usize = 2;

impl Objects {
    pub(crate) fn new(texts: &BTreeMap<String, String>) -> Objects {
        let objects = texts.iter().map(|(name, text)| (name.clone(), text.clone().into_bytes()));
        Objects(Mutex::new(objects.collect()))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The objects that were written, without those that were there before.
    pub(crate) fn written(&self, before: &BTreeMap<String, String>) -> BTreeMap<String, String> {
        let objects = self.lock();
        let new = objects.iter().filter(|(name, _)| !before.contains_key(*name));
        new.map(|(name, body)| (name.clone(), String::from_utf8_lossy(body).into_owned())).collect()
    }
}

fn text<'a>(arguments: &'a Object, name: &str) -> &'a str {
    arguments.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn name(arguments: &Object) -> String {
    format!("{}/{}", text(arguments, "Bucket"), text(arguments, "Key"))
}

#[async_trait::async_trait]
impl ObjectStore for Objects {
    async fn get(&self, arguments: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        let missing = || Failure::new("S3.NoSuchKey", "The specified key does not exist.");
        self.lock().get(&name(arguments)).cloned().ok_or_else(missing)
    }

    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        if text(arguments, "Bucket") == "elsewhere" {
            return Err(Failure::new("S3.PermanentRedirect", "The bucket is in another region."));
        }
        self.lock().insert(name(arguments), body.into_bytes());
        Ok(())
    }

    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        let bucket = format!("{}/", text(arguments, "Bucket"));
        let objects = self.lock();
        let keys = objects.iter().filter_map(|(name, body)| Some((name.strip_prefix(&bucket)?, body.len())));
        let mut rest = keys.filter(|(key, _)| {
            key.starts_with(text(arguments, "Prefix")) && after.is_none_or(|after| *key > after.as_str())
        });
        let page: Vec<_> = rest.by_ref().take(PAGE).collect();
        let next = rest.next().and(page.last()).map(|(key, _)| Text::from(*key));
        let object = |(key, size): (&str, usize)| json!({"Key": key, "Size": size});
        Ok(ObjectPage::new(page.into_iter().map(object).collect(), next))
    }
}

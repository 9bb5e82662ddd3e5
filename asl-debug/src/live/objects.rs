//! [`LiveObjects`]: objects of a service, such as S3, that a run reads and writes.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use asl_engine::{Failure, ObjectPage, ObjectStore};
use asl_model::error_name;
use asl_value::{Object, Text, Value};
use async_trait::async_trait;

use super::ledger::{Answer, Key};
use super::run::CallsRun;

pub(super) struct LiveObjects {
    pub(super) run: Arc<CallsRun>,
    pub(super) store: Arc<dyn ObjectStore>,
}

fn key(name: &str, arguments: &Object, more: String) -> Key {
    Key {
        execution: "".into(),
        name: name.to_owned(),
        resource: more,
        arguments: Value::Object(arguments.clone()).to_json(),
        number: 0,
    }
}

fn lost<T>() -> Result<T, Failure> {
    Err(Failure::new(error_name::RUNTIME, "the call was lost"))
}

#[async_trait]
impl ObjectStore for LiveObjects {
    async fn get(&self, arguments: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        let (store, given) = (Arc::clone(&self.store), arguments.clone());
        let work = |reporter: super::ledger::Reporter| async move {
            reporter.report(Answer::Read(store.get(&given, most_bytes).await));
        };
        match self.run.answer(key("get", arguments, most_bytes.to_string()), work, |_| ()).await {
            Some(Answer::Read(read)) => read,
            _ => lost(),
        }
    }

    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        let mut hasher = DefaultHasher::new();
        body.hash(&mut hasher);
        let (store, given) = (Arc::clone(&self.store), arguments.clone());
        let work = |reporter: super::ledger::Reporter| async move {
            reporter.report(Answer::Written(store.put(&given, body).await));
        };
        match self.run.answer(key("put", arguments, hasher.finish().to_string()), work, |_| ()).await {
            Some(Answer::Written(written)) => written,
            _ => lost(),
        }
    }

    async fn list(&self, arguments: &Object, after: Option<&Text>) -> Result<ObjectPage, Failure> {
        let (store, given, from) = (Arc::clone(&self.store), arguments.clone(), after.cloned());
        let work = |reporter: super::ledger::Reporter| async move {
            reporter.report(Answer::Listed(store.list(&given, from.as_ref()).await));
        };
        let after = after.map(ToString::to_string).unwrap_or_default();
        match self.run.answer(key("list", arguments, after), work, |_| ()).await {
            Some(Answer::Listed(page)) => page,
            _ => lost(),
        }
    }
}

//! Items that are the rows of Parquet files, in a Map. What becomes of each type is tested in asl-parquet.

use std::sync::Arc;

use asl_engine::{
    Checkpoint, Clock, DefinitionHash, Engine, Execution, Failure, Limits, MemoryJournal, ObjectPage,
    ObjectStore, Outcome, RecordedExecution, Registry, Replayed, Report, Task, TaskHandler,
};
use asl_value::{Object, Text, Value, json};

use crate::map_stream::{Bucket, definition};
use crate::program;

/// 200 rows in three row groups, with pages of a few rows each.
fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/../asl-parquet/tests/files/{name}.parquet", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).expect(&path)
}

/// Returns its arguments. Fails for the item with this `id` until it may succeed.
#[derive(Clone, Default)]
struct Work(Option<i64>);

#[async_trait::async_trait]
impl TaskHandler for Work {
    async fn call(&self, task: Task<'_>) -> Result<Value, Failure> {
        match self.0.is_some() && task.arguments.get("id").and_then(Value::as_i64) == self.0 {
            true => Err(Failure::new("Bad", "it says so")),
            false => Ok(task.arguments.clone()),
        }
    }
}

async fn go(map: &Value, storage: impl ObjectStore + 'static, work: Work, execution: Execution) -> Report {
    let tasks = Registry::new().fallback(work);
    let engine = Engine::builder().tasks(tasks).clock(Clock::real()).storage(storage).build();
    engine.run(&program(&map.to_json()), execution).await
}

async fn run(map: &Value, storage: impl ObjectStore + 'static, limits: Limits) -> Report {
    let execution = Execution::new(json!({"key": "data"})).with_limits(limits);
    go(map, storage, Work::default(), execution).await
}

fn outcome(report: Report) -> Result<Value, (Text, Text)> {
    match report.outcome {
        Outcome::Succeeded(output) => Ok(output),
        other => {
            let failure = other.failure().cloned().unwrap_or_default();
            Err((failure.error.unwrap_or_default(), failure.cause.unwrap_or_default()))
        }
    }
}

fn config() -> Value {
    json!({"InputType": "PARQUET"})
}

fn ids(output: &Value) -> Vec<i64> {
    output.as_array().unwrap().iter().filter_map(|item| item.get("id").and_then(Value::as_i64)).collect()
}

#[tokio::test(start_paused = true)]
async fn rows_are_items_however_the_object_is_read() {
    for part_bytes in [1, 100, 5000, usize::MAX] {
        for name in ["snappy", "encodings_v2"] {
            let bucket = Arc::new(Bucket::with("data", &file(name), part_bytes));
            let output =
                outcome(run(&definition(config(), json!({})), bucket, Limits::standard()).await).unwrap();
            assert_eq!(ids(&output), (0..200).collect::<Vec<_>>(), "{name}, {part_bytes}");
        }
    }
}

/// Only `get`, as a store of objects that are in memory has it.
struct Whole(Vec<u8>);

#[async_trait::async_trait]
impl ObjectStore for Whole {
    async fn get(&self, _: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        let most = usize::try_from(most_bytes).unwrap_or(usize::MAX).saturating_add(1);
        Ok(self.0[..most.min(self.0.len())].to_vec())
    }
    async fn put(&self, _: &Object, _: String) -> Result<(), Failure> {
        Ok(())
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_without_ranges_is_read_as_a_whole() {
    // Longer than what is read to begin with: there are bytes between the pages and the footer.
    let mut long = file("flat");
    let footer =
        long.len() - 8 - u32::from_le_bytes(long[long.len() - 8..][..4].try_into().unwrap()) as usize;
    long.splice(footer..footer, vec![0; 100_000]);
    for bytes in [file("flat"), long] {
        let map = definition(config(), json!({}));
        let output = outcome(run(&map, Whole(bytes.clone()), Limits::standard()).await).unwrap();
        assert_eq!(ids(&output), [1, 2, 3]);
        let limits = Limits { reader_bytes: 300, ..Limits::standard() };
        let (error, cause) = outcome(run(&map, Whole(bytes), limits).await).unwrap_err();
        assert_eq!(
            (&*error, &*cause),
            ("States.ItemReaderFailed", "the object data has more than 300 bytes")
        );
    }
}

#[tokio::test(start_paused = true)]
async fn fields_of_a_map_work_with_rows() {
    let bucket = |name: &str| {
        let bucket = Bucket::with("data", &file(name), 700);
        let mut objects = bucket.objects.lock().unwrap();
        objects.insert("in/a.parquet".into(), file("flat"));
        objects.insert("in/b.parquet".into(), file("flat"));
        objects.insert("manifest".into(), b"\"s3://b/in/a.parquet\"\n\"s3://b/data\"\n".to_vec());
        drop(objects);
        Arc::new(bucket)
    };
    let listed = json!({"Resource": "arn:aws:states:::s3:listObjectsV2", "Parameters": {"Bucket": "b", "Prefix": "in/"},
        "ReaderConfig": {"InputType": "PARQUET", "Transformation": "LOAD_AND_FLATTEN"}});
    let manifest = json!({"Resource": "arn:aws:states:::s3:getObject", "Parameters": {"Bucket": "b", "Key": "manifest"},
        "ReaderConfig": {"InputType": "PARQUET", "ManifestType": "ATHENA_DATA"}});
    let most = json!({"InputType": "PARQUET", "MaxItems": 2});
    let rows = [
        (
            definition(most, json!({})),
            r#"[{"id":1,"name":"one","price":1.5},{"id":2,"name":"two","price":null}]"#,
        ),
        (
            definition(
                config(),
                json!({"ItemSelector": {"n.$": "$$.Map.Item.Value.name", "s.$": "$$.Map.Item.Source"}}),
            ),
            r#"[{"n":"one","s":"S3://b/data"},{"n":"two","s":"S3://b/data"},{"n":null,"s":"S3://b/data"}]"#,
        ),
        (
            definition(
                config(),
                json!({"ItemBatcher": {"MaxItemsPerBatch": 2}, "ItemSelector": {"i.$": "$$.Map.Item.Value.id"}}),
            ),
            r#"[{"Items":[{"i":1},{"i":2}]},{"Items":[{"i":3}]}]"#,
        ),
        (
            definition(
                config(),
                json!({"ItemReader": listed, "ItemSelector": {"i.$": "$$.Map.Item.Value.id"}}),
            ),
            { r#"[{"i":1},{"i":2},{"i":3},{"i":1},{"i":2},{"i":3}]"# },
        ),
        (
            definition(
                config(),
                json!({"ItemReader": manifest, "ItemSelector": {"i.$": "$$.Map.Item.Value.id"}}),
            ),
            { r#"[{"i":1},{"i":2},{"i":3},{"i":1},{"i":2},{"i":3}]"# },
        ),
    ];
    for (map, expected) in rows {
        let output = outcome(run(&map, bucket("flat"), Limits::standard()).await).unwrap();
        assert_eq!(output.to_json(), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_read_fails_the_map() {
    let cut = &file("snappy")[..9000];
    let damaged = "The data read by the ItemReader is not Parquet: it";
    let bucket = |bytes: &[u8]| Bucket::with("data", bytes, 700);
    let changing = Bucket { changes_at: Some(2000), ..bucket(&file("snappy")) };
    let rows = [
        (
            bucket(cut),
            format!("{damaged} does not end like a Parquet file, so it may be cut, in the object data"),
        ),
        (
            bucket(b"id,name\n1,one\n"),
            format!("{damaged} does not begin like a Parquet file, in the object data"),
        ),
        (bucket(b""), format!("{damaged} has only 0 bytes, in the object data")),
        (changing, "the object has changed while it was read".to_owned()),
        (Bucket::default(), "no such key".to_owned()),
        (bucket(&file("brotli")), {
            "The data read by the ItemReader is not Parquet: the column id is compressed with BROTLI, which is not \
             supported, in the object data"
                .to_owned()
        }),
    ];
    for (bucket, expected) in rows {
        let (error, cause) =
            outcome(run(&definition(config(), json!({})), Arc::new(bucket), Limits::standard()).await)
                .unwrap_err();
        assert_eq!((&*error, &*cause), ("States.ItemReaderFailed", &*expected));
    }
}

#[tokio::test(start_paused = true)]
async fn a_file_takes_no_more_memory_than_there_is() {
    for memory_bytes in [1000, 10_000, 30_000] {
        let bucket = Arc::new(Bucket::with("data", &file("plain"), 5000));
        let limits = Limits { memory_bytes: Some(memory_bytes), ..Limits::standard() };
        let (error, cause) =
            outcome(run(&definition(config(), json!({})), bucket, limits).await).unwrap_err();
        let expected = format!("The execution holds more than {memory_bytes} bytes");
        assert!(error == "States.DataLimitExceeded" && cause.starts_with(&expected), "{error}: {cause}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_redrive_continues_in_the_middle_of_a_file() {
    let map = definition(config(), json!({"MaxConcurrency": 1}));
    let start = || Execution::new(json!({"key": "data"})).keeping_checkpoint();
    let redrive = |checkpoint: Option<Checkpoint>| Execution::redrive(checkpoint.expect("a checkpoint"));
    let bucket = |name: &str| Arc::new(Bucket::with("data", &file(name), 700));
    for id in [0, 117, 199] {
        let failed = go(&map, bucket("gzip"), Work(Some(id)), start()).await;
        assert!(failed.outcome.failure().is_some());
        let again = go(&map, bucket("gzip"), Work(None), redrive(failed.checkpoint)).await;
        assert_eq!(ids(&outcome(again).unwrap()), (0..200).collect::<Vec<_>>());
    }
}

/// A replay has the bytes that were read, and no storage.
#[tokio::test(start_paused = true)]
async fn a_journal_has_what_was_read() {
    let definition = definition(config(), json!({})).to_json();
    let loaded = asl_engine::load(&asl_model::Source::json(definition)).unwrap();
    let hash = DefinitionHash::of(&loaded.machine);
    let bucket = Bucket::with("data", &file("zstd"), 5000);
    let tasks = Registry::new().fallback(Work::default());
    let engine = Engine::builder().tasks(tasks).clock(Clock::real()).storage(bucket).build();
    let (journal, execution) = (MemoryJournal::new(), || Execution::new(json!({"key": "data"})));
    let ran = engine.run_journalled(&loaded.program, &hash, execution(), &journal).await.unwrap();
    let lines: String = journal.records().iter().map(|record| record.to_json() + "\n").collect();
    let recorded = RecordedExecution::parse(&lines).unwrap();
    let without = Engine::builder().clock(Clock::real()).build();
    let Replayed::Ended(again) =
        without.replay(&loaded.program, &hash, execution(), &recorded).await.unwrap()
    else {
        panic!("the replay ends");
    };
    assert_eq!(ids(&outcome(ran).unwrap()), (0..200).collect::<Vec<_>>());
    assert_eq!(ids(&outcome(*again).unwrap()), (0..200).collect::<Vec<_>>());
}

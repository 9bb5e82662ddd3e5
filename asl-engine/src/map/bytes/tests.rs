use std::io::Write;

use asl_value::{Object, Text, json};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::FutureExt;
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use super::*;
use crate::budget::Budget;
use crate::map::parts::Shelf;
use crate::{Clock, Limits, ObjectPage, ObjectPart, ObjectStore};

/// One object, of which some bytes are read at a time, or all.
struct One(Vec<u8>, Option<usize>);

#[async_trait::async_trait]
impl ObjectStore for One {
    async fn get(&self, _: &Object, most_bytes: u64) -> Result<Vec<u8>, Failure> {
        Ok(self
            .0
            .iter()
            .copied()
            .take(usize::try_from(most_bytes).unwrap_or(usize::MAX).saturating_add(1))
            .collect())
    }
    async fn read(
        &self,
        arguments: &Object,
        range: std::ops::Range<u64>,
        _: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        let Some(most) = self.1 else {
            let bytes = self.get(arguments, range.end).await?;
            return Ok(ObjectPart::new(bytes.clone(), bytes.len() as u64, None));
        };
        let bytes = self.0.get(range.start as usize..).unwrap_or_default();
        let most = most.min((range.end - range.start) as usize);
        Ok(ObjectPart::new(bytes.iter().copied().take(most).collect(), self.0.len() as u64, None))
    }
    async fn put(&self, _: &Object, _: String) -> Result<(), Failure> {
        Ok(())
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).unwrap();
    encoder.finish().unwrap()
}

fn held(memory_bytes: u64) -> Held {
    Budget::new(&Limits { memory_bytes: Some(memory_bytes), ..Limits::standard() }).hold()
}

/// Reads an object of at most `most_bytes` with what it is given, and returns the text or the cause.
fn read(
    key: &str,
    bytes: &[u8],
    part: Option<usize>,
    most_bytes: u64,
    memory_bytes: u64,
) -> Result<String, String> {
    let limits = Limits { reader_bytes: most_bytes, ..Limits::standard() };
    let timeline = Clock::virtual_time().begin(asl_value::Timestamp::from_epoch_millis(0));
    let store = One(bytes.to_vec(), part);
    let shelf = Shelf { storage: &store, timeline: &timeline, limits: &limits };
    let object = json!({"Bucket": "b", "Key": key}).as_object().cloned().unwrap_or_default();
    let held = held(memory_bytes);
    let cause = |failure: Failure| failure.cause.unwrap_or_default().to_string();
    let mut bytes = Bytes::of(Parts::of(shelf, object), most_bytes, held.another()).map_err(cause)?;
    polled(bytes.rest()).map(str::to_owned).map_err(cause)
}

/// Polls a future, which waits for nothing and may yield, until it ends.
fn polled<T>(future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    loop {
        if let Some(output) = future.as_mut().now_or_never() {
            return output;
        }
    }
}

#[track_caller]
fn check(key: &str, bytes: &[u8], expected: Result<&str, &str>) {
    for part in [None, Some(1), Some(3), Some(100)] {
        let found = read(key, bytes, part, 8, 4 << 20);
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{part:?}");
    }
}

#[test]
fn files_are_inflated_within_the_limit() {
    check("a.csv", b"a,b", Ok("a,b"));
    check("empty", b"", Ok(""));
    check("a.csv", b"12345678", Ok("12345678"));
    check("a.csv", b"123456789", Err("the object a.csv has more than 8 bytes"));
    check("a.csv", b"\xff", Err("the object a.csv is not UTF-8 text"));
}

#[test]
fn files_are_inflated_as_they_arrive() {
    let two = [gzip("a,"), gzip("b")].concat();
    let cut = gzip("a,b and more than that");
    let cut = cut.get(..cut.len() - 9).unwrap();
    let zstd = |text: &str| compress_to_vec(text.as_bytes(), CompressionLevel::Fastest);
    let rows = [
        ("a.csv.zst", zstd("a,b"), Ok("a,b")),
        ("two.zstd", [zstd("a,"), zstd("b")].concat(), Ok("a,b")),
        (
            "cut.zst",
            zstd("a,b")[..7].to_vec(),
            Err("the object cut.zst cannot be inflated: incomplete zstd frame"),
        ),
        ("a.zst", b"a,b\n".to_vec(), Err("the object a.zst cannot be inflated: invalid zstd header")),
        ("a.csv.gz", gzip("a,b"), Ok("a,b")),
        ("two.gz", two, Ok("a,b")),
        ("cut.gz", cut.to_vec(), Err("the object cut.gz cannot be inflated: incomplete deflate stream")),
        (
            "a.gz",
            b"a,b and more than a header".to_vec(),
            Err("the object a.gz cannot be inflated: invalid gzip header"),
        ),
    ];
    for (key, bytes, expected) in rows {
        for part in [None, Some(1), Some(3), Some(100)] {
            let found = read(key, &bytes, part, 1000, 4 << 20);
            assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned), "{key} {part:?}");
        }
    }
}

#[test]
fn files_are_inflated_within_the_memory() {
    let bomb = gzip(&"0".repeat(100 << 20));
    for part in [None, Some(1000)] {
        let cause = read("bomb.gz", &bomb, part, u64::MAX, 1 << 20).unwrap_err();
        assert!(cause.starts_with("The execution holds more than 1048576 bytes"), "{cause}");
        let cause = read("bomb.gz", &bomb, part, 1 << 22, 100 << 20).unwrap_err();
        assert_eq!(cause, "the object bomb.gz has more than 4194304 bytes");
        let cause = read("bomb.gz", &bomb, part, u64::MAX, 100 << 20).unwrap_err();
        assert_eq!(cause, "an item of the object bomb.gz has more than 8388608 bytes");
    }
}

/// Four bytes of zstd become 128 KiB.
#[test]
fn a_window_and_a_bomb_of_zstd_count_as_memory() {
    let blocks = |many: usize| [b"\x28\xb5\x2f\xfd\0\x68".to_vec(), b"\x02\0\x100".repeat(many)].concat();
    let cause = read("bomb.zst", &blocks(1), None, u64::MAX, 4 << 20).unwrap_err();
    assert!(cause.starts_with("The execution holds more than 4194304 bytes"), "{cause}");
    let cause = read("bomb.zst", &blocks(100_000), None, u64::MAX, 100 << 20).unwrap_err();
    assert_eq!(cause, "an item of the object bomb.zst has more than 8388608 bytes");
    let cause = read("bomb.zst", &blocks(100_000), None, 1 << 22, 100 << 20).unwrap_err();
    assert_eq!(cause, "the object bomb.zst has more than 4194304 bytes");
}

/// A gzip of 8 MB can have 8 GB of blank lines.
#[test]
fn reading_yields_after_each_megabyte() {
    let store = One(gzip(&format!("{:1023}\n", "").repeat(8 << 10)), Some(1 << 20));
    let limits = Limits::standard();
    let timeline = Clock::virtual_time().begin(asl_value::Timestamp::from_epoch_millis(0));
    let shelf = Shelf { storage: &store, timeline: &timeline, limits: &limits };
    let object = json!({"Bucket": "b", "Key": "a.gz"}).as_object().cloned().unwrap_or_default();
    let mut config = asl_model::ReaderConfig::default();
    config.input_type = Some("JSONL".into());
    let mut file =
        crate::map::file::File::of(Parts::of(shelf, object), u64::MAX, &config, held(1 << 30)).unwrap();
    let held = held(1 << 30);
    let mut next = std::pin::pin!(file.next(&held));
    let yields = std::iter::from_fn(|| next.as_mut().now_or_never().is_none().then_some(())).count();
    assert!((7..=8).contains(&yields), "{yields}");
}

#[test]
fn lines_come_one_by_one() {
    let mut bytes = Bytes::given("one\n\ntwo", held(1000));
    for expected in [Some("one\n"), Some("\n"), Some("two"), None] {
        let line = bytes.line().now_or_never().unwrap().unwrap();
        assert_eq!(line.map(|length| bytes.text(length).unwrap()), expected);
        bytes.consume(line.unwrap_or_default());
    }
}

//! [`File`]: the text of an object, inflated and read in pieces.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use asl_model::error_name;
use asl_value::{Text, VALUE_BYTES, Value};
use flate2::read::MultiGzDecoder;

use crate::Failure;
use crate::budget::Held;

/// A file that an `ItemReader` reads.
pub(crate) struct File<'a> {
    /// For messages.
    key: &'a str,
    source: Source,
    most_bytes: u64,
    /// How many more bytes may be read.
    left: u64,
}

enum Source {
    Plain(Cursor<Vec<u8>>),
    Gzip(Box<BufReader<MultiGzDecoder<Cursor<Vec<u8>>>>>),
}

impl<'a> File<'a> {
    /// A file, which is compressed if its name says so, and has at most `most_bytes` when it is inflated.
    pub(crate) fn new(key: &'a str, bytes: Vec<u8>, most_bytes: u64) -> Result<File<'a>, Failure> {
        let bytes = Cursor::new(bytes);
        let source = match key.rsplit('.').next() {
            Some("gz") => Source::Gzip(Box::new(BufReader::new(MultiGzDecoder::new(bytes)))),
            Some("zst" | "zstd") => {
                let cause = format!("the object {key} is compressed with zstd, which is not supported yet");
                return Err(failed(cause));
            }
            _ => Source::Plain(bytes),
        };
        Ok(File { key, source, most_bytes, left: most_bytes })
    }

    /// Reads the next line with its line ending; `None` after the last one.
    pub(crate) fn line(&mut self, held: &mut Held) -> Result<Option<String>, Failure> {
        let line = self.read_with(held, |read, line| read.read_until(b'\n', line))?;
        Ok(if line.is_empty() { None } else { Some(line) })
    }

    /// Reads the whole file.
    pub(crate) fn text(mut self, held: &mut Held) -> Result<String, Failure> {
        match &mut self.source {
            // Its bytes are already in memory.
            Source::Plain(bytes) if bytes.position() == 0 && bytes.get_ref().len() as u64 <= self.left => {
                utf8(self.key, std::mem::take(bytes.get_mut()))
            }
            _ => self.read_with(held, |read, text| read.read_to_end(text)),
        }
    }

    /// Reads no more than is allowed, and than there is memory for. One more byte shows that there is too much.
    fn read_with(
        &mut self,
        held: &mut Held,
        how: impl FnOnce(&mut io::Take<&mut dyn BufRead>, &mut Vec<u8>) -> io::Result<usize>,
    ) -> Result<String, Failure> {
        let room = held.left();
        let mut bytes = Vec::new();
        let source: &mut dyn BufRead = match &mut self.source {
            Source::Plain(bytes) => bytes,
            Source::Gzip(inflated) => inflated,
        };
        let most = self.left.min(room).saturating_add(1);
        how(&mut source.take(most), &mut bytes)
            .map_err(|error| failed(format!("the object {} cannot be inflated: {error}", self.key)))?;
        let read = bytes.len() as u64;
        if read > self.left {
            return Err(failed(format!("the object {} has more than {} bytes", self.key, self.most_bytes)));
        }
        if read > room {
            // This fails: there was less room.
            held.add(read)?;
        }
        self.left -= read;
        utf8(self.key, bytes)
    }
}

/// `States.ItemReaderFailed`
pub(super) fn failed(cause: impl Into<Text>) -> Failure {
    Failure::new(error_name::ITEM_READER_FAILED, cause)
}

fn utf8(key: &str, bytes: Vec<u8>) -> Result<String, Failure> {
    String::from_utf8(bytes).map_err(|_| failed(format!("the object {key} is not UTF-8 text")))
}

/// How much memory the value of a JSON text takes at most.
pub(crate) fn value_bytes(text: &str) -> u64 {
    let values = text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{')).count() as u64;
    VALUE_BYTES.saturating_mul(values + 1).saturating_add(text.len() as u64)
}

/// Parses a JSON text if there is memory for its value.
///
/// UNRECORDED: the cause for data that is not JSON.
pub(crate) fn json(text: &str, held: &mut Held) -> Result<Value, Failure> {
    held.add(value_bytes(text))?;
    Value::parse(text)
        .map_err(|error| failed(format!("The data read by the ItemReader is not JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;
    use crate::Limits;
    use crate::budget::Budget;

    fn gzip(text: &str) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text.as_bytes()).expect("memory takes all");
        encoder.finish().expect("memory takes all")
    }

    fn held(memory_bytes: u64) -> Held {
        Budget::new(&Limits { memory_bytes: Some(memory_bytes), ..Limits::standard() }).hold()
    }

    #[track_caller]
    fn check(key: &str, bytes: &[u8], expected: Result<&str, &str>) {
        let found = File::new(key, bytes.to_vec(), 8).and_then(|file| file.text(&mut held(1000)));
        let found = found.map_err(|failure| failure.cause.unwrap_or_default().to_string());
        assert_eq!(found, expected.map(str::to_owned).map_err(str::to_owned));
    }

    #[test]
    fn files_are_inflated_within_the_limit() {
        check("a.csv", b"a,b", Ok("a,b"));
        check("a.csv.gz", &gzip("a,b"), Ok("a,b"));
        check("two.gz", &[gzip("a,"), gzip("b")].concat(), Ok("a,b"));
        check("a.csv", b"123456789", Err("the object a.csv has more than 8 bytes"));
        check("a.csv", b"\xff", Err("the object a.csv is not UTF-8 text"));
        check("bomb.gz", &gzip(&"0".repeat(1 << 20)), Err("the object bomb.gz has more than 8 bytes"));
        let garbage = "the object a.gz cannot be inflated: invalid gzip header";
        check("a.gz", b"a,b and more than a header", Err(garbage));
        check("a.zst", b"", Err("the object a.zst is compressed with zstd, which is not supported yet"));
    }

    #[test]
    fn files_are_inflated_within_the_memory() {
        let bomb = gzip(&"0".repeat(1 << 20));
        type Read = fn(File<'_>, &mut Held) -> Result<(), Failure>;
        let text: Read = |file, held| file.text(held).map(|_| ());
        let line: Read = |mut file, held| file.line(held).map(|_| ());
        for read in [text, line] {
            let file = File::new("bomb.gz", bomb.clone(), u64::MAX).expect("a name that is known");
            let failure = read(file, &mut held(1000)).unwrap_err();
            assert_eq!(failure.error.as_deref(), Some("States.DataLimitExceeded"));
        }
    }

    #[test]
    fn lines_come_one_by_one() {
        let mut file = File::new("a", b"one\n\ntwo".to_vec(), 8).expect("a name that is known");
        let mut held = held(1000);
        for expected in [Some("one\n"), Some("\n"), Some("two"), None] {
            assert_eq!(file.line(&mut held).expect("text").as_deref(), expected);
        }
        let mut file = File::new("a", b"one\ntwo\nthree".to_vec(), 8).expect("a name that is known");
        assert!(file.line(&mut held).is_ok() && file.line(&mut held).is_ok());
        assert!(file.line(&mut held).is_err(), "more than eight bytes");
    }

    #[test]
    fn the_memory_of_a_value_is_estimated_from_its_text() {
        for (text, values) in [("1", 1), ("[]", 2), ("[[],[]]", 5), (r#"{"a": 1, "b": 2}"#, 3)] {
            assert_eq!(value_bytes(text), VALUE_BYTES * values + text.len() as u64, "{text}");
        }
        assert!(json("[[],[],[]]", &mut held(100)).is_err());
        assert!(json("[1]", &mut held(1000)).is_ok());
    }
}

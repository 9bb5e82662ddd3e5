//! What a distributed Map over a large file takes: processor time and memory, beside a loop written by hand.
//!
//! ```sh
//! cargo run --release -p asl-tests --bin map_figures            # CSV: 1,000,000 rows
//! cargo run --release -p asl-tests --bin map_figures -- csv 10000000
//! cargo run --release -p asl-tests --bin map_figures -- json 2000      # megabytes
//! cargo run --release -p asl-tests --bin map_figures -- parquet 2000
//! ```
//!
//! Each figure is that of a process of its own. The files are in the folder for temporary files, and are deleted.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use asl_engine::{
    Engine, Execution, Failure, Limits, ObjectPage, ObjectPart, ObjectStore, Outcome, UploadPart,
};
use asl_model::Source;
use asl_tests::parquet_file;
use asl_value::{Object, Text, Value, json};

/// A folder of objects.
struct Disk(PathBuf);

impl Disk {
    fn path(&self, arguments: &Object) -> PathBuf {
        let key = arguments.get("Key").and_then(Value::as_str).unwrap_or_default();
        self.0.join(key.replace('/', "-"))
    }

    fn read_some(&self, arguments: &Object, range: Range<u64>) -> io::Result<ObjectPart> {
        let mut file = File::open(self.path(arguments))?;
        let total = file.metadata()?.len();
        file.seek(SeekFrom::Start(range.start))?;
        let mut bytes = Vec::new();
        file.take((range.end - range.start).min(1 << 20)).read_to_end(&mut bytes)?;
        Ok(ObjectPart::new(bytes, total, None))
    }

    fn write_some(&self, arguments: &Object, part: &UploadPart) -> io::Result<()> {
        let path = self.path(arguments);
        let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
        file.seek(SeekFrom::Start(part.offset))?;
        file.write_all(part.body.as_bytes())
    }
}

fn failure(error: impl ToString) -> Failure {
    Failure::new("Disk", error.to_string())
}

#[async_trait::async_trait]
impl ObjectStore for Disk {
    async fn get(&self, arguments: &Object, _: u64) -> Result<Vec<u8>, Failure> {
        fs::read(self.path(arguments)).map_err(failure)
    }
    async fn read(
        &self,
        arguments: &Object,
        range: Range<u64>,
        _: Option<&Text>,
    ) -> Result<ObjectPart, Failure> {
        self.read_some(arguments, range).map_err(failure)
    }
    async fn put(&self, arguments: &Object, body: String) -> Result<(), Failure> {
        fs::write(self.path(arguments), body).map_err(failure)
    }
    async fn begin_upload(&self, _: &Object) -> Result<Option<Text>, Failure> {
        Ok(Some("upload".into()))
    }
    async fn upload(&self, arguments: &Object, _: &Text, part: UploadPart) -> Result<Text, Failure> {
        self.write_some(arguments, &part).map_err(failure)?;
        Ok(part.number.to_string().into())
    }
    async fn finish_upload(&self, _: &Object, _: &Text, _: &[Text]) -> Result<(), Failure> {
        Ok(())
    }
    async fn list(&self, _: &Object, _: Option<&Text>) -> Result<ObjectPage, Failure> {
        Ok(ObjectPage::default())
    }
}

/// What a file has: CSV rows, or megabytes of a JSON array or of Parquet.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Csv,
    Json,
    Parquet,
}

impl Kind {
    fn named(name: &str) -> Kind {
        match name {
            "json" => Kind::Json,
            "parquet" => Kind::Parquet,
            _ => Kind::Csv,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Csv => "csv",
            Kind::Json => "json",
            Kind::Parquet => "parquet",
        }
    }

    fn write(self, path: &Path, size: u64) -> io::Result<()> {
        if self == Kind::Parquet {
            return parquet_file::write(path, size);
        }
        let mut file = BufWriter::new(File::create(path)?);
        match self {
            Kind::Csv => {
                writeln!(file, "id,name,price,country")?;
                for id in 0..size {
                    writeln!(file, "{id},name of {id},{}.50,DE", id % 1000)?;
                }
            }
            Kind::Json => {
                let (mut written, mut id) = (0, 0u64);
                let text = "x".repeat(900);
                write!(file, "{{\"about\": [1, {{\"a\": 2}}], \"rows\": [")?;
                while written < size * 1_000_000 {
                    let comma = if id == 0 { "" } else { ", " };
                    let row =
                        format!("{comma}{{\"id\": {id}, \"text\": \"{text}\", \"tags\": [\"a\", \"b\"]}}");
                    file.write_all(row.as_bytes())?;
                    written += row.len() as u64;
                    id += 1;
                }
                write!(file, "]}}")?;
            }
            Kind::Parquet => {}
        }
        file.flush()
    }

    fn definition(self) -> Value {
        let config = match self {
            Kind::Csv => json!({"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}),
            Kind::Json => json!({"InputType": "JSON", "ItemsPointer": "/rows"}),
            Kind::Parquet => json!({"InputType": "PARQUET"}),
        };
        json!({"StartAt": "M", "States": {"M": {
            "Type": "Map", "End": true,
            "ItemReader": {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": config,
                "Parameters": {"Bucket": "b", "Key": "data"}},
            "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "P", "States": {"P": {"Type": "Pass", "Parameters": {"id.$": "$.id"}, "End": true}}},
            "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject",
                "Parameters": {"Bucket": "b", "Prefix": "out"}}
        }}})
    }
}

/// Runs the Map in an engine.
async fn engine(kind: Kind, folder: &Path) -> io::Result<()> {
    let source = Source::json(kind.definition().to_json());
    let loaded = asl_engine::load(&source).map_err(|error| io::Error::other(error.to_string()))?;
    let engine = Engine::builder().storage(Disk(folder.to_owned())).build();
    let limits = Limits { reader_bytes: u64::MAX, ..Limits::standard() };
    let report = engine.run(&loaded.program, Execution::new(json!({})).with_limits(limits)).await;
    match report.outcome {
        Outcome::Succeeded(_) => Ok(()),
        other => Err(io::Error::other(format!("{other:?}"))),
    }
}

/// Does the same by hand: reads, selects, writes.
fn by_hand(kind: Kind, folder: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(folder.join("by-hand"))?);
    if kind == Kind::Parquet {
        parquet_file::by_hand(&folder.join("data"), &mut out)?;
        return out.flush();
    }
    let file = BufReader::with_capacity(1 << 20, File::open(folder.join("data"))?);
    let mut write = |id: serde_json::Value| writeln!(out, "{}", serde_json::json!({"id": id}));
    match kind {
        Kind::Csv => {
            for line in file.lines().skip(1) {
                let line = line?;
                let mut cells = line.split(',');
                write(cells.next().unwrap_or_default().into())?;
            }
        }
        Kind::Json => {
            // As most would do it: the document is in memory.
            let document: serde_json::Value = serde_json::from_reader(file)?;
            for row in document.get("rows").and_then(|rows| rows.as_array()).into_iter().flatten() {
                write(row.get("id").cloned().unwrap_or_default())?;
            }
        }
        Kind::Parquet => {}
    }
    out.flush()
}

/// The processor time of this process in seconds, and the memory that it had at most in megabytes.
fn used() -> (f64, u64) {
    let time = cpu_time::ProcessTime::now().as_duration().as_secs_f64();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    (time, kilobytes.unwrap_or_default() / 1024)
}

#[expect(clippy::print_stdout, reason = "its purpose")]
fn child(how: &str, kind: Kind, folder: &Path) -> io::Result<()> {
    match how {
        "engine" => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(engine(kind, folder))?;
        }
        _ => by_hand(kind, folder)?,
    }
    let (seconds, megabytes) = used();
    println!("{:<8} {seconds:>8.2} s {megabytes:>6} MB", how);
    Ok(())
}

#[expect(clippy::print_stdout, reason = "its purpose")]
fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let text = |at: usize, default: &str| arguments.get(at).cloned().unwrap_or_else(|| default.to_owned());
    if text(0, "") == "child" {
        return child(&text(1, ""), Kind::named(&text(2, "")), Path::new(&text(3, "")));
    }
    let kind = Kind::named(&text(0, "csv"));
    let size: u64 = text(1, "1000000").parse().map_err(io::Error::other)?;
    let folder = std::env::temp_dir().join(format!("asl-map-figures-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    kind.write(&folder.join("data"), size)?;
    let bytes = fs::metadata(folder.join("data"))?.len();
    println!("{}: {size}, {} MB", kind.name(), bytes / 1_000_000);
    for how in ["engine", "by hand"] {
        let mut run = Command::new(std::env::current_exe()?);
        run.args(["child", how, kind.name()]).arg(&folder).status()?;
    }
    fs::remove_dir_all(&folder)
}

//! `cargo xtask service-table`: writes asl-aws/service-table.bin from the models in PyPI's botocore.
//!
//! Only facts are taken over: names, types, locations, ranges. The format is described in `asl-aws/src/table/format.rs`.

mod encode;
#[path = "../../asl-aws/src/table/format.rs"]
mod format;
mod frame;
mod java_names;
#[path = "../../asl-aws/src/removed.rs"]
mod removed;

use std::io::Write;
use std::path::{Path, PathBuf};

use asl_value::Value;
use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::{Result, command, python, root, target};
use frame::write_number;

/// The version is part of the table. After changing it, run `cargo xtask service-table`.
const BOTOCORE: &str = "botocore==1.44.8";
const SCRIPT: &str = "xtask/src/service_table/models.py";
const TABLE: &str = "asl-aws/service-table.bin";
const DEFLATE_LEVEL: u32 = 10;

/// Installs botocore and returns the folder of its models.
pub(crate) fn models() -> Result<PathBuf> {
    let programs = python::environment("botocore", &[BOTOCORE])?;
    let models = target()?.join("botocore");
    std::fs::create_dir_all(&models)?;
    let mut script = python::python(&programs);
    script.arg(root()?.join(SCRIPT)).arg(&models);
    command::run(script)?;
    Ok(models)
}

pub(crate) fn run() -> Result<()> {
    let models = models()?;
    let table = table(&models)?;
    std::fs::write(root()?.join(TABLE), &table.bytes)?;
    println!("{TABLE}: {} services of {BOTOCORE}", table.services);
    println!("{} bytes, {} before compression", table.bytes.len(), table.plain_bytes);
    Ok(())
}

struct Table {
    services: usize,
    plain_bytes: usize,
    bytes: Vec<u8>,
}

fn table(models: &Path) -> Result<Table> {
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(models)? {
        paths.push(entry?.path());
    }
    paths.sort();
    let mut services = 0;
    let mut head = Vec::new();
    let mut frames = Vec::new();
    let mut plain_bytes = 0;
    for path in &paths {
        let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let model = Value::parse(&std::fs::read_to_string(path)?).map_err(|error| problem(&error))?;
        let service = encode::service(&model).map_err(|error| problem(&error))?;
        if removed::REMOVED.contains(&service.name.as_str()) {
            continue;
        }
        let frame = deflated(&service.frame)?;
        let plain: usize = service.frame.iter().map(Vec::len).sum();
        head.push(u8::try_from(service.name.len())?);
        head.extend(service.name.bytes());
        write_number(&mut head, frame.len())?;
        write_number(&mut head, plain)?;
        services += 1;
        plain_bytes += plain;
        frames.extend(frame);
    }
    let mut bytes = format::MAGIC.to_vec();
    write_number(&mut bytes, services)?;
    bytes.extend(head);
    bytes.extend(frames);
    Ok(Table { services, plain_bytes, bytes })
}

/// Compresses parts that have little in common one by one.
fn deflated(parts: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::new(DEFLATE_LEVEL));
    for part in parts {
        encoder.write_all(part)?;
        encoder.flush()?;
    }
    Ok(encoder.finish()?)
}

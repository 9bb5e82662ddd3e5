//! `cargo xtask service-table`: writes asl-aws/service-table.bin from the models in PyPI's botocore.
//!
//! Only facts are taken: names, types, places, ranges. The format is told in `asl-aws/src/table/format.rs`.

mod encode;
#[path = "../../asl-aws/src/table/format.rs"]
mod format;
mod java_names;
mod pool;

use std::path::Path;

use asl_value::Value;

use crate::{Result, command, python, root};
use pool::{write_number, write_text};

/// The version is part of the table: who changes it writes it anew.
const BOTOCORE: &str = "botocore==1.44.5";
const SCRIPT: &str = "xtask/src/service_table/models.py";
const TABLE: &str = "asl-aws/service-table.bin";
const DEFLATE_LEVEL: u8 = 10;

pub(crate) fn run() -> Result<()> {
    let programs = python::environment("botocore", &[BOTOCORE])?;
    let models = root()?.join("target/botocore");
    std::fs::create_dir_all(&models)?;
    let mut script = python::python(&programs);
    script.arg(root()?.join(SCRIPT)).arg(&models);
    command::run(script)?;

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
    let mut head = Vec::new();
    let mut frames = Vec::new();
    let mut plain_bytes = 0;
    for path in &paths {
        let problem = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let model = Value::parse(&std::fs::read_to_string(path)?).map_err(|error| problem(&error))?;
        let service = encode::service(&model).map_err(|error| problem(&error))?;
        let frame = miniz_oxide::deflate::compress_to_vec(&service.frame, DEFLATE_LEVEL);
        write_text(&mut head, &service.name);
        write_number(&mut head, frame.len())?;
        write_number(&mut head, service.frame.len())?;
        plain_bytes += service.frame.len();
        frames.extend(frame);
    }
    let mut bytes = format::MAGIC.to_vec();
    write_number(&mut bytes, paths.len())?;
    bytes.extend(head);
    bytes.extend(frames);
    Ok(Table { services: paths.len(), plain_bytes, bytes })
}

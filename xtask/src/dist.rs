//! `cargo xtask dist`: the prebuilt function, as a zip that Lambda takes.

use std::path::Path;
use std::process::Command;

use crate::{Result, cargo_lambda, command, root, size, target};

const ZIP: &str = "bootstrap.zip";

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let mut build = cargo_lambda::build()?;
    build.args(["--release", "--package", "asl-lambda", "--bin", "bootstrap", "--features", size::PREBUILT]);
    build.args(["--output-format", "zip"]).args(options).current_dir(root()?);
    command::run(build)?;
    let folder = target()?.join("dist");
    std::fs::create_dir_all(&folder)?;
    let built = target()?.join("lambda/bootstrap").join(ZIP);
    let zip = folder.join(ZIP);
    let bytes = std::fs::copy(&built, &zip).map_err(|error| format!("{}: {error}", built.display()))?;
    check(&zip)?;
    println!("{}: {bytes} bytes", zip.display());
    Ok(())
}

/// Lambda runs the program called `bootstrap` at the root of the zip, and nothing else need be there.
fn check(zip: &Path) -> Result<()> {
    const LIST: &str = "import sys, zipfile\n\
        for file in zipfile.ZipFile(sys.argv[1]).infolist():\n\
        \x20   print(file.filename, 'runs' if file.external_attr >> 16 & 0o111 else 'does not run')";
    let mut list = Command::new("python3");
    list.args(["-c", LIST]).arg(zip);
    match command::output(list)?.trim() {
        "bootstrap runs" => Ok(()),
        found => Err(format!("expected a program `bootstrap` in {}, found {found}", zip.display()).into()),
    }
}

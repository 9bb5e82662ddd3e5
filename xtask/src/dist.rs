//! `cargo xtask dist`: the prebuilt function, as a zip that Lambda takes.

use std::path::PathBuf;

use crate::{Result, cargo_lambda, command, root};

const ZIP: &str = "bootstrap.zip";

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let mut build = cargo_lambda::build()?;
    build.args(["--release", "--package", "asl-lambda", "--bin", "bootstrap", "--features", "aws"]);
    build.args(["--output-format", "zip"]).args(options).current_dir(root()?);
    command::run(build)?;
    let folder = root()?.join("target/dist");
    std::fs::create_dir_all(&folder)?;
    let built: PathBuf =
        [crate::metadata::Metadata::read()?.target_directory.as_str(), "lambda/bootstrap", ZIP]
            .iter()
            .collect();
    let zip = folder.join(ZIP);
    let bytes = std::fs::copy(&built, &zip).map_err(|error| format!("{}: {error}", built.display()))?;
    println!("{}: {bytes} bytes", zip.display());
    Ok(())
}

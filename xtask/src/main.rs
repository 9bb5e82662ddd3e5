//! The checks and chores of this repository: `cargo xtask <command>`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

mod ci;
mod command;
mod docs;
mod lambda_e2e;
mod metadata;
mod source;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "\
usage: cargo xtask <command>

  ci [--skip-tests]   everything a change must pass
  tidy                what the compiler does not check: dependencies, file lengths, forbidden words, licences
  docs                writes docs/deviations.md from the comments in the code
  lambda-e2e          invokes the order-processing example in an emulator of AWS Lambda";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["ci"] => ci::run(ci::Tests::Run),
        ["ci", "--skip-tests"] => ci::run(ci::Tests::Skip),
        ["tidy"] => tidy::run(),
        ["docs"] => docs::write(),
        ["lambda-e2e"] => lambda_e2e::run(),
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(64);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the repository.
fn root() -> Result<PathBuf> {
    let package = std::env::var_os("CARGO_MANIFEST_DIR").ok_or("run it as `cargo xtask`")?;
    Ok(PathBuf::from(package).parent().ok_or("no folder above the package")?.to_path_buf())
}

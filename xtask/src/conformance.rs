//! `cargo xtask conformance PATH [--write]`: `asl serve` against scenarios recorded on AWS, which are kept elsewhere.
//!
//! `tests/conformance.toml` holds the floors and names every case that differs, with its reason. A case that differs and
//! is not named there fails the run, and so does a count below its floor. `--write` adds what differs and raises floors.

mod expectations;
mod report;

use std::path::{Path, PathBuf};

use crate::asl_serve::AslServe;
use crate::{Result, command, python, root, target};
use expectations::Expectations;
use report::Report;

/// What the cases must reach.
const EXPECTATIONS: &str = "tests/conformance.toml";
/// Where the runner starts its loopback AWS.
const AWS: &str = "http://127.0.0.1:4510";

pub(crate) fn run(folder: &str) -> Result<()> {
    compare(Path::new(folder), false)
}

/// Runs the cases and writes down what they reach instead of failing. The reasons are for a person to fill in.
pub(crate) fn write(folder: &str) -> Result<()> {
    compare(Path::new(folder), true)
}

fn compare(folder: &Path, is_written: bool) -> Result<()> {
    let path = root()?.join(EXPECTATIONS);
    let mut expectations = Expectations::parse(&std::fs::read_to_string(&path)?)?;
    let runner = Runner::start(folder)?;
    let mut report = runner.run(None)?;
    // A case that waits for real seconds can miss its moment on a busy machine. Alone it has the machine to itself.
    let unexpected: Vec<String> = report
        .differing()
        .filter(|case| !expectations.differs.contains_key(*case))
        .map(str::to_owned)
        .collect();
    for case in &unexpected {
        println!("again, alone: {case}");
        report.replace(runner.run(Some(case))?);
    }
    for case in expectations.agreeing(&report) {
        println!("note: {case} agrees in this run and is named in {EXPECTATIONS}");
    }
    println!("reached: {}", report.counts());
    if is_written {
        expectations.take(&report);
        return Ok(std::fs::write(path, expectations.to_string())?);
    }
    match expectations.violations(&report).as_slice() {
        [] => Ok(()),
        violations => Err(format!("{EXPECTATIONS}:\n{}", violations.join("\n")).into()),
    }
}

/// The runner of the corpus, and the server that it drives.
struct Runner {
    folder: PathBuf,
    programs: PathBuf,
    server: AslServe,
}

impl Runner {
    fn start(folder: &Path) -> Result<Runner> {
        let programs = python::environment("conformance", &["boto3", "moto[server]", "jsonpath-ng"])?;
        let server = AslServe::start(
            &["--account", "000000000000", "--region", "us-east-1"],
            &[
                ("AWS_ENDPOINT_URL", AWS),
                ("AWS_ACCESS_KEY_ID", "a"),
                ("AWS_SECRET_ACCESS_KEY", "b"),
                ("AWS_DEFAULT_REGION", "us-east-1"),
            ],
        )?;
        Ok(Runner { folder: folder.to_path_buf(), programs, server })
    }

    /// Runs all cases, or one.
    fn run(&self, case: Option<&str>) -> Result<Report> {
        let json = target()?.join("conformance.json");
        let mut script = python::python(&self.programs);
        script.arg(self.folder.join("conformance.py")).args(["--states-url", &self.server.url, "--json"]);
        script.arg(&json);
        if let Some(case) = case {
            script.args(["--quiet", "--cases", case]);
        }
        // The other modes of boto3 add how often they tried to the texts that are compared.
        script.env("AWS_RETRY_MODE", "legacy");
        command::run(script)?;
        Report::parse(&std::fs::read_to_string(json)?)
    }
}

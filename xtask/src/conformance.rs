//! `cargo xtask conformance PATH [--write]`: `asl serve` against scenarios recorded on AWS, which are kept elsewhere.
//!
//! `tests/conformance.toml` holds the floors and lists every case that differs, with the reason. The run fails if a case
//! differs that is not listed, or if a count is below its floor. `--write` adds new differences and raises floors.

mod expectations;
mod report;

use std::path::{Path, PathBuf};

use crate::asl_serve::AslServe;
use crate::{Result, command, python, root, target};
use expectations::Expectations;
use report::Report;

/// The expected results.
const EXPECTATIONS: &str = "tests/conformance.toml";
/// The address at which the runner starts its local AWS.
const AWS: &str = "http://127.0.0.1:4510";

pub(crate) fn run(folder: &str) -> Result<()> {
    compare(Path::new(folder), false)
}

/// Runs the cases and records the results instead of failing. A person has to fill in the reasons.
pub(crate) fn write(folder: &str) -> Result<()> {
    compare(Path::new(folder), true)
}

fn compare(folder: &Path, is_written: bool) -> Result<()> {
    let path = root()?.join(EXPECTATIONS);
    let mut expectations = Expectations::parse(&std::fs::read_to_string(&path)?)?;
    let runner = Runner::start(folder)?;
    let mut report = runner.run(None)?;
    // A case that waits in real time can fail on a busy machine, so run it again on its own.
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

    /// Runs all cases, or a single one.
    fn run(&self, case: Option<&str>) -> Result<Report> {
        let json = target()?.join("conformance.json");
        let mut script = python::python(&self.programs);
        script.arg(self.folder.join("conformance.py")).args(["--states-url", &self.server.url, "--json"]);
        script.arg(&json);
        if let Some(case) = case {
            script.args(["--quiet", "--cases", case]);
        }
        // In other modes, boto3 adds the number of retries to the compared texts.
        script.env("AWS_RETRY_MODE", "legacy");
        command::run(script)?;
        Report::parse(&std::fs::read_to_string(json)?)
    }
}

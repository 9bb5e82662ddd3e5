//! `cargo xtask sdk-e2e`: boto3 and the aws-cli, unchanged, against `asl serve`.

use crate::asl_serve::AslServe;
use crate::{Result, command, python, root};

const SCRIPT: &str = "tests/sdk/e2e.py";

pub(crate) fn run() -> Result<()> {
    let programs = python::environment("sdk", &["boto3", "awscli"])?;
    let server = AslServe::start(&[], &[("AWS_ENDPOINT_URL", "")])?;
    let mut script = python::python(&programs);
    script.arg(root()?.join(SCRIPT)).arg(&server.url).arg(programs.join("aws"));
    command::run(script)
}

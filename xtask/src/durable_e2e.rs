//! `cargo xtask durable-e2e`: scenarios of durable executions on AWS's local runner.
//!
//! The scenarios are those that the tests run on the emulator of asl-durable, with the same ends: so the emulator and the
//! client cannot drift away from AWS. One runner skips the time of waits, the other does not, since AWS's runner does not
//! skip the times of callbacks.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::running::{Running, free_address};
use crate::{Result, command, python};

const RUNNER: &str = "aws-durable-execution-sdk-python-testing==1.4.0";

/// The functions that durable functions may invoke.
const FUNCTIONS: &str = r#"{"double": {}}"#;

pub(crate) fn run() -> Result<()> {
    let build = [
        "build",
        "--package",
        "asl-tests",
        "--bin",
        "durable",
        "--message-format",
        "json-render-diagnostics",
    ];
    let scenarios = command::built_program(command::cargo(&build)?, "durable")?;
    let runner = python::environment("durable", &[RUNNER])?.join("dex-local-runner");
    for (time, option) in [("skipped", "--skip-time"), ("real", "--no-skip-time")] {
        let functions = free_address()?;
        let (_running, address) = start(&runner, functions, option)?;
        let mut run = Command::new(&scenarios);
        run.args([&address.to_string(), &functions.port().to_string(), time]);
        command::run(run)?;
    }
    Ok(())
}

fn start(runner: &Path, functions: SocketAddr, time: &str) -> Result<(Running, SocketAddr)> {
    let address = free_address()?;
    let endpoint = format!("http://{functions}");
    let mut command = Command::new(runner);
    command
        .args([
            "start-server",
            "--host",
            &Ipv4Addr::LOCALHOST.to_string(),
            "--port",
            &address.port().to_string(),
        ])
        .args([
            "--lambda-endpoint",
            &endpoint,
            "--store-type",
            "memory",
            time,
            "--function-configs",
            FUNCTIONS,
        ])
        // It signs its invocations, and nobody checks them.
        .envs([
            ("AWS_ACCESS_KEY_ID", "local"),
            ("AWS_SECRET_ACCESS_KEY", "local"),
            ("AWS_REGION", "us-east-1"),
        ])
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut running = Running::start(command)?;
    running.wait_until_it_listens(address)?;
    Ok((running, address))
}

//! `cargo xtask durable-e2e`: durable functions on AWS's local runner.
//!
//! - The prebuilt function, and the one that `asl new --durable` creates, behind cargo-lambda's emulator of AWS Lambda. The
//!   runner invokes them there, and they call the runner.
//! - Scenarios of the protocol that the tests also run on the emulator of asl-durable, with the same ends: so the emulator and
//!   the client cannot drift away from AWS.
//!
//! One runner skips the time of waits, another does not, since AWS's runner does not skip the times of callbacks.

mod local_runner;
mod machines;
mod order;
mod services;
mod stage;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Command;

use crate::running::{Running, free_address};
use crate::{Result, command};
use local_runner::{LocalRunner, Time};
use stage::Programs;

pub(crate) fn run() -> Result<()> {
    let build = ["build", "--bin", "durable", "--message-format", "json-render-diagnostics"];
    let scenarios = command::built_program(command::cargo(&build)?, "durable")?;
    let programs = Programs::build()?;
    // Both mostly wait.
    let protocol = std::thread::spawn(move || protocol(&scenarios).map_err(|error| error.to_string()));
    machines::check(&programs)?;
    order::check(&programs)?;
    protocol.join().map_err(|_| "the scenarios of the protocol panicked")??;
    Ok(())
}

/// `cargo xtask order-approval`: waits until somebody follows a link.
pub(crate) fn order_approval() -> Result<()> {
    order::by_hand(&Programs::build()?)
}

/// Runs the scenarios of the protocol on a runner for each time.
fn protocol(scenarios: &PathBuf) -> Result<()> {
    let mut running = Vec::new();
    for (name, time) in [("skipped", Time::Skipped), ("real", Time::Real)] {
        let (functions, address) = (free_address()?, free_address()?);
        let runner = LocalRunner::start(address, functions, time, r#"{"double": {}}"#)?;
        running.push((start(scenarios, address, functions, name)?, runner));
    }
    running.into_iter().try_for_each(|(mut scenarios, _runner)| scenarios.wait())
}

fn start(scenarios: &PathBuf, runner: SocketAddr, functions: SocketAddr, time: &str) -> Result<Running> {
    let mut run = Command::new(scenarios);
    run.args([&runner.to_string(), &functions.port().to_string(), time]);
    Running::start(run)
}

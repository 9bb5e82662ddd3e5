//! `cargo xtask hostile` and `hostile-requests`: cases that mean harm, each of which must end soon and in bounded memory.

use std::process::Command;

use crate::asl_serve::AslServe;
use crate::{Result, command};

pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (mut cases, mut seed) = ("10000", "1");
    for pair in options.chunks(2) {
        match pair {
            ["--cases", number] => cases = number,
            ["--seed", number] => seed = number,
            other => return Err(format!("`{}` is no option of hostile", other.join(" ")).into()),
        }
    }
    let program = ["run", "--release", "--package", "asl-tests", "--bin", "hostile", "--", cases, seed];
    command::run(command::cargo(&program)?)
}

/// Sends hostile requests to a server of its own, which must end cleanly after them.
pub(crate) fn requests(options: &[&str]) -> Result<()> {
    let (count, seed) = match options {
        [] => ("100000", "1"),
        ["--seed", seed] => ("100000", *seed),
        [count] => (*count, "1"),
        [count, "--seed", seed] => (*count, *seed),
        other => return Err(format!("`{}` is no option of hostile-requests", other.join(" ")).into()),
    };
    let build = ["build", "--package", "asl-tests", "--bin", "hostile_requests"];
    let build = [&build[..], &["--message-format", "json-render-diagnostics"]].concat();
    let program = command::built_program(command::cargo(&build)?, "hostile_requests")?;
    // A tenth of what may be kept by default is reached in the first third, with the histories that are kept for the page.
    let server = AslServe::start(&["--ended-mib", "24"], &[])?;
    let address = server.url.trim_start_matches("http://").to_owned();
    let mut sender = Command::new(program);
    sender.args([&address, &server.id().to_string(), count, seed]);
    command::run(sender)?;
    server.end()
}

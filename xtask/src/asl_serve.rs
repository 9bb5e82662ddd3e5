//! `asl serve` in a process of its own.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};

use crate::{Result, command};

/// A running server; it ends with this.
pub(crate) struct AslServe {
    process: Child,
    /// `http://127.0.0.1:…`
    pub(crate) url: String,
}

impl AslServe {
    /// Builds it and waits until it listens, at a port that is free.
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Result<AslServe> {
        command::run(command::cargo(&["build", "--package", "asl-cli"])?)?;
        let run = ["run", "--quiet", "--package", "asl-cli", "--", "serve", "--port", "0"];
        let mut server = command::cargo(&run)?;
        server.args(arguments).envs(environment.iter().copied()).stdout(Stdio::piped());
        let process = server.spawn().map_err(|error| format!("asl serve: {error}"))?;
        let mut started = AslServe { process, url: String::new() };
        let output = started.process.stdout.take().ok_or("no output of asl serve")?;
        for line in BufReader::new(output).lines() {
            if let Some(url) = line?.strip_prefix("listening on ") {
                started.url = url.to_owned();
                return Ok(started);
            }
        }
        Err("asl serve ended before it listened".into())
    }
}

impl Drop for AslServe {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

//! `asl serve` in a process of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use crate::{Result, command, root};

/// A running server; it ends with this.
pub(crate) struct AslServe {
    process: Child,
    /// The command itself.
    pub(crate) program: PathBuf,
    /// `http://127.0.0.1:…`
    pub(crate) url: String,
}

impl AslServe {
    /// Builds it and waits until it listens, at a port that is free.
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Result<AslServe> {
        let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
        let program = command::built_program(command::cargo(&build)?, "asl")?;
        let mut server = Command::new(&program);
        server.current_dir(root()?).args(["serve", "--port", "0"]).args(arguments);
        server.envs(environment.iter().copied()).stdout(Stdio::piped());
        let process = server.spawn().map_err(|error| format!("asl serve: {error}"))?;
        let mut started = AslServe { process, program, url: String::new() };
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

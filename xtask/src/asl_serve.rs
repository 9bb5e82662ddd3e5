//! `asl serve` in a process of its own.

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

use crate::running::Running;
use crate::{Result, command, root};

/// A running server. Dropping this ends it.
pub(crate) struct AslServe {
    process: Running,
    /// The program `asl`.
    pub(crate) program: PathBuf,
    /// `http://127.0.0.1:…`
    pub(crate) url: String,
}

impl AslServe {
    /// Builds the server, starts it on a free port and waits until it listens.
    pub(crate) fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Result<AslServe> {
        let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
        let program = command::built_program(command::cargo(&build)?, "asl")?;
        let mut server = Command::new(&program);
        server.current_dir(root()?).args(["serve", "--port", "0"]).args(arguments);
        server.envs(environment.iter().copied()).stdout(Stdio::piped());
        let mut process = Running::start(server)?;
        let output = process.take_stdout().ok_or("no output of asl serve")?;
        for line in BufReader::new(output).lines() {
            if let Some(url) = line?.strip_prefix("listening on ") {
                return Ok(AslServe { process, program, url: url.to_owned() });
            }
        }
        Err("asl serve ended before it listened".into())
    }
    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Asks it to end, as a service manager does, and waits until it has ended with success.
    pub(crate) fn end(mut self) -> Result<()> {
        self.process.still_runs()?;
        let mut signal = Command::new("kill");
        signal.args(["-TERM", &self.id().to_string()]);
        command::run(signal)?;
        self.process.wait()
    }
}

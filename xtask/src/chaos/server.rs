//! [`Server`]: `asl serve`, which is killed and started again.

use std::fs::OpenOptions;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::functions::Functions;
use super::problems::Problems;
use crate::running::{Running, free_address};
use crate::{Result, command};

/// From the signal until the next process listens.
pub(super) type Kill = (Instant, Instant);

/// A server at an address that stays the same.
pub(super) struct Server {
    program: PathBuf,
    arguments: Vec<String>,
    address: SocketAddr,
    /// What all processes have written to standard error.
    log: PathBuf,
    process: Option<Running>,
}

impl Server {
    /// Starts a server with a data folder.
    pub(super) fn start(program: &Path, data_dir: &Path, functions: &Functions) -> Result<Server> {
        let address = free_address()?;
        let mut arguments: Vec<String> =
            ["serve", "--no-page", "--express-history", "--port"].into_iter().map(str::to_owned).collect();
        arguments.extend([address.port().to_string(), "--lambda-endpoint".to_owned(), functions.url()]);
        arguments.extend(["--data-dir".to_owned(), data_dir.display().to_string()]);
        let log = std::env::temp_dir().join(format!("asl-chaos-{}.log", address.port()));
        let _ = std::fs::remove_file(&log);
        let mut server = Server { program: program.to_owned(), arguments, address, log, process: None };
        server.launch()?;
        Ok(server)
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// The processor time that the process has taken.
    pub(super) fn cpu_time(&self) -> Result<Duration> {
        let id = self.process.as_ref().ok_or("the server does not run")?.id();
        cpu_time(&id.to_string())
    }

    /// The memory of the process that is resident.
    pub(super) fn memory_bytes(&self) -> Result<u64> {
        let id = self.process.as_ref().ok_or("the server does not run")?.id();
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()? << 10)
    }

    /// Adds arguments for the processes that are started from now on.
    pub(super) fn add_arguments(&mut self, arguments: &[&str]) {
        self.arguments.extend(arguments.iter().map(ToString::to_string));
    }

    /// Kills the process after a pause and starts another one.
    pub(super) fn kill_after(&mut self, pause: Duration) -> Result<Kill> {
        std::thread::sleep(pause);
        let killed = Instant::now();
        self.kill_and_restart()?;
        Ok((killed, Instant::now()))
    }

    /// Kills the process with SIGKILL and starts another one. Returns how long it took to listen again.
    pub(super) fn kill_and_restart(&mut self) -> Result<Duration> {
        if let Some(process) = &mut self.process {
            process.still_runs()?;
        }
        self.process = None;
        let begun = Instant::now();
        self.launch()?;
        Ok(begun.elapsed())
    }

    /// Reports what processes have logged: errors and panics.
    pub(super) fn check_log(&self, problems: &Problems) -> Result<()> {
        let log = std::fs::read_to_string(&self.log)?;
        for line in log.lines().filter(|line| line.contains("panicked") || line.contains("ERROR")) {
            problems.add("log", "a process has reported a problem", || line.to_owned());
        }
        std::fs::remove_file(&self.log)?;
        Ok(())
    }

    fn launch(&mut self) -> Result<()> {
        let mut command = Command::new(&self.program);
        let log = OpenOptions::new().create(true).append(true).open(&self.log)?;
        command.args(&self.arguments).stdout(Stdio::null()).stderr(log);
        let mut process = Running::start(command)?;
        process.wait_until_it_listens(self.address)?;
        self.process = Some(process);
        Ok(())
    }
}

/// The processor time that a process has taken: one with this number, or this process (`self`).
pub(super) fn cpu_time(id: &str) -> Result<Duration> {
    /// The clock ticks of `/proc`, which Linux fixes at a hundredth of a second.
    const TICK: Duration = Duration::from_millis(10);
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
    // The name of the program, in parentheses, may have spaces; user and system time are fields 14 and 15.
    let fields = stat.rsplit_once(") ").ok_or("no fields")?.1.split(' ').skip(11).take(2);
    let ticks = fields.map(str::parse::<u32>).sum::<std::result::Result<u32, _>>()?;
    Ok(TICK * ticks)
}

/// The program `asl`: that of `ASL`, or of a build for development.
pub(super) fn program() -> Result<PathBuf> {
    if let Some(program) = std::env::var_os("ASL") {
        return Ok(program.into());
    }
    let build = ["build", "--package", "asl-cli", "--message-format", "json-render-diagnostics"];
    command::built_program(command::cargo(&build)?, "asl")
}

/// The bytes of all files of a folder.
pub(super) fn bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in std::fs::read_dir(folder)? {
        bytes += file?.metadata()?.len();
    }
    Ok(bytes)
}

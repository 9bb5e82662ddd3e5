//! cargo-lambda's emulator of the Lambda service, and the function that it serves.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::metadata::Metadata;
use crate::{Result, cargo_lambda, root};

/// A running emulator and function; both end with this value.
pub(super) struct Emulator {
    /// cargo-lambda.
    program: PathBuf,
    address: SocketAddr,
    processes: Vec<Child>,
    log: PathBuf,
}

impl Emulator {
    pub(super) fn start(function: &Path) -> Result<Emulator> {
        let folder = PathBuf::from(Metadata::read()?.target_directory).join("lambda-e2e");
        std::fs::create_dir_all(&folder)?;
        let program = cargo_lambda::emulator()?;
        let address = free_address()?;
        let log = folder.join("function.log");
        let mut emulator = Emulator { program: program.clone(), address, processes: Vec::new(), log };

        let mut watch = Command::new(program);
        watch.args(["lambda", "watch", "--only-lambda-apis", "--invoke-address", "127.0.0.1"]);
        watch.args(["--invoke-port", &address.port().to_string()]).current_dir(root()?);
        emulator.spawn(watch, &folder.join("emulator.log"))?;
        wait_for(address)?;

        let mut bootstrap = Command::new(function);
        bootstrap.env("AWS_LAMBDA_FUNCTION_NAME", "_");
        bootstrap.env("AWS_LAMBDA_FUNCTION_VERSION", "1");
        bootstrap.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "4096");
        bootstrap.env("AWS_LAMBDA_RUNTIME_API", format!("http://{address}/.rt"));
        // What an event carries is an order, be it the body of a request or of a message.
        bootstrap.env("ASL_INPUT", "body");
        let log = emulator.log.clone();
        emulator.spawn(bootstrap, &log)?;
        Ok(emulator)
    }

    /// Invokes the function with the event in a file and gives the answer.
    pub(super) fn invoke(&self, event: &Path) -> Result<String> {
        let mut invoke = Command::new(&self.program);
        invoke.args(["lambda", "invoke", "--invoke-address", "127.0.0.1"]);
        invoke.args(["--invoke-port", &self.address.port().to_string(), "--data-file"]).arg(event);
        let mut invoking = invoke.stdout(Stdio::piped()).spawn()?;
        // A function that has died never answers.
        let ended = wait(Duration::from_secs(60), || matches!(invoking.try_wait(), Ok(Some(_))));
        if !ended {
            let _ = invoking.kill();
        }
        let done = invoking.wait_with_output()?;
        match (ended, done.status.success()) {
            (true, true) => Ok(String::from_utf8(done.stdout)?),
            (true, false) => Err(format!("cargo lambda invoke: {}", done.status).into()),
            (false, _) => Err("no answer within a minute".into()),
        }
    }

    /// What the function has printed.
    pub(super) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn spawn(&mut self, mut program: Command, log: &Path) -> Result<()> {
        let log = File::create(log)?;
        program.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        self.processes.push(program.spawn().map_err(|error| format!("{program:?}: {error}"))?);
        Ok(())
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        for process in &mut self.processes {
            // It may have ended by itself.
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn wait_for(server: SocketAddr) -> Result<()> {
    let answers = wait(Duration::from_secs(30), || TcpStream::connect(server).is_ok());
    if answers { Ok(()) } else { Err("the emulator does not answer".into()) }
}

/// Whether it comes true in time.
fn wait(time: Duration, mut is_so: impl FnMut() -> bool) -> bool {
    let start = Instant::now();
    while start.elapsed() < time {
        if is_so() {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

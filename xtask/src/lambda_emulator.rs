//! cargo-lambda's emulator of the Lambda service, and the function that it serves.

use std::fs::File;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::running::{Running, free_address, wait_until};
use crate::{Result, cargo_lambda, root, target};

/// The name of a function that is not a program of the project in the emulator's working directory.
pub(crate) const FUNCTION: &str = "_";

/// A running emulator and its function. Dropping this ends both.
pub(crate) struct Emulator {
    /// The program `cargo-lambda`.
    program: PathBuf,
    address: SocketAddr,
    processes: Vec<Running>,
    log: PathBuf,
}

impl Emulator {
    /// `name` is that of its logs.
    pub(crate) fn start(name: &str, function: &Path, environment: &[(&str, &str)]) -> Result<Emulator> {
        Emulator::start_at(free_address()?, name, function, environment)
    }

    /// Serves the function at this address.
    pub(crate) fn start_at(
        address: SocketAddr,
        name: &str,
        function: &Path,
        environment: &[(&str, &str)],
    ) -> Result<Emulator> {
        let folder = target()?.join("lambda-e2e");
        std::fs::create_dir_all(&folder)?;
        let program = cargo_lambda::emulator()?;
        let log = folder.join(format!("{name}.log"));
        let mut emulator =
            Emulator { program: program.clone(), address, processes: Vec::new(), log: log.clone() };

        let mut watch = Command::new(program);
        watch.args(["lambda", "watch", "--only-lambda-apis", "--invoke-address", "127.0.0.1"]);
        watch.args(["--invoke-port", &address.port().to_string()]).current_dir(root()?);
        let service = emulator.start_process(watch, &folder.join(format!("{name}-emulator.log")))?;
        service.wait_until_it_listens(address).map_err(|error| format!("the emulator: {error}"))?;

        emulator.start_function(function, environment, &log)?;
        Ok(emulator)
    }

    /// Starts another process of the function, which handles events beside the others.
    pub(crate) fn start_another(
        &mut self,
        name: &str,
        function: &Path,
        environment: &[(&str, &str)],
    ) -> Result<()> {
        let log = target()?.join("lambda-e2e").join(format!("{name}.log"));
        self.start_function(function, environment, &log)
    }

    fn start_function(&mut self, function: &Path, environment: &[(&str, &str)], log: &Path) -> Result<()> {
        let mut bootstrap = Command::new(function);
        bootstrap.env("AWS_LAMBDA_FUNCTION_NAME", FUNCTION);
        bootstrap.env("AWS_LAMBDA_FUNCTION_VERSION", "1");
        bootstrap.env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "4096");
        bootstrap.env("AWS_LAMBDA_RUNTIME_API", format!("http://{}/.rt", self.address));
        bootstrap.envs(environment.iter().copied());
        self.start_process(bootstrap, log)?;
        Ok(())
    }

    /// Invokes the function with the event in a file. Returns the answer, or the error in Lambda's form:
    /// `{"errorType": "OutOfStock", "errorMessage": "no mug left"}`.
    pub(crate) fn invoke(&self, event: &Path) -> Result<Value> {
        let mut invoke = Command::new(&self.program);
        invoke.args(["lambda", "invoke", "--invoke-address", "127.0.0.1"]);
        invoke.args(["--invoke-port", &self.address.port().to_string(), "--data-file"]).arg(event);
        let mut invoking = invoke.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // A function that has crashed never answers.
        let ended = wait_until(Duration::from_secs(60), || matches!(invoking.try_wait(), Ok(Some(_))));
        if !ended {
            let _ = invoking.kill();
        }
        let done = invoking.wait_with_output()?;
        match (ended, done.status.success()) {
            (true, true) => {
                let answer = String::from_utf8(done.stdout)?;
                serde_json::from_str(&answer)
                    .map_err(|error| format!("{error} in the answer {answer}").into())
            }
            (true, false) => {
                let printed = String::from_utf8(done.stderr)?;
                error(&printed).ok_or_else(|| format!("cargo lambda invoke: {printed}").into())
            }
            (false, _) => Err("no answer within a minute".into()),
        }
    }

    /// Posts JSON to the function's URL. Returns the response in the form `{"statusCode", "headers", "body"}`.
    pub(crate) fn post(&self, body: &str) -> Result<Value> {
        let mut connection = TcpStream::connect(self.address)?;
        connection.set_read_timeout(Some(Duration::from_secs(60)))?;
        let (address, length) = (self.address, body.len());
        write!(
            connection,
            "POST /lambda-url/{FUNCTION}/orders HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut response = String::new();
        connection.read_to_string(&mut response)?;
        let (head, body) = response.split_once("\r\n\r\n").ok_or("a response without a body")?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse::<u16>().ok());
        let headers: serde_json::Map<String, Value> = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.into()))
            .collect();
        let is_chunked = headers.get("transfer-encoding").is_some_and(|coding| coding == "chunked");
        let body =
            if is_chunked { unchunked(body).ok_or("a chunk that ends early")? } else { body.to_owned() };
        Ok(json!({"statusCode": status, "headers": headers, "body": body}))
    }

    /// The output of the function so far.
    pub(crate) fn log(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    fn start_process(&mut self, mut program: Command, log: &Path) -> Result<&mut Running> {
        let log = File::create(log)?;
        program.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let process = Running::start(program)?;
        self.processes.push(process);
        self.processes.last_mut().ok_or_else(|| "no process".into())
    }
}

/// The error of a function. `cargo lambda invoke` prints its type and, after a cross, its message.
fn error(printed: &str) -> Option<Value> {
    let error_type = printed.lines().find_map(|line| line.strip_prefix("Error: "))?;
    let message = printed.lines().find_map(|line| line.trim_start().strip_prefix("× ")).unwrap_or_default();
    Some(json!({"errorType": error_type.trim(), "errorMessage": message.trim()}))
}

/// Decodes a chunked body.
fn unchunked(mut body: &str) -> Option<String> {
    let mut whole = String::new();
    loop {
        let (size, rest) = body.split_once("\r\n")?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return Some(whole);
        }
        whole.push_str(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix("\r\n")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_read_from_what_is_printed() {
        let printed = "Error: OutOfStock\n\n  × no mug left\n\n  Was this behavior unexpected?\n";
        assert_eq!(error(printed), Some(json!({"errorType": "OutOfStock", "errorMessage": "no mug left"})));
        assert_eq!(error("panicked"), None);
    }

    #[test]
    fn chunks_become_a_body() {
        assert_eq!(unchunked("3\r\nabc\r\nA\r\n0123456789\r\n0\r\n\r\n").as_deref(), Some("abc0123456789"));
        assert_eq!(unchunked("3\r\nab"), None);
    }
}

//! AWS's local runner of durable executions.

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::running::Running;
use crate::{Result, loopback, python};

const PACKAGE: &str = "aws-durable-execution-sdk-python-testing==1.4.0";

/// How long an execution may take, in seconds: two years, which waits of skipped time add up to.
const TIMEOUT_SECONDS: u64 = 63_244_800;

const PATIENCE: Duration = Duration::from_secs(90);

/// Whether waits take time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    Skipped,
    Real,
}

/// A running runner. Dropping this ends it.
pub(super) struct LocalRunner {
    pub(super) address: SocketAddr,
    _process: Running,
}

impl LocalRunner {
    /// Starts the runner at `address`. It invokes functions at `functions`; `configs` are those that executions may invoke.
    pub(super) fn start(
        address: SocketAddr,
        functions: SocketAddr,
        time: Time,
        configs: &str,
    ) -> Result<LocalRunner> {
        let program = python::environment("durable", &[PACKAGE])?.join("dex-local-runner");
        let (host, port) = (Ipv4Addr::LOCALHOST.to_string(), address.port().to_string());
        let endpoint = format!("http://{functions}");
        let time = if time == Time::Skipped { "--skip-time" } else { "--no-skip-time" };
        let mut command = Command::new(program);
        command
            .args(["start-server", "--host", &host, "--port", &port, "--store-type", "memory", time])
            .args(["--lambda-endpoint", &endpoint, "--function-configs", configs])
            // It signs its invocations, and nobody checks them.
            .envs([
                ("AWS_ACCESS_KEY_ID", "local"),
                ("AWS_SECRET_ACCESS_KEY", "local"),
                ("AWS_REGION", "us-east-1"),
            ])
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let mut process = Running::start(command)?;
        process.wait_until_it_listens(address)?;
        Ok(LocalRunner { address, _process: process })
    }

    /// Starts an execution of a function. Returns its ARN.
    pub(super) fn execute(&self, function: &str, name: &str, input: &Value) -> Result<String> {
        let start = json!({
            "AccountId": "123456789012", "FunctionName": function, "FunctionQualifier": "$LATEST",
            "ExecutionName": name, "ExecutionTimeoutSeconds": TIMEOUT_SECONDS, "ExecutionRetentionPeriodDays": 1,
            "Input": input.to_string()
        });
        let started = self.send("POST", "/start-durable-execution", &start.to_string())?;
        let arn = started.get("ExecutionArn").and_then(Value::as_str);
        Ok(arn.ok_or_else(|| format!("no ARN: {started}"))?.to_owned())
    }

    /// Waits for the end of an execution. Returns its status, and its result or the type of its error.
    pub(super) fn end(&self, arn: &str) -> Result<(String, Value)> {
        let path = path(arn);
        let started = Instant::now();
        while started.elapsed() < PATIENCE {
            let execution = self.send("GET", &path, "")?;
            let text = |pointer: &str| execution.pointer(pointer).and_then(Value::as_str);
            match text("/Status") {
                Some("RUNNING") => std::thread::sleep(Duration::from_millis(30)),
                Some(status) => {
                    let result = text("/Result").map(serde_json::from_str).transpose()?;
                    let error = || execution.pointer("/Error/ErrorType").cloned().unwrap_or_default();
                    return Ok((status.to_owned(), result.unwrap_or_else(error)));
                }
                None => return Err(format!("not an execution: {execution}").into()),
            }
        }
        Err(format!("no end of {arn} within {} s", PATIENCE.as_secs()).into())
    }

    /// Whether an execution has invoked another one.
    pub(super) fn has_invoked(&self, arn: &str) -> Result<bool> {
        let history = self.send("GET", &format!("{}/history?MaxItems=1000", path(arn)), "")?;
        let events = history.get("Events").and_then(Value::as_array);
        let events = events.ok_or_else(|| format!("not a history: {history}"))?;
        Ok(events.iter().any(|event| event.get("EventType") == Some(&json!("ChainedInvokeStarted"))))
    }

    fn send(&self, method: &str, path: &str, body: &str) -> Result<Value> {
        let headers = [("Content-Type", "application/json")];
        let (_, body) = loopback::send(self.address, method, path, &headers, body)?;
        serde_json::from_str(&body).map_err(|error| format!("{method} {path}: {error}: {body}").into())
    }
}

/// The path of an execution in the API.
fn path(arn: &str) -> String {
    format!("/2025-12-01/durable-executions/{}", arn.replace(':', "%3A").replace('/', "%2F"))
}

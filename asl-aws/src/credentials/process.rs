//! Keys that a program prints.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

use std::process::Stdio;
use std::time::Duration;

use asl_value::Value;
use aws_credential_types::Credentials;
use tokio::process::Command;

use super::read;

/// Somebody may have to find a device, or a password.
const TIME: Duration = Duration::from_secs(120);

/// Runs the command line of a `credential_process`, which talks to people on standard error.
pub(super) async fn keys_of_process(command: &str) -> Result<Credentials, String> {
    let (shell, flag) = if cfg!(windows) { ("cmd.exe", "/C") } else { ("sh", "-c") };
    let mut process = Command::new(shell);
    process.args([flag, command]).stdin(Stdio::null()).stderr(Stdio::inherit()).kill_on_drop(true);
    let output = tokio::time::timeout(TIME, process.output()).await;
    let output =
        output.map_err(|_| format!("`credential_process` took longer than {} seconds", TIME.as_secs()))?;
    let output = output.map_err(|error| format!("`credential_process` cannot be run: {error}"))?;
    if !output.status.success() {
        return Err(format!("`credential_process` failed: {}", output.status));
    }
    let printed = Value::parse_slice(&output.stdout).unwrap_or_default();
    let is_known = printed.get("Version").and_then(Value::as_i64) == Some(1);
    let keys = is_known.then(|| read(&printed, "SessionToken")).flatten();
    keys.ok_or_else(|| "`credential_process` printed no credentials of version 1".to_owned())
}

//! `credential_process`: keys that a program prints.
//!
//! Source: <https://docs.aws.amazon.com/sdkref/latest/guide/feature-process-credentials.html>

use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use asl_value::Value;
use aws_credential_types::Credentials;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

use super::read;

/// Time for a person to enter a password or to use a device.
const TIME: Duration = Duration::from_secs(120);

/// Keys are a few hundred bytes.
const MAX_BYTES: u64 = 64 << 10;

/// Runs the command line of a `credential_process`, whose standard error is left for people to read.
pub(super) async fn keys_of_process(command: &str) -> Result<Credentials, String> {
    let (shell, flag) = if cfg!(windows) { ("cmd.exe", "/C") } else { ("sh", "-c") };
    let mut process = Command::new(shell);
    process.args([flag, command]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    process.kill_on_drop(true);
    let output = tokio::time::timeout(TIME, output(process)).await;
    let output =
        output.map_err(|_| format!("`credential_process` took longer than {} seconds", TIME.as_secs()))?;
    let (status, printed) = output.map_err(|error| format!("`credential_process` cannot be run: {error}"))?;
    if printed.len() as u64 > MAX_BYTES {
        return Err(format!("`credential_process` printed more than {MAX_BYTES} bytes"));
    }
    if !status.success() {
        return Err(format!("`credential_process` failed: {status}"));
    }
    let printed = Value::parse_slice(&printed).unwrap_or_default();
    let is_known = printed.get("Version").and_then(Value::as_i64) == Some(1);
    let keys = is_known.then(|| read(&printed, "SessionToken")).flatten();
    keys.ok_or_else(|| "`credential_process` printed no credentials of version 1".to_owned())
}

/// The exit status and the output of a program, which is killed once it has printed more than [`MAX_BYTES`].
async fn output(mut process: Command) -> io::Result<(ExitStatus, Vec<u8>)> {
    let mut child = process.spawn()?;
    let mut printed = Vec::new();
    if let Some(stdout) = child.stdout.take() {
        stdout.take(MAX_BYTES + 1).read_to_end(&mut printed).await?;
    }
    if printed.len() as u64 > MAX_BYTES {
        child.kill().await?;
    }
    Ok((child.wait().await?, printed))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_a_program_prints_is_bounded() {
        let error = keys_of_process("yes keys").await.expect_err("an error");
        assert_eq!(error, "`credential_process` printed more than 65536 bytes");
        let error = keys_of_process("head -c 65536 /dev/zero; exit 3").await.expect_err("an error");
        assert!(error.starts_with("`credential_process` failed: "), "{error}");
        let printed = r#"{"Version": 1, "AccessKeyId": "id", "SecretAccessKey": "secret"}"#;
        let keys = keys_of_process(&format!("echo '{printed}'")).await.expect("keys");
        assert_eq!(keys.access_key_id(), "id");
    }
}

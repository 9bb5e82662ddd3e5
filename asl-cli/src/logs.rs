//! Where `asl serve` writes log records.

#[cfg(feature = "aws")]
mod cloudwatch;

use std::io::Write;
use std::path::PathBuf;

use asl_local::LogSink;
use asl_value::Value;

use crate::private_file;

#[cfg(feature = "aws")]
pub(crate) use cloudwatch::CloudWatch;

/// Writes log records as lines of JSON.
#[derive(Debug, Clone)]
pub(crate) enum Logs {
    /// `-`
    StandardOutput,
    /// A file for each log group.
    Folder(PathBuf),
}

impl Logs {
    pub(crate) fn new(place: &str) -> Logs {
        if place == "-" { Logs::StandardOutput } else { Logs::Folder(place.into()) }
    }

    /// # Errors
    /// The folder cannot be created.
    pub(crate) fn prepare(&self) -> std::io::Result<()> {
        match self {
            Logs::StandardOutput => Ok(()),
            Logs::Folder(folder) => std::fs::create_dir_all(folder),
        }
    }
}

impl LogSink for Logs {
    fn record(&self, group: &str, record: Value) {
        let line = record.to_json() + "\n";
        let written = match self {
            Logs::StandardOutput => std::io::stdout().lock().write_all(line.as_bytes()),
            // One write per line, so that the lines of concurrent executions do not mix.
            Logs::Folder(folder) => private_file::options()
                .append(true)
                .open(folder.join(file_name(group)))
                .and_then(|mut file| file.write_all(line.as_bytes())),
        };
        if let Err(error) = written {
            tracing::error!(group, %error, "cannot write a log record");
        }
    }
}

/// `aws-vendedlogs-states-orders.jsonl` of `/aws/vendedlogs/states/orders`.
fn file_name(group: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '-' };
    let name: String = group.trim_start_matches('/').chars().map(plain).collect();
    format!("{name}.jsonl")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_log_is_for_its_user() {
        use std::os::unix::fs::PermissionsExt;
        let folder = std::env::temp_dir().join(format!("asl-logs-{}", std::process::id()));
        let logs = Logs::new(folder.to_str().unwrap());
        logs.prepare().unwrap();
        logs.record("orders", Value::Null);
        let mode = std::fs::metadata(folder.join("orders.jsonl")).unwrap().permissions().mode();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_group_is_one_file_in_the_folder() {
        for (group, expected) in [
            ("/aws/vendedlogs/states/orders", "aws-vendedlogs-states-orders.jsonl"),
            ("../../etc/passwd", "..-..-etc-passwd.jsonl"),
            ("a b#c", "a-b-c.jsonl"),
        ] {
            assert_eq!(file_name(group), expected);
        }
    }
}

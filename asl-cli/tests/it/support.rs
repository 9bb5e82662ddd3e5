//! Runs the binary.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use asl_value::Value;

/// What a call of the command did.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// The command, run in the folder of the examples.
pub(crate) fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_asl"));
    command.args(args).current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples"));
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

pub(crate) fn asl(args: &[&str], stdin: impl AsRef<[u8]>) -> Ran {
    let mut child = command(args).spawn().expect("the binary runs");
    let mut pipe = child.stdin.take().expect("a pipe");
    let input = stdin.as_ref().to_vec();
    // A command that does not read its input may have gone.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&input)));
    let output = child.wait_with_output().expect("it ends");
    writer.join().expect("the input is written");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("it prints UTF-8");
    let ran = Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) };
    assert!(!ran.stderr.contains("panicked"), "{args:?}: {}", ran.stderr);
    ran
}

impl Ran {
    /// Standard output, which is one JSON value on one line.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        Value::parse(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// The path of a file for this test alone.
pub(crate) fn scratch(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A new file with these bytes, for this test alone.
pub(crate) fn file(name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = scratch(name);
    std::fs::write(&path, bytes).expect("the folder for tests can be written");
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// A machine of one state `S`, which ends.
pub(crate) fn machine(state: &str) -> String {
    format!(r#"{{"StartAt":"S","States":{{"S":{{{state},"End":true}}}}}}"#)
}

/// A Pass state, whose output is its input.
pub(crate) fn echo() -> String {
    machine(r#""Type":"Pass""#)
}

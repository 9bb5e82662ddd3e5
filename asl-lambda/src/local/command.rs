//! A function as a command on a developer's machine: its arguments and its messages.

use std::ffi::{OsStr, OsString};
use std::fmt::{self, Write as _};
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use asl_files::{Kind, read, read_all};
use asl_model::Format;
use asl_value::Value;

use super::{LocalError, run_once};
use crate::{Adapter, Invocation, LineSink};

const USAGE: u8 = 64;
/// The largest size of an event; Lambda accepts less.
const LARGEST: u64 = 16 << 20;
/// The log is written only if this is set. On a developer's machine the default log of a function is not useful.
const LOG_LEVEL: &str = "ASL_LOG_LEVEL";

const HELP: &str = "
Handles one event as Lambda would, and prints the states it goes through and the response.

Usage: {name} [OPTIONS] [EVENT]

Arguments:
  [EVENT]  The event: a file, JSON text, or `-` for standard input (the default)

Options:
  -v, --verbose  Shows the input and output of each state
  -h, --help     Prints this

Environment:
  ASL_DEFINITION         The definition to run, or a folder of them
  ASL_LOG_LEVEL          OFF, FATAL, ERROR or ALL: writes the records of the log to standard error
  ASL_SUBSTITUTE_<Name>  The value of ${Name} in the definition
  ASL_…                  The other settings of asl-lambda

Exit codes: 0 the execution succeeded, 1 it failed, 2 the function cannot start, 64 wrong usage";

/// The arguments on the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Call {
    /// A file, JSON text or `-`; `None` for standard input.
    event: Option<OsString>,
    is_verbose: bool,
}

impl Call {
    /// The arguments of this process.
    ///
    /// # Errors
    /// The exit code, if the process ends at once: after printing the help, or because an argument is wrong.
    pub(crate) fn of_process() -> Result<Call, ExitCode> {
        let mut arguments = std::env::args_os();
        let name = arguments.next().unwrap_or_default();
        let name = Path::new(&name).file_name().unwrap_or(OsStr::new("bootstrap")).to_string_lossy();
        match Call::parse(arguments) {
            Ok(Some(call)) => Ok(call),
            Ok(None) => {
                // If standard output is closed, there is nowhere to report it.
                let _ = writeln!(std::io::stdout().lock(), "{}", HELP.trim_start().replace("{name}", &name));
                Err(ExitCode::SUCCESS)
            }
            Err(problem) => {
                Err(refuse(&format!("{problem}\n\nUsage: {name} [OPTIONS] [EVENT]; see `{name} --help`")))
            }
        }
    }

    /// `None` if the help is to be printed.
    fn parse(arguments: impl Iterator<Item = OsString>) -> Result<Option<Call>, String> {
        let mut call = Call { event: None, is_verbose: false };
        let mut are_options = true;
        for argument in arguments {
            match argument.to_str() {
                Some("-h" | "--help") if are_options => return Ok(None),
                Some("-v" | "--verbose") if are_options => call.is_verbose = true,
                Some("--") if are_options => are_options = false,
                Some(option)
                    if are_options
                        && option.len() > 1
                        && option.starts_with('-')
                        && !Format::is_json_text(option) =>
                {
                    return Err(format!("there is no option `{option}`"));
                }
                _ if call.event.is_some() => return Err("expected one event".to_owned()),
                _ => call.event = Some(argument),
            }
        }
        Ok(Some(call))
    }

    /// Handles the event.
    pub(crate) async fn run(&self, adapter: &Adapter) -> ExitCode {
        // Reading a file or a pipe may block.
        let argument = self.event.clone();
        let event = match tokio::task::spawn_blocking(move || event(argument)).await {
            Ok(Ok(event)) => event,
            Ok(Err(error)) => return refuse(&error.to_string()),
            Err(error) => return refuse(&error.to_string()),
        };
        let mut invocation = Invocation::new("local");
        if std::env::var_os(LOG_LEVEL).is_some_and(|level| !level.is_empty()) {
            let log: LineSink = Arc::new(|line| say(format_args!("{line}")));
            invocation = invocation.with_log(log);
        }
        let run = run_once(adapter, event, invocation).await;
        let run = if self.is_verbose { run.with_data() } else { run };
        if let Err(error) = write!(std::io::stdout().lock(), "{run}") {
            say(format_args!("error: cannot write to standard output: {error}"));
            return ExitCode::FAILURE;
        }
        if run.succeeded() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

fn event(argument: Option<OsString>) -> Result<Value, LocalError> {
    match argument {
        None if std::io::stdin().is_terminal() => {
            Err(LocalError("expected an event: a file, JSON text, or standard input".to_owned()))
        }
        None => stdin(),
        Some(argument) if argument == "-" => stdin(),
        Some(argument) => match argument.to_str().filter(|text| Format::is_json_text(text)) {
            Some(text) => parse("the event", text.as_bytes()),
            None => {
                let path = Path::new(&argument);
                let name = format!("`{}`", path.display());
                let read = read(path, Kind::RegularOrPipe, LARGEST);
                parse(&name, &read.map_err(|error| LocalError(format!("{name}: {error}")))?)
            }
        },
    }
}

fn stdin() -> Result<Value, LocalError> {
    let read = read_all(std::io::stdin().lock(), LARGEST);
    let bytes = read.map_err(|error| LocalError(format!("standard input: {error}")))?;
    parse("standard input", &bytes)
}

fn parse(from: &str, bytes: &[u8]) -> Result<Value, LocalError> {
    let text = bytes.strip_prefix("\u{FEFF}".as_bytes()).unwrap_or(bytes);
    Value::parse_slice(text).map_err(|error| LocalError(format!("{from}: expected JSON: {error}")))
}

fn refuse(problem: &str) -> ExitCode {
    say(format_args!("error: {problem}"));
    ExitCode::from(USAGE)
}

fn say(text: fmt::Arguments<'_>) {
    // If standard error is closed, there is nowhere to report it.
    let _ = writeln!(std::io::stderr().lock(), "{text}");
}

/// Shows log lines to people.
///
/// ```text
/// error[ASL0019]: Missing 'Next' target: B
///   at /States/A/Next, line 4, column 15
///   help: did you mean `A`?
/// ```
pub(crate) fn show(lines: &[Value]) {
    lines.iter().for_each(|line| say(format_args!("{}", shown(line))));
}

fn shown(line: &Value) -> String {
    let text = |name: &str| line.get(name).and_then(Value::as_str);
    let mut shown = text("level").unwrap_or("ERROR").to_ascii_lowercase();
    if shown == "warn" {
        shown.push_str("ing");
    }
    if let Some(code) = text("code") {
        let _ = write!(shown, "[{code}]");
    }
    let _ = write!(shown, ": {}", text("message").unwrap_or_default());
    let number = |name: &str| line.get(name).and_then(Value::as_i64).map(|number| format!("{name} {number}"));
    let place = [text("definition").map(|name| format!("`{name}`")), text("location").map(str::to_owned)];
    let place: Vec<String> = place.into_iter().chain([number("line"), number("column")]).flatten().collect();
    if !place.is_empty() {
        let _ = write!(shown, "\n  at {}", place.join(", "));
    }
    if let Some(help) = text("help") {
        let _ = write!(shown, "\n  help: {help}");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(arguments: &[&str], expect: Result<Option<(Option<&str>, bool)>, &str>) {
        let parsed = Call::parse(arguments.iter().map(OsString::from));
        let expect = expect.map(|call| {
            call.map(|(event, is_verbose)| Call { event: event.map(OsString::from), is_verbose })
        });
        assert_eq!(parsed, expect.map_err(str::to_owned), "{arguments:?}");
    }

    #[test]
    fn arguments() {
        check(&[], Ok(Some((None, false))));
        check(&["e.json"], Ok(Some((Some("e.json"), false))));
        check(&["-v", "-"], Ok(Some((Some("-"), true))));
        check(&["{}", "--verbose"], Ok(Some((Some("{}"), true))));
        check(&["-5"], Ok(Some((Some("-5"), false))));
        check(&["--", "-v"], Ok(Some((Some("-v"), false))));
        check(&["e.json", "--help"], Ok(None));
        check(&["-h"], Ok(None));
        check(&["--verbos"], Err("there is no option `--verbos`"));
        check(&["a", "b"], Err("expected one event"));
    }
}

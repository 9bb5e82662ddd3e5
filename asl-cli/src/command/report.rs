//! `asl report`: executions of a log as one HTML file.

use std::path::Path;

use asl_files::{Kind as FileKind, read, read_all};
use asl_local::{HtmlReport, ReportedExecution};
use asl_model::{ExecutionArn, ExecutionRun, ExecutionType};
use asl_value::Value;

use crate::args;
use crate::args::Kind;
use crate::home::Home;
use crate::log_file::{LoggedExecution, executions};
use crate::machine_files::selected_with;
use crate::private_file;
use crate::refusal::Refusal;
use crate::render::checked::refuse;
use crate::render::plain;
use crate::{Exit, Terminal};

/// Bytes of a log: what several executions of 25,000 events write.
const LARGEST: u64 = 256 << 20;

pub(super) fn report(args: &args::HtmlReport, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    let log = log(&args.log, terminal)?;
    let mut found = executions(&log);
    if found.is_empty() {
        let message = format!("`{}` has no log records of executions", args.log.display());
        return Err(Refusal::usage(message));
    }
    if let Some(wanted) = &args.execution {
        found.retain(|execution| {
            let arn = execution.arn.as_deref().unwrap_or_default();
            arn == wanted || ExecutionArn::parse(arn).is_some_and(|arn| arn.name == wanted)
        });
        if found.is_empty() {
            let message = format!("`{}` has no execution `{wanted}`", args.log.display());
            return Err(Refusal::usage(message));
        }
    }
    let definition = match &args.definition {
        None => None,
        Some(path) => {
            let substitutions = args.substitutions.values()?;
            let home = Home::default();
            let checked = selected_with(path, &substitutions, Kind::STANDARD, &home, terminal)?;
            let source = checked.excerpt.as_ref().filter(|_| checked.machine().is_some());
            let Some(source) = source else {
                return Ok(refuse(&checked, args::Format::Human, terminal));
            };
            Some(checked.to_json().unwrap_or_else(|| source.source().text().to_owned()))
        }
    };
    let mut report = HtmlReport::new();
    found.into_iter().for_each(|execution| report.add(reported(execution, definition.clone())));
    write(args.output.as_deref(), &report, terminal)?;
    Ok(Exit::Success)
}

fn log(path: &Path, terminal: &mut Terminal) -> Result<String, Refusal> {
    let refused = |error: String| Refusal::usage(format!("cannot read {}: {error}", path.display()));
    let bytes = match path == Path::new("-") {
        true => read_all(&mut terminal.stdin, LARGEST),
        false => read(path, FileKind::RegularOrPipe, LARGEST),
    };
    let bytes = bytes.map_err(|error| refused(error.to_string()))?;
    // A line that is not text is not a record.
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn reported(execution: LoggedExecution, definition: Option<String>) -> ReportedExecution {
    let arn = execution.arn.clone().unwrap_or_default();
    let parsed = ExecutionArn::parse(&arn);
    let (name, machine) = parsed.map_or(("", ""), |arn| (arn.name, arn.machine.name));
    let machine_arn = parsed.map(|arn| arn.machine.to_string()).unwrap_or_default();
    let kind = match parsed.map(|arn| arn.run) {
        Some(ExecutionRun::Express { .. }) => ExecutionType::Express,
        _ => ExecutionType::Standard,
    };
    let description = execution.description(name, &machine_arn);
    ReportedExecution {
        description,
        machine: machine.to_owned(),
        kind: kind.name().to_owned(),
        definition,
        events: execution.events.into_iter().collect::<Value>(),
        stages: None,
        children: None,
    }
}

/// Writes a report to a file or to standard output.
pub(super) fn write(path: Option<&Path>, report: &HtmlReport, terminal: &Terminal) -> Result<(), Refusal> {
    let html = report.to_html();
    match path {
        None => terminal.stdout.line(html.trim_end()),
        Some(path) => {
            let written = private_file::write(path, &html);
            written.map_err(|error| {
                Refusal::io(format!("cannot write `{}`: {error}", plain(&path.display().to_string())))
            })?;
        }
    }
    Ok(())
}

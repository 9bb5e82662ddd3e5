//! `asl mocks`: the mock file of a recorded execution.

use asl_engine::{EventKind, Outcome, Record, RecordedEnd};

use crate::args::Mocks;
use crate::mocks::MockConfig;
use crate::record_file::history;
use crate::refusal::Refusal;
use crate::render::{plain, pretty};
use crate::{Exit, Terminal};

pub(super) fn mocks(args: &Mocks, terminal: &Terminal) -> Result<Exit, Refusal> {
    let record = history(&args.record)?;
    let machine = args.machine.clone().or_else(|| record.machine_name().map(ToString::to_string));
    let machine = machine.unwrap_or_else(|| "StateMachine".to_owned());
    let config = MockConfig::recorded(machine, args.case.as_str(), &record);
    let config = config
        .map_err(|error| Refusal::usage(format!("`{}` is not a record: {error}", args.record.display())))?;
    warn(&record, terminal);
    terminal.stdout.line(pretty(&config.to_json()));
    Ok(Exit::Success)
}

/// Warns of what mocks cannot repeat.
fn warn(record: &Record, terminal: &Terminal) {
    let warn = |text: String| terminal.stderr.line(format_args!("warning: {text}"));
    match record.outcome() {
        Some(Outcome::Aborted(_)) => warn("the execution was aborted, which mocks do not repeat".to_owned()),
        Some(Outcome::TimedOut(_)) => warn("the execution timed out, which mocks do not repeat".to_owned()),
        None => warn("the execution was running when its history was exported".to_owned()),
        Some(Outcome::Succeeded(_) | Outcome::Failed(_)) => {}
    }
    if record.events().iter().any(|event| matches!(event.kind, EventKind::ExecutionRedriven { .. })) {
        warn("the execution was redriven, which mocks do not repeat".to_owned());
    }
    for call in record.calls().unwrap_or_default() {
        if matches!(call.end, RecordedEnd::Aborted(_)) {
            let state = plain(&call.state);
            warn(format!(
                "a call of `{state}` did not end: it is mocked with the error that ended the others"
            ));
        }
    }
    if record.events().iter().any(|event| matches!(event.kind, EventKind::MapRunStarted { .. })) {
        let missing =
            "the children of a distributed Map have histories of their own: their tasks are not mocked";
        warn(missing.to_owned());
    }
}

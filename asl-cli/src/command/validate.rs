//! `asl validate`: everything that is wrong with definitions.

use std::path::Path;

use asl_model::Diagnostic;
use asl_value::{Value, json};

use super::Refusal;
use crate::args::{Format, Validate};
use crate::definition::{Checked, check};
use crate::render::diagnostic;
use crate::{Exit, Terminal};

/// Diagnostics of one definition that a person is shown.
const MOST_PRINTED: usize = 100;

pub(super) fn validate(args: &Validate, terminal: &mut Terminal) -> Result<Exit, Refusal> {
    if args.definitions.iter().filter(|path| *path == Path::new("-")).count() > 1 {
        return Err(Refusal::usage("standard input can be read only once"));
    }
    let mut valid = true;
    let mut all = Vec::new();
    for path in &args.definitions {
        let checked = check(path, &args.substitutions, args.machine_type, terminal);
        valid &= checked.valid.is_some();
        match args.format {
            Format::Human => {
                print(&checked, terminal);
                terminal.stdout.line(format_args!("{}: {}", checked.file, verdict(&checked)));
            }
            Format::Json => all.extend(checked.diagnostics.iter().map(|diagnostic| {
                let mut members = diagnostic::json(diagnostic, checked.source.as_ref());
                members.insert("file", checked.file.as_str().into());
                Value::Object(members)
            })),
        }
    }
    if args.format == Format::Json {
        terminal.stdout.line(json!({"diagnostics": all}));
    }
    Ok(if valid { Exit::Success } else { Exit::Invalid })
}

/// Prints what was found in a definition for people.
pub(super) fn print(checked: &Checked, terminal: &Terminal) {
    let stderr = &terminal.stderr;
    for found in checked.diagnostics.iter().take(MOST_PRINTED) {
        let text = diagnostic::human(found, &checked.file, checked.source.as_ref(), stderr.is_styled());
        stderr.line(text + "\n");
    }
    let unprinted = checked.diagnostics.len().saturating_sub(MOST_PRINTED);
    if unprinted > 0 {
        stderr.line(format_args!("… and {unprinted} more"));
    }
}

fn verdict(checked: &Checked) -> String {
    let errors = checked.diagnostics.iter().filter(|diagnostic| diagnostic.is_error()).count();
    let warnings = checked.diagnostics.len() - errors;
    let count = |count: usize, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    };
    let counts: Vec<String> =
        [count(errors, "error"), count(warnings, "warning")].into_iter().flatten().collect();
    match (checked.valid.is_some(), counts.is_empty()) {
        (true, true) => "valid".to_owned(),
        (true, false) => format!("valid, {}", counts.join(", ")),
        (false, _) => format!("invalid, {}", counts.join(", ")),
    }
}

/// Says why a definition is refused.
pub(super) fn refuse(checked: &Checked, format: Format, terminal: &Terminal) -> Exit {
    match format {
        Format::Human => print(checked, terminal),
        Format::Json => {
            let member = |found: &Diagnostic| Value::Object(diagnostic::json(found, checked.source.as_ref()));
            let diagnostics: Value = checked.diagnostics.iter().map(member).collect();
            terminal.stdout.line(json!({"diagnostics": diagnostics}));
        }
    }
    Exit::Invalid
}

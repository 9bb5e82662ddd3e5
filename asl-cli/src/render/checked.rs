//! Prints the diagnostics of a definition.

use asl_model::{Diagnostic, Place};
use asl_value::{Value, json};

use super::diagnostic;
use crate::args::Format;
use crate::definition::Checked;
use crate::{Exit, Terminal};

/// How many diagnostics of one definition are printed for people.
const MOST_PRINTED: usize = 100;

/// Prints the diagnostics for people.
pub(crate) fn print(checked: &Checked, terminal: &Terminal) {
    let stderr = &terminal.stderr;
    let (excerpt, styled) = (checked.excerpt.as_ref(), stderr.is_styled());
    for (found, place) in checked.placed().take(MOST_PRINTED) {
        let text = diagnostic::human(found, &checked.file, excerpt, place.as_ref(), styled);
        stderr.line(text + "\n");
    }
    let unprinted = checked.diagnostics.len().saturating_sub(MOST_PRINTED);
    if unprinted > 0 {
        stderr.line(format_args!("… and {unprinted} more"));
    }
}

/// Prints why a definition is refused.
pub(crate) fn refuse(checked: &Checked, format: Format, terminal: &Terminal) -> Exit {
    match format {
        Format::Human => print(checked, terminal),
        Format::Json => {
            let member = |(found, place): (&Diagnostic, Option<Place>)| {
                Value::Object(diagnostic::json(found, place.as_ref()))
            };
            let diagnostics: Value = checked.placed().map(member).collect();
            terminal.stdout.line(json!({"diagnostics": diagnostics}));
        }
    }
    Exit::Invalid
}

//! Diagnostics as annotations for GitHub Actions.

use std::fmt::Write;

use asl_model::{Diagnostic, Place};

use super::plain;

use super::diagnostic::level;

/// The line that annotates a file:
///
/// ```text
/// ::error file=a.asl.json,line=2,col=71,endLine=2,endColumn=76,title=ASL0019::Missing 'Next' target: Bye
/// ```
/// Source: <https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands>
pub(crate) fn annotation(diagnostic: &Diagnostic, file: &str, place: Option<&Place>) -> String {
    let mut line = format!("::{} file={}", level(diagnostic), path(file));
    if let Some(Place { start, end, .. }) = place {
        let place =
            [("line", start.line), ("col", start.column), ("endLine", end.line), ("endColumn", end.column)];
        for (name, number) in place {
            // INVARIANT: writing to a string cannot fail.
            let _ = write!(line, ",{name}={number}");
        }
    }
    let help = diagnostic.help.iter().map(|help| format!("\n{help}")).collect::<String>();
    let message =
        format!("{}\nat {}{help}", super::diagnostic::message(diagnostic), diagnostic.location.location());
    format!("{line},title={}::{}", diagnostic.code, data(&message))
}

/// The path of a file, relative to the root of the repository. It begins with `./` where the folder `.` was searched, and GitHub
/// compares it with those of the changed files.
pub(super) fn path(file: &str) -> String {
    property(file.strip_prefix("./").unwrap_or(file))
}

/// The value of a property.
pub(super) fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// The text of the annotation. A terminal shows it, too.
pub(super) fn data(text: &str) -> String {
    plain(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A"))
}

//! Results of tests as annotations for GitHub Actions.

use super::{Results, name, reasons};
use crate::Terminal;
use crate::render::github::{data, path, property};

/// Prints an annotation for each expectation that was not met, at its place in the test file, and a summary:
///
/// ```text
/// ::error file=orders.test.yaml,line=12,col=9,title=it ships::output%0A  at $.total…
/// ```
pub(crate) fn print(results: &Results<'_>, terminal: &Terminal) {
    for problems in results.bad {
        let file = path(&problems.path().display().to_string());
        for problem in problems.problems() {
            let (line, column) = (problem.place.line, problem.place.column);
            let message = data(&problem.message);
            terminal.stdout.line(format_args!(
                "::error file={file},line={line},col={column},title=bad test file::{message}"
            ));
        }
    }
    for file in &results.files {
        for case in file.cases.iter().filter(|case| !case.has_passed()) {
            let first = case.mismatches.first().and_then(|mismatch| file.file.place_of(mismatch));
            let place = first.unwrap_or(case.place);
            let (file, title) = (path(&name(file)), property(&case.name));
            let text = data(&reasons(case).join("\n"));
            terminal.stdout.line(format_args!(
                "::error file={file},line={},col={},title={title}::{text}",
                place.line, place.column
            ));
        }
    }
    let (count, failures) = (results.count(), results.failures());
    terminal.stdout.line(format_args!("{} of {count} cases passed", count - failures));
}

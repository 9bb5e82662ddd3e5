//! Results of tests for people.

use std::fmt::Display;

use asl_test::{CaseResult, FileResult};

use super::{Results, name, reasons};
use crate::render::{one_line, plain};
use crate::{Sink, Terminal};

/// Prints the cases that have failed, and how many have passed.
///
/// ```text
/// FAIL orders.test.yaml:12: a cheap order ships
///   output
///     at $.total
///       - 51
///       + 50
///   the path of the execution
///     0.000s  Price (Task)
/// orders.test.yaml: 24 passed, 1 failed
/// 24 of 25 cases passed in 0.012 s
/// ```
pub(crate) fn print(results: &Results<'_>, terminal: &Terminal) {
    for problems in results.bad {
        terminal.stderr.line(format_args!("error: {}", plain(&problems.to_string())));
    }
    for file in &results.files {
        for case in &file.cases {
            print_case(file, case, &terminal.stdout);
        }
        if !file.cases.is_empty() {
            terminal.stdout.line(summary(file));
        }
    }
    let (count, failures) = (results.count(), results.failures());
    let took = results.took.as_secs_f64();
    let noun = if count == 1 { "case" } else { "cases" };
    terminal.stdout.line(format_args!("{} of {count} {noun} passed in {took:.3} s", count - failures));
}

fn print_case(file: &FileResult<'_>, case: &CaseResult, sink: &Sink) {
    let at = format!("{}:{}: {}", one_line(&name(file)), case.place.line, one_line(&case.name));
    if case.is_updated {
        sink.line(format_args!("wrote the history of {at}"));
    }
    if case.has_passed() {
        return;
    }
    sink.line(format_args!("{} {at}", styled(sink, "31;1", "FAIL")));
    for line in reasons(case) {
        let style = match line.trim_start().chars().next() {
            Some('-') => "31",
            Some('+') => "32",
            _ => "",
        };
        sink.line(format_args!("  {}", styled(sink, style, &line)));
    }
}

fn summary(file: &FileResult<'_>) -> String {
    let failures = file.cases.iter().filter(|case| !case.has_passed()).count();
    let passed = file.cases.len() - failures;
    let failed = if failures == 0 { String::new() } else { format!(", {failures} failed") };
    format!("{}: {passed} passed{failed}", one_line(&name(file)))
}

fn styled(sink: &Sink, style: &str, text: impl Display) -> String {
    match sink.is_styled() && !style.is_empty() {
        true => format!("\u{1b}[{style}m{text}\u{1b}[0m"),
        false => text.to_string(),
    }
}

//! The results of tests.

pub(crate) mod github;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod junit;
pub(crate) mod tap;

use std::time::Duration;

use asl_test::{BadTestFile, CaseResult, FileResult};

use super::path::PathPrinter;
use super::plain;
use crate::Terminal;

/// The results of all files.
pub(crate) struct Results<'a> {
    pub(crate) files: Vec<FileResult<'a>>,
    /// Files that cannot be used.
    pub(crate) bad: &'a [BadTestFile],
    /// How long all cases took, in real time.
    pub(crate) took: Duration,
}

impl Results<'_> {
    fn cases(&self) -> impl Iterator<Item = &CaseResult> {
        self.files.iter().flat_map(|file| &file.cases)
    }

    fn count(&self) -> usize {
        self.cases().count()
    }

    fn failures(&self) -> usize {
        self.cases().filter(|case| !case.has_passed()).count()
    }
}

/// The path of a file, for people and programs.
fn name(file: &FileResult<'_>) -> String {
    plain(&file.file.path().display().to_string())
}

/// Why a case has failed: what differs, and the path of its execution.
fn reasons(case: &CaseResult) -> Vec<String> {
    let mut lines = Vec::new();
    for mismatch in &case.mismatches {
        lines.push(plain(&mismatch.what));
        lines.extend(mismatch.lines.iter().map(|line| format!("  {}", plain(line))));
    }
    if !case.events.is_empty() {
        lines.push("the path of the execution".to_owned());
        lines.extend(path(case).iter().map(|line| format!("  {line}")));
    }
    lines
}

/// The path of a failed execution, in lines: `     0.000s  Price (Task)`.
fn path(case: &CaseResult) -> Vec<String> {
    let (terminal, printed) = Terminal::captured("");
    let path = PathPrinter::new(terminal.stderr);
    case.events.iter().for_each(|event| path.print(event));
    printed.stderr().lines().map(str::to_owned).collect()
}

/// What a failed case is about, on one line.
fn headline(case: &CaseResult) -> String {
    let parts: Vec<&str> = case.mismatches.iter().map(|mismatch| mismatch.what.as_str()).collect();
    plain(&format!("unexpected: {}", parts.join(", ")))
}

/// Makes text safe for an attribute or the content of an XML document.
pub(crate) fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\n' | '\t' => safe.push(character),
            // XML has no other control characters, and not these two.
            '\u{FFFE}' | '\u{FFFF}' => safe.push(char::REPLACEMENT_CHARACTER),
            _ if character.is_control() => safe.push(char::REPLACEMENT_CHARACTER),
            _ => safe.push(character),
        }
    }
    safe
}

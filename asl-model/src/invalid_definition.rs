//! [`InvalidDefinition`]: the error for a definition that has errors.

use std::fmt;

use crate::source::place;
use crate::{Diagnostic, Place, Severity, Source, StateMachine};

/// How many diagnostics are printed.
const MOST_PRINTED: usize = 20;

/// How many characters of a line are printed before and after the place of a diagnostic.
const AROUND: usize = 100;

/// Why a definition is invalid: all of its diagnostics, with the text.
///
/// It is the error of asl-engine's `load` and `compile`, and of [`MachineBuilder::build`](crate::MachineBuilder::build).
/// `Display` prints each diagnostic with its line, and so does `Debug`: that is what `?` in `main`, `unwrap` and `expect`
/// print.
///
/// ```text
/// the definition is invalid: 1 error
/// error[ASL0019]: Missing 'Next' target: Bye
///  --> line 2, column 44, at /States/Greet/Next
///   |
/// 2 |  "States": {"Greet": {"Type": "Choice", "Default": "Bye"}}}
///   |                                                    ^^^^^
/// ```
#[derive(Clone, PartialEq)]
pub struct InvalidDefinition(Box<Invalid>);

#[derive(Clone, PartialEq)]
struct Invalid {
    source: Option<Source>,
    machine: Option<StateMachine>,
    diagnostics: Vec<Diagnostic>,
}

impl InvalidDefinition {
    /// The error for these diagnostics of a text, or of a machine that was made in Rust.
    ///
    /// `machine` is the definition, if all of it could be read.
    pub fn new(
        source: Option<Source>,
        machine: Option<StateMachine>,
        diagnostics: Vec<Diagnostic>,
    ) -> InvalidDefinition {
        InvalidDefinition(Box::new(Invalid { source, machine, diagnostics }))
    }

    /// Everything that was found, including warnings.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.0.diagnostics
    }

    /// The text, unless the machine was made in Rust.
    pub fn text(&self) -> Option<&Source> {
        self.0.source.as_ref()
    }

    /// The definition, if all of it could be read.
    pub fn machine(&self) -> Option<&StateMachine> {
        self.0.machine.as_ref()
    }

    /// The definition, if all of it could be read, and everything that was found.
    pub fn into_parts(self) -> (Option<StateMachine>, Vec<Diagnostic>) {
        (self.0.machine, self.0.diagnostics)
    }
}

impl fmt::Display for InvalidDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Invalid { source, diagnostics, .. } = &*self.0;
        let errors = diagnostics.iter().filter(|found| found.is_error()).count();
        write!(f, "the definition is invalid: {errors} error{}", if errors == 1 { "" } else { "s" })?;
        // Errors first: they are what makes it invalid.
        let (errors, warnings): (Vec<&Diagnostic>, Vec<_>) =
            diagnostics.iter().partition(|found| found.is_error());
        let shown: Vec<Diagnostic> = errors.into_iter().chain(warnings).take(MOST_PRINTED).cloned().collect();
        let places = source.as_ref().map(|source| place::places(source.text(), source.find_all(&shown)));
        let mut places = places.unwrap_or_default().into_iter();
        for found in &shown {
            print(f, found, source.as_ref().zip(places.next().flatten()))?;
        }
        match diagnostics.len() - shown.len() {
            0 => Ok(()),
            more => write!(f, "\n… and {more} more"),
        }
    }
}

impl fmt::Debug for InvalidDefinition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for InvalidDefinition {}

fn print(f: &mut fmt::Formatter<'_>, found: &Diagnostic, place: Option<(&Source, Place)>) -> fmt::Result {
    let severity = match found.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    // AWS's message about a text that is not JSON repeats the text.
    let message = found.message.split("\n at [Source: ").next().unwrap_or_default();
    write!(f, "\n{severity}[{}]: {}", found.code.id(), plain(message))?;
    let location = plain(&found.location.location());
    match place {
        Some((source, place)) => {
            let (number, column) = (place.start.line.to_string(), place.start.column);
            let (line, before, marked) = line_of(source.text(), &place);
            let gutter = " ".repeat(number.len());
            write!(f, "\n{gutter}--> line {number}, column {column}, at {location}")?;
            write!(f, "\n{gutter} |\n{number} | {}", plain(line))?;
            write!(f, "\n{gutter} | {}{}", " ".repeat(before), "^".repeat(marked.max(1)))?;
        }
        None => write!(f, "\n --> at {location}")?,
    }
    match &found.help {
        Some(help) => write!(f, "\n  = help: {}", plain(help)),
        None => Ok(()),
    }
}

/// A part of the line in which a place begins, how many characters of it stand before the place, and how many are the
/// place.
fn line_of<'t>(text: &'t str, place: &Place) -> (&'t str, usize, usize) {
    let before = text.get(..place.span.start).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let before = before.get(line_start..).unwrap_or_default();
    let rest = text.get(place.span.start..).unwrap_or_default();
    let rest = rest.split(['\n', '\r']).next().unwrap_or_default();
    let start = before.char_indices().rev().nth(AROUND - 1).map_or(0, |(start, _)| start);
    let end = rest.char_indices().nth(AROUND).map_or(rest.len(), |(end, _)| end);
    let line_end = place.span.start + end;
    let line = text.get(line_start + start..line_end).unwrap_or_default();
    let marked = text.get(place.span.start..place.span.end.min(line_end)).unwrap_or_default();
    (line, before.get(start..).unwrap_or_default().chars().count(), marked.chars().count())
}

/// Replaces control characters, which a terminal might obey.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

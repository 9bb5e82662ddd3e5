//! Diagnostics: with the line of the source for people, and as JSON for programs.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};
use asl_model::{Diagnostic, Excerpt, Place, Severity};
use asl_value::{Object, Value};

use super::plain;

/// A diagnostic with its line.
///
/// ```text
/// error[ASL0019]: Missing 'Next' target: Bye
///  --> hello.asl.json:2:71
///   |
/// 2 |   "States": {"Greet": {"Type": "Pass", "Next": "Bye"}}}
///   |                                                ^^^^^
///   |
///   = note: at /States/Greet/Next
/// ```
pub(crate) fn human(
    diagnostic: &Diagnostic,
    file: &str,
    excerpt: Option<&Excerpt>,
    place: Option<&Place>,
    styled: bool,
) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(message(diagnostic)).id(diagnostic.code.id());
    let group = Group::with_title(title);
    // The position as the renderer prints it, and the actual position.
    let mut begins = None;
    let mut group = match excerpt.zip(place) {
        None => group.element(Origin::path(file)),
        Some((excerpt, place)) => {
            let (line, span) = line_of(excerpt.file(), place.span.clone());
            let (number, column) = (place.start.line, place.start.column);
            let shown = line.get(..span.start).unwrap_or_default().chars().count() + 1;
            begins = (shown != column).then(|| [shown, column].map(|at| format!("{file}:{number}:{at}")));
            let primary = AnnotationKind::Primary.span(span);
            group.element(Snippet::source(line).path(file).line_start(number).annotation(primary))
        }
    };
    let location = diagnostic.location.location();
    if location != "/" {
        group = group.element(Level::NOTE.message(format!("at {}", plain(&location))));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(plain(help)));
    }
    let renderer = if styled { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.render(&[group]);
    // The renderer saw only part of a long line, and counts from the start of that part.
    match begins {
        Some([shown, actual]) => text.trim_end().replacen(&shown, &actual, 1),
        None => text.trim_end().to_owned(),
    }
}

/// The message without the source text that AWS repeats in it, because that is shown anyway.
pub(super) fn message(diagnostic: &Diagnostic) -> &str {
    diagnostic.message.split("\n at [Source: ").next().unwrap_or_default()
}

/// The severity, in a word that all formats share.
pub(super) fn level(diagnostic: &Diagnostic) -> &'static str {
    match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// How many bytes of a line around a place are passed to the renderer, which may cut them further.
const AROUND: usize = 1000;

/// The line in which a place begins, and the part of the place in it. Does not scan the whole text for each diagnostic.
fn line_of(text: &str, span: Range<usize>) -> (&str, Range<usize>) {
    let boundary = |at: usize| (at..at + 4).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    let at = boundary(span.start);
    let first = boundary(at.saturating_sub(AROUND));
    let before = text.get(first..at).unwrap_or_default();
    let after = text.get(at..boundary(at.saturating_add(AROUND))).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(first, |newline| first + newline + 1);
    let line_end = at + after.find(['\n', '\r']).unwrap_or(after.len());
    let line = text.get(line_start..line_end).unwrap_or_default();
    let start = at - line_start;
    (line, start..span.end.min(line_end).saturating_sub(line_start).max(start))
}

/// A diagnostic as a member of `diagnostics`.
///
/// ```json
/// {"code": "ASL0019", "severity": "error", "message": "Missing 'Next' target: Bye",
///  "location": "/States/Greet/Next", "line": 2, "column": 71, "aws": "MISSING_TRANSITION_TARGET"}
/// ```
pub(crate) fn json(diagnostic: &Diagnostic, place: Option<&Place>) -> Object {
    let start = place.map(|place| place.start);
    let mut members = vec![
        ("code", diagnostic.code.id().into()),
        ("severity", level(diagnostic).into()),
        ("message", diagnostic.message.as_str().into()),
        ("location", diagnostic.location.location().into()),
        ("line", start.map_or(Value::Null, |start| start.line.into())),
        ("column", start.map_or(Value::Null, |start| start.column.into())),
    ];
    members.extend(diagnostic.code.aws().map(|aws| ("aws", aws.into())));
    members.extend(diagnostic.help.as_ref().map(|help| ("help", help.into())));
    members.into_iter().collect()
}

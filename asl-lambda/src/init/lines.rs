//! The log lines about the start of a function.

use asl_model::{Diagnostic, Excerpt, LineCol, Severity};
use asl_value::{Object, Value};

pub(crate) fn about(lines: Vec<Value>, definition: &str) -> Vec<Value> {
    let named = |line: Value| match line {
        Value::Object(mut members) => {
            members.insert("definition", definition.into());
            Value::Object(members)
        }
        other => other,
    };
    lines.into_iter().map(named).collect()
}

pub(crate) fn diagnostic_lines(diagnostics: &[Diagnostic], excerpt: &Excerpt) -> Vec<Value> {
    let places = excerpt.places(diagnostics).into_iter().map(|place| place.map(|place| place.start));
    diagnostics.iter().zip(places).map(|(diagnostic, place)| diagnostic_line(diagnostic, place)).collect()
}

fn diagnostic_line(diagnostic: &Diagnostic, place: Option<LineCol>) -> Value {
    let level = match diagnostic.severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARN",
    };
    line(
        level,
        [
            ("code", diagnostic.code.id().into()),
            ("aws", diagnostic.code.aws().into()),
            ("message", diagnostic.message.as_str().into()),
            ("location", diagnostic.location.location().into()),
            ("line", place.map(|place| place.line).into()),
            ("column", place.map(|place| place.column).into()),
            ("help", diagnostic.help.as_deref().into()),
        ],
    )
}

/// A log line as JSON, without members that are null.
pub(crate) fn line<const N: usize>(level: &str, members: [(&'static str, Value); N]) -> Value {
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    let line: Object = [("level", Value::from(level))].into_iter().chain(members).collect();
    Value::Object(line)
}

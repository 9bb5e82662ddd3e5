//! The problems of a definition, with their places as an editor counts them.

use std::sync::Arc;

use asl_model::{Diagnostic, ExecutionType, Severity, Source, Span};
use asl_value::{Object, Value, json};

use crate::app::App;
use crate::definition::compile;
use crate::error::ApiError;
use crate::wire::present;

/// All problems of a definition of the type that the request names, as JSON text.
pub(super) async fn of(app: &Arc<App>, definition: &str, request: &Object) -> Result<String, ApiError> {
    let kind = request.get("type").and_then(Value::as_str).and_then(ExecutionType::from_name);
    let (kind, text, config) =
        (kind.unwrap_or(ExecutionType::Standard), definition.to_owned(), Arc::clone(app));
    app.compute(async move {
        let (_, found) = compile(&text, kind, &config.config);
        shown(&Source::json(text), &found).to_json()
    })
    .await
}

fn shown(source: &Source, found: &[Diagnostic]) -> Value {
    let lines = Lines::of(source.text());
    let spans = source.find_all(found);
    let show = |(found, span): (&Diagnostic, Option<Span>)| {
        let span = span.unwrap_or(0..0);
        present(json!({
            "code": found.code.id(),
            "severity": match found.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "message": found.message.as_str(),
            "help": found.help.as_deref(),
            "from": lines.place(span.start),
            "to": lines.place(span.end)
        }))
    };
    found.iter().zip(spans).map(show).collect()
}

/// The lines of a text.
struct Lines<'t> {
    text: &'t str,
    /// The byte at which each line begins.
    starts: Vec<usize>,
}

impl<'t> Lines<'t> {
    fn of(text: &'t str) -> Lines<'t> {
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        Lines { text, starts: std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect() }
    }

    /// The line and the column of a byte, counted from 1; columns count UTF-16 code units, as scripts do.
    fn place(&self, byte: usize) -> Value {
        let line = self.starts.partition_point(|start| *start <= byte);
        let start = line.checked_sub(1).and_then(|line| self.starts.get(line)).copied().unwrap_or_default();
        let before = self.text.get(start..byte).unwrap_or_default();
        json!({"line": line, "column": before.encode_utf16().count() + 1})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_count_lines_and_code_units() {
        let lines = Lines::of("{\n  \"😀ä\": 1\n}");
        for (byte, expected) in [
            (0, r#"{"line":1,"column":1}"#),
            (2, r#"{"line":2,"column":1}"#),
            (5, r#"{"line":2,"column":4}"#),
            (9, r#"{"line":2,"column":6}"#),
            (11, r#"{"line":2,"column":7}"#),
            (16, r#"{"line":3,"column":1}"#),
        ] {
            assert_eq!(lines.place(byte).to_json(), expected, "{byte}");
        }
    }
}

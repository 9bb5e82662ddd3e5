//! Diagnostics as SARIF 2.1.0, which code scanning services read.

use std::fmt::Write;

use asl_model::{Code, Diagnostic, Place};
use asl_value::{Value, json};

use super::diagnostic::{level, message};
use crate::definition::Checked;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The log of one run, with a rule for each code that was found.
///
/// ```json
/// {"version": "2.1.0", "runs": [{"tool": {"driver": {"name": "asl", "rules": []}}, "results": []}]}
/// ```
/// Spec: <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>
pub(crate) fn log(checked: &[Checked]) -> Value {
    let found = || checked.iter().flat_map(|checked| &checked.diagnostics);
    let codes: Vec<Code> =
        Code::ALL.iter().copied().filter(|code| found().any(|found| found.code == *code)).collect();
    let codes = codes.as_slice();
    let results = checked.iter().flat_map(|checked| {
        checked.placed().map(move |(found, place)| result(checked, found, place.as_ref(), codes))
    });
    let results: Value = results.collect();
    let rules: Value = codes.iter().copied().map(rule).collect();
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "asl", "version": (env!("CARGO_PKG_VERSION")), "rules": rules}},
            "columnKind": "unicodeCodePoints",
            "results": results
        }]
    })
}

fn rule(code: Code) -> Value {
    json!({
        "id": (code.id()),
        "shortDescription": {"text": (code.summary())},
        "help": {"text": (code.page()), "markdown": (code.page())}
    })
}

fn result(checked: &Checked, found: &Diagnostic, place: Option<&Place>, codes: &[Code]) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": (uri(&checked.file))}});
    if let (Value::Object(physical), Some(place)) = (&mut physical, place) {
        physical.insert("region", region(place));
    }
    let help = found.help.iter().map(|help| format!("; {help}")).collect::<String>();
    json!({
        "ruleId": (found.code.id()),
        "ruleIndex": (codes.iter().position(|code| *code == found.code).unwrap_or_default()),
        "level": (level(found)),
        "message": {"text": (format!("{}{help}", message(found)))},
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{"fullyQualifiedName": (found.location.location())}]
        }]
    })
}

fn region(Place { start, end, .. }: &Place) -> Value {
    json!({
        "startLine": (start.line), "startColumn": (start.column), "endLine": (end.line), "endColumn": (end.column)
    })
}

/// A path as a URI. Relative paths stay relative.
fn uri(path: &str) -> String {
    let mut uri = String::from(if path.starts_with('/') { "file://" } else { "" });
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(byte.into())
            }
            _ => {
                // INVARIANT: writing to a string cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

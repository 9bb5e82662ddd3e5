//! Results of tests in the Test Anything Protocol.

use super::{Results, headline, name, reasons};
use crate::render::pretty;

/// The document, of version 14:
///
/// ```text
/// TAP version 14
/// 1..2
/// ok 1 - orders.test.yaml: it ships
/// not ok 2 - orders.test.yaml: it is refused
///   ---
///   message: "unexpected: output"
///   lines: ["output", "  at $.total"]
///   ...
/// ```
pub(crate) fn document(results: &Results<'_>) -> String {
    let all = results.files.iter().flat_map(|file| file.cases.iter().map(move |case| (file, case)));
    let mut lines = vec!["TAP version 14".to_owned(), format!("1..{}", results.count() + results.bad.len())];
    let mut number = 0;
    for (file, case) in all {
        number += 1;
        let verdict = if case.has_passed() { "ok" } else { "not ok" };
        lines.push(format!("{verdict} {number} - {}: {}", escaped(&name(file)), escaped(&case.name)));
        if !case.has_passed() {
            let reasons = asl_value::Value::from(reasons(case)).to_json();
            let message = pretty(&headline(case).as_str().into());
            lines.extend(["  ---".to_owned(), format!("  message: {message}")]);
            lines.extend([format!("  lines: {reasons}"), "  ...".to_owned()]);
        }
    }
    for problems in results.bad {
        number += 1;
        lines.push(format!(
            "not ok {number} - {}: bad test file",
            escaped(&problems.path().display().to_string())
        ));
    }
    lines.join("\n")
}

/// A description on one line, in which `#` begins no directive.
fn escaped(text: &str) -> String {
    super::plain(text).replace('\\', "\\\\").replace('#', "\\#").replace('\n', " ")
}

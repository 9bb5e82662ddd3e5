//! Results of tests as JSON.

use asl_test::{CaseResult, FileResult};
use asl_value::{Value, json};

use super::Results;

/// The document, on one line:
///
/// ```json
/// {"passed": 1, "failed": 1, "files": [{"file": "orders.test.yaml", "machine": "orders", "cases": [
///   {"name": "it ships", "line": 3, "passed": false, "durationSeconds": 3600, "mismatches": [
///     {"what": "output", "lines": ["at $.total", "  - 51", "  + 50"]}]}]}],
///  "problems": [{"file": "bad.test.yaml", "line": 1, "column": 5, "message": "…"}]}
/// ```
pub(crate) fn document(results: &Results<'_>) -> Value {
    let files: Value = results.files.iter().map(file).collect();
    let problems: Value = results
        .bad
        .iter()
        .flat_map(|bad| bad.problems().iter().map(move |problem| (bad.path(), problem)))
        .map(|(path, problem)| {
            json!({
                "file": path.display().to_string().as_str(),
                "line": problem.place.line,
                "column": problem.place.column,
                "message": problem.message.as_str()
            })
        })
        .collect();
    let failures = results.failures();
    json!({
        "passed": results.count() - failures,
        "failed": failures,
        "files": files,
        "problems": problems
    })
}

fn file(result: &FileResult<'_>) -> Value {
    let cases: Value = result.cases.iter().map(case).collect();
    json!({
        "file": result.file.path().display().to_string().as_str(),
        "machine": result.file.machine().name(),
        "cases": cases
    })
}

fn case(case: &CaseResult) -> Value {
    let mismatches: Value = case
        .mismatches
        .iter()
        .map(|mismatch| {
            let lines: Value = mismatch.lines.iter().map(|line| Value::from(line.as_str())).collect();
            json!({"what": mismatch.what.as_str(), "lines": lines})
        })
        .collect();
    let seconds = asl_value::Number::from_f64(case.duration.as_secs_f64()).map_or(Value::Null, Value::Number);
    json!({
        "name": case.name.as_str(),
        "line": case.place.line,
        "passed": case.has_passed(),
        "durationSeconds": seconds,
        "mismatches": mismatches
    })
}

//! Results of tests as JSON.

use asl_model::LineCol;
use asl_test::{BadTestFile, CaseResult, FileResult, TestFile};
use asl_value::{Value, json};

use super::{Results, path};

/// The document, on one line:
///
/// ```json
/// {"passed": 1, "failed": 1, "files": [{"file": "orders.test.yaml", "machine": "orders", "cases": [
///   {"name": "it ships", "line": 3, "passed": false, "durationSeconds": 3600, "mismatches": [
///     {"what": "output", "line": 7, "column": 14, "lines": ["at $.total", "  - 51", "  + 50"]}],
///    "path": ["0.000s  Price (Task)"]}]}],
///  "problems": [{"file": "bad.test.yaml", "line": 1, "column": 5, "message": "…"}]}
/// ```
pub(crate) fn document(results: &Results<'_>) -> Value {
    let files: Value = results.files.iter().map(file).collect();
    let failures = results.failures();
    json!({
        "passed": results.count() - failures,
        "failed": failures,
        "files": files,
        "problems": problems(results.bad)
    })
}

/// The cases of files, and where they begin:
///
/// ```json
/// {"files": [{"file": "orders.test.yaml", "machine": "orders", "definition": "orders.asl.json", "cases": [
///   {"name": "it ships", "line": 3}]}], "problems": []}
/// ```
pub(crate) fn list(files: &[TestFile], bad: &[BadTestFile]) -> Value {
    let files: Value = files
        .iter()
        .map(|file| {
            let cases: Value = file
                .cases()
                .zip(file.places())
                .map(|(name, place)| json!({"name": name, "line": place.line}))
                .collect();
            json!({
                "file": file.path().display().to_string().as_str(),
                "machine": file.machine().name(),
                "definition": file.definition().display().to_string().as_str(),
                "cases": cases
            })
        })
        .collect();
    json!({"files": files, "problems": problems(bad)})
}

fn problems(bad: &[BadTestFile]) -> Value {
    bad.iter()
        .flat_map(|bad| bad.problems().iter().map(move |problem| (bad.path(), problem)))
        .map(|(path, problem)| {
            json!({
                "file": path.display().to_string().as_str(),
                "line": problem.place.line,
                "column": problem.place.column,
                "message": problem.message.as_str()
            })
        })
        .collect()
}

fn file(result: &FileResult<'_>) -> Value {
    let cases: Value = result.cases.iter().map(|of_file| case(result.file, of_file)).collect();
    json!({
        "file": result.file.path().display().to_string().as_str(),
        "machine": result.file.machine().name(),
        "cases": cases
    })
}

fn case(file: &TestFile, case: &CaseResult) -> Value {
    let mismatches: Value = case
        .mismatches
        .iter()
        .map(|mismatch| {
            let LineCol { line, column } = file.place_of(mismatch).unwrap_or(case.place);
            let lines = texts(&mismatch.lines);
            json!({"what": mismatch.what.as_str(), "line": line, "column": column, "lines": lines})
        })
        .collect();
    let seconds = asl_value::Number::from_f64(case.duration.as_secs_f64()).map_or(Value::Null, Value::Number);
    json!({
        "name": case.name.as_str(),
        "line": case.place.line,
        "passed": case.has_passed(),
        "durationSeconds": seconds,
        "mismatches": mismatches,
        "path": texts(&path(case))
    })
}

fn texts(lines: &[String]) -> Value {
    lines.iter().map(|line| Value::from(line.as_str())).collect()
}

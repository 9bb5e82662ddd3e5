//! What Jayway JsonPath 2.0.0 answers: to 291 paths that cover its grammar, and to 400 of 60,000 mutations of them.

use asl_paths::{Path, PathErrorKind};
use asl_value::{Array, Value, json};

const CASES: &str = include_str!("data/cases.json");
const EXPECTED: &str = include_str!("data/expected.json");
const MUTATED: &str = include_str!("data/mutated.json");

/// `{"definite"?, "value"}` or `{"err", "msg"}`, as in the files.
pub(crate) fn answer(text: &str, document: &Value) -> Value {
    let path = match Path::parse_jayway(text) {
        Ok(path) => path,
        Err(error) => return json!({"err": "InvalidPathException", "msg": error.message()}),
    };
    let definite = path.is_definite();
    match path.select(document) {
        Ok(value) => json!({"definite": definite, "value": value.into_owned()}),
        Err(error) => {
            let kind = match error.kind() {
                PathErrorKind::NotFound | PathErrorKind::OutOfBounds => "PathNotFoundException",
                PathErrorKind::Invalid => "InvalidPathException",
                PathErrorKind::Comparison => "NumberFormatException",
                _ => "other",
            };
            json!({"definite": definite, "err": kind, "msg": error.message()})
        }
    }
}

#[track_caller]
fn check(document: &Value, expected: &Array) {
    let mut wrong = Vec::new();
    for case in expected {
        let path = case["path"].as_str().unwrap();
        let mut want = case.as_object().unwrap().clone();
        want.remove("path");
        if path == "$.a[?]" {
            // Refused before it runs; see the deviation in `parse.rs`.
            want.insert("err", json!("InvalidPathException"));
            want.remove("definite");
        }
        let got = answer(path, document);
        if got != Value::from(want.clone()) {
            wrong.push(format!("{path}\n  got  {got}\n  want {want}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn probes() {
    let expected = Value::parse(EXPECTED).unwrap();
    let expected = expected.as_array().unwrap();
    assert_eq!(expected.len(), 291);
    check(&Value::parse(CASES).unwrap()["doc"], expected);
}

#[test]
fn mutations() {
    let mutated = Value::parse(MUTATED).unwrap();
    check(&mutated["doc"], mutated["answers"].as_array().unwrap());
}

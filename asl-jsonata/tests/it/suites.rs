//! Samples of two suites: the one of jsonata-js 2.2.2, and what jsonata.js 2.0.6 answers to expressions of state machines.
//! `cargo xtask jsonata` runs the whole of the first.

use asl_jsonata::{Evaluated, Query, StateExpression};
use asl_query::{Env, Scope};
use asl_value::{Object, Value};

use crate::CountingHost;

/// Numbers are doubles.
fn equal(a: &Value, b: &Value, unordered: bool) -> bool {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) if unordered => {
            a.len() == b.len() && a.iter().all(|item| b.iter().any(|other| equal(item, other, true)))
        }
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b, false))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| equal(a, b, unordered)))
        }
        (a, b) => a == b,
    }
}

/// Runs every case; all but `differing` must be right.
#[track_caller]
fn check(lines: &str, is_right: impl Fn(&Value) -> Result<(), String>, differing: &[&str]) {
    let mut run = 0;
    for line in lines.lines() {
        let case = Value::parse(line).unwrap();
        let expression = case["expr"].as_str().unwrap();
        let known = differing.contains(&expression);
        match is_right(&case) {
            Ok(()) => assert!(!known, "{expression} does not differ"),
            Err(found) => assert!(known, "{expression}: {found}, expected {case}"),
        }
        run += 1;
    }
    assert!(run > 200, "{run} cases");
}

#[test]
fn official_sample() {
    let is_right = |case: &Value| {
        let variables = case["bindings"].as_object().cloned().unwrap();
        let answer = Query::parse(case["expr"].as_str().unwrap())
            .map_err(|error| error.code().to_owned())
            .and_then(|query| {
                query
                    .eval(case.get("data"), &variables, &CountingHost::default())
                    .map_err(|failure| failure.code().to_owned())
            });
        let expect = &case["expect"];
        let is_right = match (expect["kind"].as_str().unwrap(), &answer) {
            ("value", Ok(Some(value))) => equal(value, &expect["value"], case.get("unordered").is_some()),
            ("undefined", Ok(None)) => true,
            // AWS has words instead of JSONata's codes for limits.
            ("error", Err(code)) => {
                expect["code"] == Value::from(code)
                    || (code.is_empty() && expect["code"] == Value::from("D2014"))
            }
            _ => false,
        };
        if is_right { Ok(()) } else { Err(format!("{answer:?}")) }
    };
    check(include_str!("data/official.jsonl"), is_right, &[]);
}

#[test]
fn expressions_of_state_machines() {
    let text = include_str!("data/states.jsonl");
    let (bindings, cases) = text.split_once('\n').unwrap();
    let bindings = Value::parse(bindings).unwrap();
    let states = &bindings["bindings"]["states"];
    let scope = Scope::from(Object::new());
    let host = CountingHost::default();
    let env = Env::new(&states["input"], &scope, &host).with_context(&states["context"]);
    let is_right = |case: &Value| {
        let program =
            StateExpression::parse(case["expr"].as_str().unwrap()).map_err(|error| error.to_string())?;
        let answer = program.eval(&env).map_err(|failure| failure.to_string());
        let expect = &case["jsonata_2_0_6"];
        let is_right = match (expect["s"].as_str().unwrap(), &answer) {
            ("val", Ok(Evaluated::Value(value))) => equal(value, &expect["v"], false),
            ("undef", Ok(Evaluated::Undefined)) => true,
            ("err", Err(text)) => {
                *text == format!("{}: {}", expect["code"].as_str().unwrap(), expect["m"].as_str().unwrap())
            }
            _ => false,
        };
        if is_right { Ok(()) } else { Err(format!("{answer:?}")) }
    };
    // 2.0.6 prints integers with 15 digits, the infinities and NaN as null, and knows Base64 of Latin-1 alone; AWS has no
    // `$eval` (`T1006`) and no document.
    let differing = [
        "$string($states.input.big)",
        "$string($states.input)",
        "$states.input ~> |items|{'v':v*2},['t']|",
        "1/0",
        "-1/0",
        "0/0",
        "5 % 0",
        "$base64encode($states.input.uni)",
        "$base64decode('w6k=')",
        "$eval('1+1')",
        "$",
        "$$",
        "foo",
    ];
    check(cases, is_right, &differing);
}

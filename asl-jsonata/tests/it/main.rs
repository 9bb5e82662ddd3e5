//! Tests of expressions alone, and of the language in the fields of a state.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod differential;
mod errors;
mod fields;
mod functions;
mod hostile;
mod refused;
mod sharing;
mod suites;
mod values;

use asl_jsonata::{Evaluated, StateExpression};
use asl_query::{Env, Host, Scope};
use asl_value::{Object, Timestamp, Value, json};

/// A host whose clock is stopped and whose random numbers count up.
#[derive(Default)]
struct CountingHost(std::sync::atomic::AtomicU64);

impl Host for CountingHost {
    fn now(&self) -> Timestamp {
        Timestamp::from_epoch_millis(1_735_787_045_000)
    }
    fn random_u64(&self) -> u64 {
        self.0.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
    }
}

/// The variables of the tests: a value, and some that are named as functions are.
fn variables() -> Scope {
    let variables = [
        ("x", json!({"list": [{"n": 1}, {"n": 2}], "one": [7], "nested": [[1, 2], [3]]})),
        ("n", json!(41)),
        ("flag", json!(false)),
        ("nothing", Value::Null),
        ("count", json!(7)),
        ("trim", json!("a variable")),
    ];
    Scope::from(variables.into_iter().collect::<Object>())
}

fn input() -> Value {
    json!({"a": {"b": [10, 20, {"c": "deep"}]}, "n": 1.5, "text": "hi", "none": null, "empty": [], "big": 9007199254740993i64,
           "mixed": [{"k": 1}, 5, {"k": [2, 3]}], "names": ["x", "y"]})
}

/// `expect`: the value as JSON, or how else it ends.
#[track_caller]
fn check(text: &str, expect: &str) {
    match eval(text) {
        Ok(Evaluated::Value(value)) => assert_eq!(value.to_json(), expect, "{text}"),
        other => assert_eq!(format!("{other:?}"), expect, "{text}"),
    }
}

/// Evaluates with everything that `$states` can have.
fn eval(text: &str) -> Result<Evaluated, String> {
    let (input, scope, host) = (input(), variables(), CountingHost::default());
    let (result, error) = (json!({"ok": true}), json!({"Error": "E", "Cause": "C"}));
    let context = json!({"Execution": {"Name": "run"}, "State": {"Name": "S"}});
    let env = Env::new(&input, &scope, &host).with_context(&context).with_result(&result).with_error(&error);
    let program = StateExpression::parse(text).map_err(|error| error.to_string())?;
    program.eval(&env).map_err(|failure| failure.to_string())
}

//! What the tests evaluate in.

use asl_query::{Env, EvalError, Expected, FixedHost, QueryField, Scope, Site};
use asl_value::{Object, Pointer, Value, json};

/// The input, with a context object and variables that all tests share.
pub(crate) struct Setting {
    input: Value,
    context: Value,
    scope: Scope,
}

impl Setting {
    pub(crate) fn new(input: &str) -> Setting {
        let Value::Object(variables) = json!({"v": {"a": [1, 2]}, "n": 5, "s": "7", "tpl": "<{}>"}) else {
            unreachable!()
        };
        Setting {
            input: Value::parse(input).unwrap(),
            context: json!({"Execution": {"Input": {"x": 1}}, "Map": {"Item": {"Index": 3}}}),
            scope: Scope::from(Object::from_iter(variables)),
        }
    }

    pub(crate) fn env(&self) -> Env<'_> {
        Env::new(&self.input, &self.scope, &FixedHost).with_context(&self.context)
    }
}

/// The value as JSON text, or the error as `Name: message`.
pub(crate) fn told(outcome: Result<Value, EvalError>) -> String {
    outcome.map_or_else(|error| error.to_string(), |value| value.to_string())
}

/// Calls `then` with a field of a state `S`.
pub(crate) fn with_field<T>(name: &str, expected: Expected, then: impl FnOnce(&QueryField<'_>) -> T) -> T {
    let pointer = Pointer::root().key("States").key("S").key(name);
    then(&QueryField::new(&pointer, name, Site::Scalar).expecting(expected))
}

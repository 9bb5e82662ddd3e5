//! Tables that two crates keep for different purposes.

use asl_model::OPERATORS;
use asl_paths::JsonPath;
use asl_query::{Expected, Language, QueryField, Site};
use asl_value::{Object, Pointer, Value, json};

/// The model accepts exactly the comparison operators that the language evaluates.
#[test]
fn the_model_and_the_language_know_the_same_operators() {
    let pointer = Pointer::root();
    let field = QueryField::new(&pointer, "Condition", Site::Condition).expecting(Expected::Boolean);
    let compiles = |operator: &str, operand: Value| {
        let rule: Object = [("Variable", json!("$.x")), (operator, operand)].into_iter().collect();
        JsonPath.condition(&Value::Object(rule), &field).is_ok()
    };
    let operands = [json!("2026-01-01T00:00:00Z"), json!(1), json!(true), json!("$.y")];
    for operator in &OPERATORS {
        assert!(operands.iter().any(|operand| compiles(operator.name, operand.clone())), "{}", operator.name);
    }
    assert_eq!(OPERATORS.len(), 39);
    assert!(operands.iter().all(|operand| !compiles("NumericEqual", operand.clone())));
}

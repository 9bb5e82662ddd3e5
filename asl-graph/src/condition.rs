//! The condition of a Choice as a label: `$.total > 100`.

use asl_model::{Condition, Test};
use asl_value::Value;

/// The complete condition as an expression.
pub(crate) fn text(condition: &Condition) -> String {
    match condition {
        Condition::Query(Value::String(query)) => {
            let query = query.trim();
            let inside = query.strip_prefix("{%").and_then(|query| query.strip_suffix("%}"));
            inside.unwrap_or(query).split_whitespace().collect::<Vec<_>>().join(" ")
        }
        Condition::Query(other) => other.to_json(),
        Condition::Test(test) => test_text(test),
    }
}

fn test_text(test: &Test) -> String {
    match test {
        Test::And(tests) => joined(tests, " and "),
        Test::Or(tests) => joined(tests, " or "),
        Test::Not(test) => match &**test {
            Test::Compare { .. } => format!("not ({})", test_text(test)),
            test => format!("not {}", operand_text(test)),
        },
        Test::Compare { variable, operator, operand } => compare(variable, operator, operand),
    }
}

fn joined(tests: &[Test], word: &str) -> String {
    tests.iter().map(operand_text).collect::<Vec<_>>().join(word)
}

/// A test inside another one.
fn operand_text(test: &Test) -> String {
    match test {
        Test::And(_) | Test::Or(_) => format!("({})", test_text(test)),
        _ => test_text(test),
    }
}

fn compare(variable: &str, operator: &str, operand: &Value) -> String {
    if let Some(kind) = operator.strip_prefix("Is") {
        let word = if *operand == Value::Bool(false) { "is not" } else { "is" };
        return format!("{variable} {word} {}", kind.to_lowercase());
    }
    let (operator, is_path) = match operator.strip_suffix("Path") {
        Some(operator) => (operator, true),
        None => (operator, false),
    };
    let sign = [
        ("LessThanEquals", "<="),
        ("GreaterThanEquals", ">="),
        ("LessThan", "<"),
        ("GreaterThan", ">"),
        ("Equals", "="),
        ("Matches", "matches"),
    ];
    let sign = sign.iter().find(|(name, _)| operator.ends_with(name)).map_or(operator, |(_, sign)| sign);
    match operand {
        Value::String(path) if is_path => format!("{variable} {sign} {path}"),
        operand => format!("{variable} {sign} {}", operand.to_json()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use asl_value::json;

    #[track_caller]
    fn check(test: &Test, expected: &str) {
        assert_eq!(text(&Condition::Test(test.clone())), expected);
    }

    fn compare(operator: &str, operand: Value) -> Test {
        Test::compare("$.a", operator, operand)
    }

    #[test]
    fn comparisons() {
        for (operator, operand, expected) in [
            ("NumericGreaterThan", json!(100), "$.a > 100"),
            ("NumericLessThanEqualsPath", json!("$.b"), "$.a <= $.b"),
            ("StringEquals", json!("x"), "$.a = \"x\""),
            ("StringMatches", json!("*.csv"), "$.a matches \"*.csv\""),
            ("BooleanEquals", json!(true), "$.a = true"),
            ("TimestampLessThan", json!("2026-11-30T00:00:00Z"), "$.a < \"2026-11-30T00:00:00Z\""),
            ("IsPresent", json!(true), "$.a is present"),
            ("IsNull", json!(false), "$.a is not null"),
        ] {
            check(&compare(operator, operand), expected);
        }
    }

    #[test]
    fn combinations() {
        let (one, two) = (compare("NumericEquals", json!(1)), compare("IsNull", json!(true)));
        let both = Test::And(vec![one.clone(), two.clone()]);
        check(&both, "$.a = 1 and $.a is null");
        check(&Test::Not(Box::new(one.clone())), "not ($.a = 1)");
        check(&Test::Or(vec![both.clone(), one]), "($.a = 1 and $.a is null) or $.a = 1");
        check(&Test::Not(Box::new(both)), "not ($.a = 1 and $.a is null)");
    }

    #[test]
    fn jsonata_without_its_braces() {
        let query = Condition::Query(json!("{% $states.input.total\n  > 100 %}"));
        assert_eq!(text(&query), "$states.input.total > 100");
        assert_eq!(text(&Condition::Query(json!(true))), "true");
    }
}

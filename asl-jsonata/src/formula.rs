//! [`Formula`]: `$i + 1`, and `$total > 100 ? 'large' : 'small'`, computed without the engine.

use asl_query::Env;
use asl_value::Value;
use jlens_core::ast::{BinaryOp, Node, NodeKind};

use crate::evaluate::MAX_BYTES;
use crate::reference::{Found, Plain, Reference};
use crate::writer::number;

/// Arithmetic, comparisons and conditions over references and literals.
///
/// Most conditions of a Choice are one. It computes what the engine computes, or leaves the expression to it: where a type
/// does not fit, a value is missing, or a number is beyond those that doubles represent exactly.
#[derive(Debug)]
pub(crate) enum Formula {
    Reference(Reference),
    Null,
    Bool(bool),
    Number(f64),
    Text(Box<str>),
    Negated(Box<Formula>),
    Binary(BinaryOp, Box<[Formula; 2]>),
    /// The condition, and the values if it holds and if it does not.
    Condition(Box<[Formula; 3]>),
}

/// How deep a formula nests. The engine evaluates deeper ones, up to its own limit.
const MAX_DEPTH: usize = 32;

/// A value while it is computed with.
#[derive(Clone, Copy, PartialEq)]
enum Scalar<'a> {
    Null,
    Bool(bool),
    /// Finite.
    Number(f64),
    Text(&'a str),
}

impl Formula {
    /// `None` for any other expression.
    pub(crate) fn of(node: &Node) -> Option<Formula> {
        Formula::below(node, MAX_DEPTH)
    }

    fn below(node: &Node, depth: usize) -> Option<Formula> {
        if let Some(reference) = Reference::of(node) {
            return Some(Formula::Reference(reference));
        }
        let depth = depth.checked_sub(1).filter(|_| node.attrs == Plain)?;
        let part = |node: &Node| Formula::below(node, depth);
        Some(match &node.kind {
            NodeKind::Null => Formula::Null,
            NodeKind::Bool { value } => Formula::Bool(*value),
            NodeKind::Number { value } => Formula::Number(*value),
            NodeKind::String { value } => Formula::Text(value.as_str().into()),
            NodeKind::Negate { expr } => Formula::Negated(Box::new(part(expr)?)),
            NodeKind::Binary { op: BinaryOp::Concat | BinaryOp::Range | BinaryOp::In, .. } => {
                return None;
            }
            NodeKind::Binary { op, lhs, rhs } => Formula::Binary(*op, Box::new([part(lhs)?, part(rhs)?])),
            NodeKind::Condition { condition, then, otherwise: Some(otherwise) } => {
                Formula::Condition(Box::new([part(condition)?, part(then)?, part(otherwise)?]))
            }
            NodeKind::Block { exprs, .. } => match exprs.as_slice() {
                [inner] => part(inner)?,
                _ => return None,
            },
            _ => return None,
        })
    }

    /// The value. `None` if only the engine knows it, or the error.
    pub(crate) fn value(&self, env: &Env<'_>) -> Option<Value> {
        match self.compute(env)? {
            Scalar::Null => Some(Value::Null),
            Scalar::Bool(flag) => Some(Value::Bool(flag)),
            Scalar::Number(value) => Some(number(value)),
            Scalar::Text(text) => (text.len() < MAX_BYTES).then(|| Value::from(text)),
        }
    }

    fn compute<'a>(&'a self, env: &Env<'a>) -> Option<Scalar<'a>> {
        match self {
            Formula::Reference(reference) => match reference.find(env) {
                Found::Value(value) => scalar(value),
                Found::Undefined | Found::Unclear => None,
            },
            Formula::Null => Some(Scalar::Null),
            Formula::Bool(flag) => Some(Scalar::Bool(*flag)),
            Formula::Number(value) => finite(*value),
            Formula::Text(text) => Some(Scalar::Text(text)),
            Formula::Negated(operand) => match operand.compute(env)? {
                Scalar::Number(value) => Some(Scalar::Number(-value)),
                _ => None,
            },
            Formula::Binary(op @ (BinaryOp::And | BinaryOp::Or), operands) => {
                let [left, right] = &**operands;
                match left.holds(env)? {
                    decided if decided == (*op == BinaryOp::Or) => Some(Scalar::Bool(decided)),
                    _ => right.holds(env).map(Scalar::Bool),
                }
            }
            Formula::Binary(op, operands) => {
                let [left, right] = &**operands;
                binary(*op, left.compute(env)?, right.compute(env)?)
            }
            Formula::Condition(parts) => {
                let [condition, then, otherwise] = &**parts;
                if condition.holds(env)? { then.compute(env) } else { otherwise.compute(env) }
            }
        }
    }

    fn holds(&self, env: &Env<'_>) -> Option<bool> {
        match self.compute(env)? {
            Scalar::Bool(holds) => Some(holds),
            _ => None,
        }
    }
}

fn scalar(value: &Value) -> Option<Scalar<'_>> {
    match value {
        Value::Null => Some(Scalar::Null),
        Value::Bool(flag) => Some(Scalar::Bool(*flag)),
        // The engine compares integers beyond 2^53 exactly.
        Value::Number(number) if number.is_integer() && !is_exact(number.as_f64()) => None,
        Value::Number(number) => finite(number.as_f64()),
        Value::String(text) => Some(Scalar::Text(text)),
        Value::Array(_) | Value::Object(_) => None,
    }
}

fn is_exact(integer: f64) -> bool {
    const TWO_53: f64 = 9_007_199_254_740_992.0;
    integer.abs() < TWO_53
}

fn finite<'a>(value: f64) -> Option<Scalar<'a>> {
    value.is_finite().then_some(Scalar::Number(value))
}

fn binary<'a>(op: BinaryOp, left: Scalar<'a>, right: Scalar<'a>) -> Option<Scalar<'a>> {
    match op {
        BinaryOp::Eq => return Some(Scalar::Bool(left == right)),
        BinaryOp::Ne => return Some(Scalar::Bool(left != right)),
        _ => {}
    }
    // Texts compare by UTF-16: the engine does it.
    let (Scalar::Number(left), Scalar::Number(right)) = (left, right) else { return None };
    match op {
        BinaryOp::Add => finite(left + right),
        BinaryOp::Sub => finite(left - right),
        BinaryOp::Mul => finite(left * right),
        BinaryOp::Div => finite(left / right),
        BinaryOp::Mod => finite(left % right),
        BinaryOp::Lt => Some(Scalar::Bool(left < right)),
        BinaryOp::Le => Some(Scalar::Bool(left <= right)),
        BinaryOp::Gt => Some(Scalar::Bool(left > right)),
        BinaryOp::Ge => Some(Scalar::Bool(left >= right)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use asl_query::{FixedHost, Scope};
    use asl_value::json;

    use crate::{Evaluated, StateExpression};

    use super::*;

    /// Returns whether a formula knows the value, which must be that of the engine.
    #[track_caller]
    fn check(text: &str, values: [&Value; 2]) -> bool {
        let expression = StateExpression::parse(text).unwrap();
        let [a, b] = values;
        let input = json!({"a": a.clone(), "b": b.clone()});
        let mut scope = Scope::default();
        scope.set("a", a.clone());
        let env = Env::new(&input, &scope, &FixedHost);
        let formula = expression.formula().and_then(|formula| formula.value(&env));
        if let Some(value) = &formula {
            let evaluated = expression.by_engine(&env).unwrap();
            let printed = |value: &Evaluated| format!("{value:?}");
            assert_eq!(
                printed(&Evaluated::Value(value.clone())),
                printed(&evaluated),
                "{text} with {a} and {b}"
            );
        }
        formula.is_some()
    }

    #[test]
    fn a_formula_has_the_value_that_the_engine_has() {
        let mut values: Vec<Value> =
            ["1.5", "-2.0", "0", "-0.0", "7", "1e308", "9007199254740991", "9007199254740993"]
                .map(|number| number.parse().unwrap())
                .into();
        values.extend([json!(i64::MAX), json!(u64::MAX), Value::Null, json!(true), json!(false), json!("")]);
        values.extend([json!("7"), json!("ö"), json!([7]), json!([]), json!({})]);
        let forms = [
            "$a + $b",
            "$a - $b",
            "$a * $b",
            "$a / $b",
            "$a % $b",
            "-$a",
            "-$b - 1",
            "$a = $b",
            "$a != $b",
            "$a < $b",
            "$a <= $b",
            "$a > $b",
            "$a >= $b",
            "$a and $b",
            "$a or $b",
            "$a > 1 and $b < 2",
            "$a > 1 or $b = 'ö'",
            "$a = null",
            "$a ? $b : 1",
            "($a != 7) ? 'other' : 'seven'",
            "($a + 1) * ($b - 2)",
            "$a = 'x' ? 1 : $b",
        ];
        let mut known = [0; 2];
        for form in forms {
            let text = form.replace("$b", "$states.input.b");
            for a in &values {
                for b in &values {
                    known[usize::from(check(&text, [a, b]))] += 1;
                }
            }
        }
        let [unknown, known] = known;
        assert!(known > 1_500 && unknown > 1_500, "{known} known, {unknown} not");
    }

    #[test]
    fn what_only_the_engine_computes_is_left_to_it() {
        let (one, text) = (&json!(1), &json!("b"));
        let known = ["$a + 1", "$a = 'b'", "true", "-1.5", "$a ? 1 : 2", "(($a))", "$a % 0.3"];
        for form in known.iter().filter(|form| **form != "$a ? 1 : 2") {
            assert!(check(form, [one, one]), "{form}");
        }
        assert!(!check("$a ? 1 : 2", [one, one]) && check("$a ? 1 : 2", [&json!(true), one]));
        for form in
            ["$a & 'x'", "[1..$a]", "$a in [1]", "$a / 0", "$c + 1", "$a > 0 ? 1", "$sum($a)", "$a < 'b'"]
        {
            assert!(!check(form, [one, one]), "{form}");
        }
        assert!(!check("$a < 'c'", [text, one]) && !check("$a + 1", [text, one]));
        let deep = |count: usize| format!("$a{}", " + 1".repeat(count));
        assert!(check(&deep(30), [one, one]) && !check(&deep(40), [one, one]));
    }
}

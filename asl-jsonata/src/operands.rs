//! [`Combined`]: a condition of `and`, `or` and `$not`, whose operands can be evaluated one by one.

use std::sync::Arc;

use asl_query::{Env, EvalError, Expr, Operand};
use asl_value::{Pointer, Text, Value};
use jlens_core::Expression;
use jlens_core::ast::{BinaryOp, Node, NodeKind};

use crate::{Evaluated, StateExpression};

/// A condition with operands.
#[derive(Debug)]
pub(crate) struct Combined {
    condition: Arc<dyn Expr>,
    place: Pointer,
    tree: Tree,
}

impl Combined {
    /// The condition with the operands of its text, or the condition itself if it has none.
    pub(crate) fn of(condition: Arc<dyn Expr>, text: &str, place: &Pointer) -> Arc<dyn Expr> {
        // Most conditions have none, and are not parsed again.
        if !["and", "or", "$not"].iter().any(|word| text.contains(word)) {
            return condition;
        }
        let Ok(parsed) = Expression::compile(text) else { return condition };
        match tree(&parsed.ast().root, text) {
            Some(tree) if tree.count() > 0 => Arc::new(Combined { condition, place: place.clone(), tree }),
            _ => condition,
        }
    }
}

impl Expr for Combined {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        self.condition.eval(env)
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.condition.variables(report);
    }

    fn operands(&self) -> Vec<Operand> {
        let mut labels = Vec::new();
        self.tree.labels(&mut labels);
        labels.into_iter().map(|label| Operand { place: self.place.clone(), label }).collect()
    }

    fn report_operands(&self, env: &Env<'_>, report: &mut dyn FnMut(usize, bool)) {
        // The condition has been evaluated before, so a failure is known.
        let _ = self.tree.evaluate(env, 0, report);
    }
}

/// A condition, as far as `and`, `or` and `$not` make it up.
#[derive(Debug)]
enum Tree {
    /// `a and b and c`
    And(Vec<(String, Tree)>),
    Or(Vec<(String, Tree)>),
    Not(Box<(String, Tree)>),
    /// Anything else, which yields a boolean.
    Test(Box<StateExpression>),
}

/// `None` if a part cannot be evaluated on its own, or draws random numbers.
///
/// The recursion is as deep as the parser of JSONata allows expressions to nest.
fn tree(node: &Node, text: &str) -> Option<Tree> {
    let operand = |node: &Node| Some((source(node, text)?.to_owned(), tree(node, text)?));
    match &node.kind {
        NodeKind::Block { exprs, .. } if exprs.len() == 1 => tree(exprs.first()?, text),
        NodeKind::Binary { op: op @ (BinaryOp::And | BinaryOp::Or), .. } => {
            let mut nodes = Vec::new();
            chain(node, *op, &mut nodes);
            let operands = nodes.into_iter().map(operand).collect::<Option<Vec<_>>>()?;
            Some(if matches!(op, BinaryOp::And) { Tree::And(operands) } else { Tree::Or(operands) })
        }
        NodeKind::Function { procedure, args } if is_not(procedure) && args.len() == 1 => {
            Some(Tree::Not(Box::new(operand(args.first()?)?)))
        }
        _ => {
            let test = format!("({}) ? true : false", source(node, text)?);
            let test = StateExpression::parse(&test).ok().filter(|test| !test.draws_random_numbers())?;
            Some(Tree::Test(Box::new(test)))
        }
    }
}

/// The operands of `a and b and c`, which is `(a and b) and c` in the tree of the parser.
fn chain<'n>(node: &'n Node, of: BinaryOp, found: &mut Vec<&'n Node>) {
    let (mut left, mut right) = (node, Vec::new());
    while let NodeKind::Binary { op, lhs, rhs } = &left.kind {
        if *op != of {
            break;
        }
        right.push(&**rhs);
        left = lhs;
    }
    found.push(left);
    found.extend(right.into_iter().rev());
}

fn is_not(procedure: &Node) -> bool {
    matches!(&procedure.kind, NodeKind::Variable { name } if name.as_str() == "not")
}

fn source<'t>(node: &Node, text: &'t str) -> Option<&'t str> {
    text.get(node.span.start..node.span.end).map(str::trim)
}

impl Tree {
    fn operands(&self) -> &[(String, Tree)] {
        match self {
            Tree::And(operands) | Tree::Or(operands) => operands,
            Tree::Not(operand) => std::slice::from_ref(operand),
            Tree::Test(_) => &[],
        }
    }

    fn count(&self) -> usize {
        self.operands().iter().map(|(_, operand)| 1 + operand.count()).sum()
    }

    /// The texts of the operands, each before those inside it.
    fn labels(&self, found: &mut Vec<String>) {
        for (text, operand) in self.operands() {
            found.push(text.clone());
            operand.labels(found);
        }
    }

    /// Whether it holds; `None` if the evaluation fails. The first operand has this index.
    fn evaluate(&self, env: &Env<'_>, first: usize, report: &mut dyn FnMut(usize, bool)) -> Option<bool> {
        let mut index = first;
        let mut last = false;
        for (_, operand) in self.operands() {
            last = operand.evaluate(env, index + 1, report)?;
            report(index, last);
            index += 1 + operand.count();
            let is_decided = matches!((self, last), (Tree::And(_), false) | (Tree::Or(_), true));
            if is_decided {
                break;
            }
        }
        match self {
            Tree::Test(test) => match test.eval(env) {
                Ok(Evaluated::Value(Value::Bool(holds))) => Some(holds),
                _ => None,
            },
            Tree::Not(_) => Some(!last),
            Tree::And(_) | Tree::Or(_) => Some(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use asl_query::{Expected, FixedHost, Language, QueryField, Scope, Site};
    use asl_value::json;

    use super::*;

    /// The operands of a condition, each with what was reported of it for these inputs.
    #[track_caller]
    fn check(text: &str, inputs: &[i64], expected: &[(&str, &[bool])]) {
        let pointer = Pointer::root().key("Choices").index(0);
        let field = QueryField::new(&pointer, "Condition", Site::Condition).expecting(Expected::Boolean);
        let condition = crate::Jsonata.condition(&Value::from(format!("{{% {text} %}}")), &field).unwrap();
        let operands = condition.operands();
        let mut reported = vec![Vec::new(); operands.len()];
        let scope = Scope::default();
        for input in inputs {
            let input = json!({"n": *input});
            condition.report_operands(&Env::new(&input, &scope, &FixedHost), &mut |index, holds| {
                reported[index].push(holds)
            });
        }
        let found: Vec<(&str, &[bool])> = operands
            .iter()
            .zip(&reported)
            .map(|(operand, reported)| (operand.label.as_str(), reported.as_slice()))
            .collect();
        assert_eq!(found, expected);
        assert!(operands.iter().all(|operand| operand.place == pointer.key("Condition")));
    }

    #[test]
    fn operands_are_reported() {
        check("$states.input.n > 1", &[2], &[]);
        let (one, three) = ("$states.input.n > 1", "$states.input.n < 3");
        check(
            &format!("{one} and {three}"),
            &[1, 2, 5],
            &[(one, &[false, true, true]), (three, &[true, false])],
        );
        check(&format!("({one} or {three}) "), &[1, 2], &[(one, &[false, true]), (three, &[true])]);
        check(&format!("$not({one})"), &[1, 2], &[(one, &[false, true])]);
        let both = format!("({one} and {three})");
        let expected: &[(&str, &[bool])] =
            &[("$states.input.n = 9", &[true, false]), (&both, &[true]), (one, &[true]), (three, &[true])];
        check(&format!("$states.input.n = 9 or {both}"), &[9, 2], expected);
        check(
            "true and false and $states.input.n",
            &[0],
            &[("true", &[true]), ("false", &[false]), ("$states.input.n", &[])],
        );
    }

    #[test]
    fn what_cannot_be_evaluated_again_has_no_operands() {
        check("$random() < 2 and true", &[0], &[]);
        check("(1; true and false)", &[0], &[]);
        // A part of the input that is called `and`.
        check("$states.input.and = 1", &[0], &[]);
        // Nothing is reported of what fails.
        check("$states.input.n > 'a' and true", &[0], &[("$states.input.n > 'a'", &[]), ("true", &[])]);
    }
}

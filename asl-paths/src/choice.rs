//! Choice rules: `And`, `Or`, `Not` and one comparison each.

use std::sync::Arc;

use asl_query::{Env, EvalError, Expr, Operand, QueryField, SyntaxError};
use asl_value::{Pointer, Text, Value};

use crate::comparison::{OPERATORS, Test};
use crate::{Path, ReferencePath};

/// Compiles a choice rule to an expression that yields a boolean. Other members of the rule (`Next`,
/// `Assign`, `Comment`) are ignored.
pub(crate) fn compile(rule: &Value, field: &QueryField<'_>) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
    let mut errors = Vec::new();
    match read(rule, field.pointer, &mut errors) {
        Some(rule @ Rule::Compare(..)) if errors.is_empty() => Ok(Arc::new(rule)),
        Some(rule) if errors.is_empty() => Ok(Arc::new(Combined { rule, place: field.pointer.clone() })),
        _ => Err(errors),
    }
}

/// What a choice rule tests.
#[derive(Debug)]
enum Rule {
    And(Box<[Rule]>),
    Or(Box<[Rule]>),
    Not(Box<Rule>),
    Compare(Path, Test),
}

impl Expr for Rule {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        self.holds(env).map(Value::Bool)
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        match self {
            Rule::And(rules) | Rule::Or(rules) => rules.iter().for_each(|rule| rule.variables(report)),
            Rule::Not(rule) => rule.variables(report),
            Rule::Compare(variable, test) => {
                variable.variables(report);
                if let Some(operand) = test.path() {
                    operand.variables(report);
                }
            }
        }
    }
}

/// A rule with operands.
#[derive(Debug)]
struct Combined {
    rule: Rule,
    place: Pointer,
}

impl Expr for Combined {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        self.rule.eval(env)
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.rule.variables(report);
    }

    fn operands(&self) -> Vec<Operand> {
        let mut found = Vec::new();
        self.rule.operands(&self.place, &Pointer::root(), &mut found);
        found
    }

    fn report_operands(&self, env: &Env<'_>, report: &mut dyn FnMut(usize, bool)) {
        // The rule has been evaluated before, so an error is known.
        let _ = self.rule.evaluate(env, 0, report);
    }
}

impl Rule {
    /// Its operands, and the names of their members in the rule.
    fn members(&self) -> (&'static str, &[Rule]) {
        match self {
            Rule::And(rules) => ("And", rules),
            Rule::Or(rules) => ("Or", rules),
            Rule::Not(rule) => ("Not", std::slice::from_ref(rule)),
            Rule::Compare(..) => ("", &[]),
        }
    }

    /// Adds the operands, each before those inside it. `within` is where this rule is in the whole one.
    fn operands(&self, place: &Pointer, within: &Pointer, found: &mut Vec<Operand>) {
        let (member, rules) = self.members();
        for (index, rule) in rules.iter().enumerate() {
            let inner = |of: &Pointer| match self {
                Rule::Not(_) => of.key(member),
                _ => of.key(member).index(index),
            };
            let (place, within) = (inner(place), inner(within));
            let label = within.location().trim_start_matches('/').to_owned();
            found.push(Operand { place: place.clone(), label });
            rule.operands(&place, &within, found);
        }
    }

    /// How many operands it has, those inside them included.
    fn count(&self) -> usize {
        self.members().1.iter().map(|rule| 1 + rule.count()).sum()
    }

    /// Evaluates the rule as [`holds`](Rule::holds) does, and reports its operands. The first of them has this index.
    fn evaluate(
        &self,
        env: &Env<'_>,
        first: usize,
        report: &mut dyn FnMut(usize, bool),
    ) -> Result<bool, EvalError> {
        let (_, rules) = self.members();
        let mut index = first;
        let mut last = matches!(self, Rule::And(_));
        for rule in rules {
            last = rule.evaluate(env, index + 1, report)?;
            report(index, last);
            index += 1 + rule.count();
            let is_decided = matches!((self, last), (Rule::And(_), false) | (Rule::Or(_), true));
            if is_decided {
                break;
            }
        }
        match self {
            Rule::Compare(variable, test) => test.holds(variable, env),
            Rule::Not(_) => Ok(!last),
            Rule::And(_) | Rule::Or(_) => Ok(last),
        }
    }

    /// The recursion is bounded by the depth of documents.
    fn holds(&self, env: &Env<'_>) -> Result<bool, EvalError> {
        match self {
            Rule::And(rules) => {
                for rule in rules {
                    if !rule.holds(env)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            Rule::Or(rules) => {
                for rule in rules {
                    if rule.holds(env)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            Rule::Not(rule) => Ok(!rule.holds(env)?),
            Rule::Compare(variable, test) => test.holds(variable, env),
        }
    }
}

/// Parses a rule. UNRECORDED: all messages of this module but those about reference paths and timestamps.
fn read(rule: &Value, pointer: &Pointer, errors: &mut Vec<SyntaxError>) -> Option<Rule> {
    let Value::Object(members) = rule else {
        errors.push(SyntaxError::new(
            pointer.clone(),
            format!("expected a choice rule, found {}", rule.type_name()),
        ));
        return None;
    };
    if let Some(rules) = members.get("And") {
        return all(rules, &pointer.key("And"), errors).map(Rule::And);
    }
    if let Some(rules) = members.get("Or") {
        return all(rules, &pointer.key("Or"), errors).map(Rule::Or);
    }
    if let Some(rule) = members.get("Not") {
        return read(rule, &pointer.key("Not"), errors).map(|rule| Rule::Not(Box::new(rule)));
    }
    let mut tests = members.iter().filter_map(|(name, literal)| {
        Some((OPERATORS.iter().find(|operator| *operator.name == **name)?, literal))
    });
    let Some((operator, literal)) = tests.next() else {
        let message = "expected `And`, `Or`, `Not` or a comparison operator in the choice rule";
        errors.push(SyntaxError::new(pointer.clone(), message));
        return None;
    };
    if let Some((second, _)) = tests.next() {
        let message = format!(
            "a choice rule has one comparison operator, found `{}` and `{}`",
            operator.name, second.name
        );
        errors.push(SyntaxError::new(pointer.key(second.name), message));
    }
    let variable = match members.get("Variable") {
        Some(Value::String(text)) => reference(text, &pointer.key("Variable"), errors),
        Some(other) => {
            let message = format!("expected a string at `Variable`, found {}", other.type_name());
            errors.push(SyntaxError::new(pointer.key("Variable"), message));
            None
        }
        None => {
            errors.push(SyntaxError::new(pointer.clone(), format!("`{}` needs a `Variable`", operator.name)));
            None
        }
    };
    let place = pointer.key(operator.name);
    let test = operator.test(literal, &mut |text| {
        let mut found = Vec::new();
        reference(text, &place, &mut found).ok_or_else(|| found.swap_remove(0))
    });
    match test {
        Ok(test) => Some(Rule::Compare(variable?, test)),
        Err(problem) => {
            errors.push(problem.at(place));
            None
        }
    }
}

fn all(rules: &Value, pointer: &Pointer, errors: &mut Vec<SyntaxError>) -> Option<Box<[Rule]>> {
    let Value::Array(rules) = rules else {
        errors.push(SyntaxError::new(
            pointer.clone(),
            format!("expected an array, found {}", rules.type_name()),
        ));
        return None;
    };
    let read = |(index, rule)| read(rule, &pointer.index(index), errors);
    // Reads all rules before it gives up, so that every problem is reported.
    rules.iter().enumerate().map(read).collect::<Vec<_>>().into_iter().collect()
}

fn reference(text: &str, pointer: &Pointer, errors: &mut Vec<SyntaxError>) -> Option<Path> {
    match ReferencePath::parse(text) {
        Ok(path) => Some(path.path().clone()),
        Err(error) => {
            errors.push(error.in_reference(pointer.clone()));
            None
        }
    }
}

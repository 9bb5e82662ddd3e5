//! [`StateExpression`]: one expression of a state.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use asl_query::{Env, Site};
use asl_value::{Text, Value};
use jlens_core::reads::Reads;
use jlens_core::{Bindings, Expression, function_catalog};

use crate::arena::Origin;
use crate::evaluate::{HostNeeds, evaluate};
use crate::formula::Formula;
use crate::reference::{Found, Reference};
use crate::{EvalFailure, ParseError, functions, gate};

/// One compiled JSONata expression in AWS's dialect: the text between `{%` and `%}`.
///
/// Use it to evaluate an expression without a state. [`Jsonata`](crate::Jsonata) compiles whole fields and adds AWS's error
/// texts; a [`Query`](crate::Query) is plain JSONata over a document.
///
/// An expression sees `$states`, the variables of its [`Env`], and the functions of JSONata 2.0.6 and of AWS. It copies
/// neither what it reads nor what it returns: a part of the input in the result is the same piece of memory. One
/// evaluation takes at most a second, 64 MiB and a hundred levels of nesting, or less if its [`Host`](asl_query::Host) says
/// so.
///
/// ```
/// use asl_jsonata::{Evaluated, StateExpression};
/// use asl_query::{Env, FixedHost, Scope};
/// use asl_value::{json, Value};
///
/// let text = "{'paid': $states.input.order, 'lines': $count($states.input.order.lines)}";
/// let expression = StateExpression::parse(text).unwrap();
///
/// let (input, scope) = (json!({"order": {"lines": [1, 2]}}), Scope::default());
/// let env = Env::new(&input, &scope, &FixedHost);
/// let Ok(Evaluated::Value(output)) = expression.eval(&env) else { unreachable!() };
/// assert_eq!(output.to_string(), r#"{"paid":{"lines":[1,2]},"lines":2}"#);
/// assert!(output["paid"].same(&input["order"]));
///
/// assert_eq!(StateExpression::parse("$states.input.").unwrap_err().to_string(), "S0207: Unexpected end of expression");
/// ```
///
/// Source: <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html>
#[derive(Debug)]
pub struct StateExpression {
    text: Text,
    reference: Option<Reference>,
    formula: Option<Formula>,
    expression: Expression,
    reads: Reads,
    /// The pure functions of AWS that it mentions.
    bindings: Bindings,
    /// Whether it mentions a function that draws a random number.
    draws: bool,
    needs: HostNeeds,
    /// The names that it reads, except those of functions.
    variables: Box<[Text]>,
    /// The names of functions that it mentions. A variable of the same name hides the function.
    functions: Box<[Text]>,
}

/// A function of JSONata that AWS does not have: there it is an unset variable (recorded).
const EVAL: &str = "eval";

/// The names of all functions.
static FUNCTIONS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    let built_in = function_catalog().into_iter().map(|function| function.name);
    let built_in = built_in.filter(|name| *name != EVAL);
    built_in.chain(functions::PURE).chain(functions::RANDOM).collect()
});

/// The names of all functions of a state's expressions, without `$` and sorted: those of JSONata 2.0.6 without `eval`, and
/// those of AWS.
///
/// ```
/// let names: Vec<&str> = asl_jsonata::function_names().collect();
/// assert!(names.contains(&"sum") && names.contains(&"partition") && !names.contains(&"eval"));
/// ```
pub fn function_names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().copied()
}

/// The value of an expression, which may be none that JSON has.
#[derive(Debug, Clone, PartialEq)]
pub enum Evaluated {
    /// A value.
    Value(Value),
    /// Undefined: the expression has no value.
    Undefined,
    /// A function, which JSON cannot represent.
    Function,
}

impl StateExpression {
    /// Compiles an expression, the text between `{%` and `%}`.
    ///
    /// # Errors
    /// The first problem that [`compile`](StateExpression::compile) reports: the text is not JSONata 2.0.6, or it reads an
    /// input document other than `$states`.
    pub fn parse(text: &str) -> Result<StateExpression, ParseError> {
        StateExpression::compile(text).map_err(|mut errors| errors.swap_remove(0))
    }

    /// Compiles an expression, or reports every problem with it.
    ///
    /// # Errors
    /// At least one: the place where the text stops being JSONata 2.0.6, or each name that it reads from an input document.
    pub fn compile(text: &str) -> Result<StateExpression, Vec<ParseError>> {
        let expression = Expression::compile(text).map_err(|error| vec![error.into()])?;
        let root = &expression.ast().root;
        let names = gate::pass(root)?.names;
        let mentions = |all: &[&'static str]| -> Vec<&str> {
            all.iter().copied().filter(|name| names.contains(name)).collect()
        };
        let bindings = functions::pure(&mentions(&functions::PURE));
        let reads = expression.reads_with(&bindings);
        let draws = !mentions(&functions::RANDOM).is_empty();
        let (functions, variables): (BTreeSet<&str>, BTreeSet<&str>) =
            names.iter().partition(|name| FUNCTIONS.contains(**name));
        let is_free = |name: &&str| *name == EVAL || reads.binding(name).is_some();
        let free: Vec<&str> = variables.into_iter().filter(is_free).collect();
        Ok(StateExpression {
            text: Text::from(text),
            reference: Reference::of(root),
            formula: Formula::of(root),
            bindings,
            draws,
            needs: HostNeeds {
                time: !mentions(&["now", "millis"]).is_empty(),
                seed: !mentions(&["shuffle"]).is_empty(),
            },
            variables: free.into_iter().map(Text::from).collect(),
            functions: functions.into_iter().map(Text::from).collect(),
            reads,
            expression,
        })
    }

    /// Whether it draws random numbers, so that it has another value each time.
    pub(crate) fn draws_random_numbers(&self) -> bool {
        self.draws || self.needs.seed
    }

    /// The text of the expression.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The variables that it reads: names that neither it nor JSONata binds.
    ///
    /// A variable that would hide a function of the same name is not included.
    pub fn variables(&self) -> impl Iterator<Item = &Text> {
        self.variables.iter().filter(|name| name.as_str() != "states")
    }

    /// Checks that `$states` has the fields that it reads, in an expression at this kind of place.
    ///
    /// # Errors
    /// It reads `$states.result` without a result, or `$states.errorOutput` outside a catcher.
    pub fn check_site(&self, site: Site) -> Result<(), ParseError> {
        gate::at(&self.reads, site)
    }

    /// Evaluates it, for at most a second.
    ///
    /// # Errors
    /// JSONata reports an error, or the evaluation exceeds a limit on time, depth or memory.
    pub fn eval(&self, env: &Env<'_>) -> Result<Evaluated, EvalFailure> {
        match self.reference.as_ref().map(|reference| reference.find(env)) {
            Some(Found::Value(value)) => return Ok(Evaluated::Value(value.clone().normalised())),
            Some(Found::Undefined) => return Ok(Evaluated::Undefined),
            Some(Found::Unclear) | None => {}
        }
        if let Some(value) = self.formula.as_ref().and_then(|formula| formula.value(env)) {
            return Ok(Evaluated::Value(value));
        }
        self.by_engine(env)
    }

    pub(crate) fn by_engine(&self, env: &Env<'_>) -> Result<Evaluated, EvalFailure> {
        match self.run(&self.expression, env)? {
            Some(value) => Ok(Evaluated::Value(value)),
            None => Ok(self.nothing(env)),
        }
    }

    #[cfg(test)]
    pub(crate) fn formula(&self) -> Option<&Formula> {
        self.formula.as_ref()
    }

    fn run(&self, expression: &Expression, env: &Env<'_>) -> Result<Option<Value>, EvalFailure> {
        let hidden = self.functions.iter().filter(|name| env.scope.get(name).is_some());
        let mut names = self.variables.iter().chain(hidden).map(Text::as_str);
        let mut with = |bindings: &Bindings| {
            evaluate(expression, Origin::Env(*env), &mut names, bindings, self.needs, env.host)
        };
        match self.draws {
            false => with(&self.bindings),
            true => with(&functions::with_random(&self.bindings, env.host)),
        }
    }

    /// Distinguishes a function from an undefined value: an array keeps the former and drops the latter.
    #[cold]
    fn nothing(&self, env: &Env<'_>) -> Evaluated {
        let kept = Expression::compile(&format!("[{}\n]", self.text));
        match kept.ok().map(|expression| self.run(&expression, env)) {
            Some(Ok(Some(Value::Array(kept)))) if !kept.is_empty() => Evaluated::Function,
            _ => Evaluated::Undefined,
        }
    }
}

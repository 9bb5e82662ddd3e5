//! [`Checked`]: a program in a field, with AWS's texts for what goes wrong.

use std::sync::Arc;

use asl_query::{Env, EvalError, EvalErrorKind, Expected, Expr, Field, SyntaxError};
use asl_value::{Text, Timestamp, Value};

use crate::{Outcome, ParseError, Program};

/// The text between the braces of `{% … %}`, with its offset; `None` for a string that is no expression.
pub(crate) fn inside(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix("{%")?.strip_suffix("%}")?;
    let trimmed = inner.trim_start();
    Some((2 + inner.len() - trimmed.len(), trimmed.trim_end()))
}

/// Compiles the text of a field, or of a string in it.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn compile(
    (offset, text): (usize, &str),
    field: &Field<'_>,
) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
    let checked = |program: Program| match program.check_site(field.site) {
        Ok(()) => Ok(program),
        Err(error) => Err(vec![error]),
    };
    match Program::compile(text).and_then(checked) {
        Ok(program) => {
            let location = field.location().into();
            Ok(Arc::new(Checked { program, location, expected: field.expected }))
        }
        Err(errors) => Err(errors.into_iter().map(|error| syntax_error(error, offset, field)).collect()),
    }
}

/// AWS's message is JSONata's without its code.
fn syntax_error(error: ParseError, offset: usize, field: &Field<'_>) -> SyntaxError {
    let range = error.range();
    let found = SyntaxError::new(field.pointer.clone(), error.message());
    let found = if error.is_unavailable() { found.unavailable() } else { found };
    let found = if let Some(help) = error.advice() { found.help(help) } else { found };
    match range.is_empty() {
        true => found,
        false => found.range(range.start + offset..range.end + offset),
    }
}

/// A program whose value must be of a type.
#[derive(Debug)]
struct Checked {
    program: Program,
    /// See [`Field::location`].
    location: Text,
    expected: Expected,
}

impl Expr for Checked {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        let value = match self.program.eval(env) {
            Ok(Outcome::Value(value)) => value,
            Ok(Outcome::Undefined) => return Err(self.error("returned nothing (undefined).")),
            Ok(Outcome::Function) => return Err(self.error("returned an unsupported result type.")),
            // UNRECORDED: how AWS sets the id behind these words.
            Err(failure) if failure.is_internal => {
                let id = asl_query::sfn::uuid([env.host.random_u64(), env.host.random_u64()]);
                return Err(self.error(&format!("threw an internal error during evaluation ({id})")));
            }
            Err(failure) => {
                // AWS's own errors have no code, and follow a colon.
                let mark = if failure.code().is_empty() { ':' } else { '.' };
                return Err(self.error(&format!("threw an error during evaluation{mark} {failure}")));
            }
        };
        match self.expected {
            Expected::Any => Ok(value),
            expected => match complaint(expected, &value) {
                None => Ok(value),
                Some(Complaint::Type(wanted)) => Err(self.error(&format!(
                    "returned an unexpected result type. Expected '{wanted}', but was '{}' for value: {value}",
                    value.type_name()
                ))),
                Some(Complaint::Timestamp) => {
                    let text = value.as_str().unwrap_or_default();
                    Err(query_error(format!(
                        "The {} field cannot be parsed as an ISO-8601 extended offset date-time format string: {text}",
                        self.location
                    ))
                    .at(self.location.clone()))
                }
            },
        }
    }

    fn variables(&self, tell: &mut dyn FnMut(&Text)) {
        self.program.variables().for_each(tell);
    }
}

impl Checked {
    #[cold]
    fn error(&self, problem: &str) -> EvalError {
        let Checked { program, location, .. } = self;
        let text = program.text();
        query_error(format!("The JSONata expression '{text}' specified for the field '{location}' {problem}"))
            .at(location.clone())
    }
}

pub(crate) fn query_error(message: String) -> EvalError {
    EvalError::new(EvalErrorKind::QueryEvaluation, message)
}

enum Complaint {
    /// What is wanted.
    Type(String),
    Timestamp,
}

/// What is wrong with a value.
///
/// UNRECORDED: the words of a JSONata type error for all types but `array` and timestamps.
fn complaint(expected: Expected, value: &Value) -> Option<Complaint> {
    let wanted = match (expected, value) {
        (Expected::Any, _)
        | (Expected::Array | Expected::Collection, Value::Array(_))
        | (Expected::Collection, Value::Object(_))
        | (Expected::Boolean, Value::Bool(_))
        | (Expected::String, Value::String(_)) => return None,
        (Expected::Array | Expected::Collection, _) => "array".to_owned(),
        (Expected::Boolean, _) => "boolean".to_owned(),
        (Expected::String, _) => "string".to_owned(),
        (Expected::Integer { min }, Value::Number(number)) => match number.as_i64() {
            Some(integer) if integer >= min => return None,
            Some(_) if min == 1 => "positive integer".to_owned(),
            Some(_) if min == 0 => "non-negative integer".to_owned(),
            Some(_) => format!("integer not below {min}"),
            None => "integer".to_owned(),
        },
        (Expected::Number { min, max }, Value::Number(number)) => {
            match (min..=max).contains(&number.as_f64()) {
                true => return None,
                false => format!("number between {min} and {max}"),
            }
        }
        (Expected::Integer { .. } | Expected::Number { .. }, _) => "number".to_owned(),
        (Expected::Timestamp, Value::String(text)) => match Timestamp::parse(text) {
            Some(_) => return None,
            None => return Some(Complaint::Timestamp),
        },
        (Expected::Timestamp, _) => "string".to_owned(),
    };
    Some(Complaint::Type(wanted))
}

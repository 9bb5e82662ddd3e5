//! [`Checked`]: an expression in a field, with AWS's texts for its errors.

use std::sync::Arc;

use asl_query::{Env, EvalError, EvalErrorKind, Expected, Expr, QueryField, SyntaxError};
use asl_value::{Text, Timestamp, Value};

use crate::{EvalFailureKind, Evaluated, ParseError, StateExpression};

/// The text between the braces of `{% … %}`, with its offset; `None` for a string that is not an expression.
pub(crate) fn inside(text: &str) -> Option<(usize, &str)> {
    let inner = text.strip_prefix("{%")?.strip_suffix("%}")?;
    let trimmed = inner.trim_start();
    Some((2 + inner.len() - trimmed.len(), trimmed.trim_end()))
}

/// Compiles the text of a field, or of a string in it.
///
/// # Errors
/// Every problem of the text.
pub(crate) fn compile(
    (offset, text): (usize, &str),
    field: &QueryField<'_>,
) -> Result<Arc<dyn Expr>, Vec<SyntaxError>> {
    let checked = |expression: StateExpression| match expression.check_site(field.site) {
        Ok(()) => Ok(expression),
        Err(error) => Err(vec![error]),
    };
    match StateExpression::compile(text).and_then(checked) {
        Ok(expression) => {
            let location = field.location().into();
            Ok(Arc::new(Checked { expression, location, expected: field.expected }))
        }
        Err(errors) => Err(errors.into_iter().map(|error| syntax_error(error, offset, field)).collect()),
    }
}

/// AWS's message is JSONata's, without its code.
fn syntax_error(error: ParseError, offset: usize, field: &QueryField<'_>) -> SyntaxError {
    let mut found = SyntaxError::new(field.pointer.clone(), error.message());
    found.kind = error.kind();
    found.help = error.help().map(str::to_owned);
    let position = error.position();
    match position.is_empty() {
        true => found,
        false => found.range(position.start + offset..position.end + offset),
    }
}

/// An expression whose value must be of a type.
#[derive(Debug)]
struct Checked {
    expression: StateExpression,
    /// See [`QueryField::location`].
    location: Text,
    expected: Expected,
}

impl Expr for Checked {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        let value = match self.expression.eval(env) {
            Ok(Evaluated::Value(value)) => value,
            Ok(Evaluated::Undefined) => return Err(self.error("returned nothing (undefined).")),
            Ok(Evaluated::Function) => return Err(self.error("returned an unsupported result type.")),
            // UNRECORDED: how AWS prints the id.
            Err(failure) if failure.kind() == EvalFailureKind::Internal => {
                let id = asl_query::sfn::uuid([env.host.random_u64(), env.host.random_u64()]);
                return Err(self.error(&format!("threw an internal error during evaluation ({id})")));
            }
            Err(failure) => {
                // AWS puts its own errors after a colon.
                let mark = if failure.kind() == EvalFailureKind::Limit { ':' } else { '.' };
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

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.expression.variables().for_each(report);
    }
}

impl Checked {
    #[cold]
    fn error(&self, problem: &str) -> EvalError {
        let Checked { expression, location, .. } = self;
        let text = expression.text();
        query_error(format!("The JSONata expression '{text}' specified for the field '{location}' {problem}"))
            .at(location.clone())
    }
}

fn query_error(message: String) -> EvalError {
    EvalError::new(EvalErrorKind::QueryEvaluation, message)
}

enum Complaint {
    /// The expected type.
    Type(String),
    Timestamp,
}

/// What is wrong with a value.
///
/// UNRECORDED: AWS's text for a value of the wrong type, for all types but `array` and timestamps.
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

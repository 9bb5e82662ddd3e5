//! [`Call`]: a call with its arguments, and how it is evaluated.

use asl_query::{Env, EvalError, EvalErrorKind};
use asl_value::{Text, Value};

use super::function::{Fault, Function};
use crate::path::TEXT_BYTES;
use crate::{Path, PathError, Root, java};

/// How deep calls may be nested in one field, including the outermost.
pub(super) const MAX_NESTED: usize = 10;

/// A function and its arguments; nested at most [`MAX_NESTED`] deep.
#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) function: &'static Function,
    pub(super) arguments: Box<[Argument]>,
}

#[derive(Debug, Clone)]
pub(super) enum Argument {
    Literal(Value),
    Path(Path),
    Call(Call),
}

impl Call {
    /// The recursion is bounded by [`MAX_NESTED`].
    pub(super) fn variables(&self, report: &mut dyn FnMut(&Text)) {
        for argument in &self.arguments {
            match argument {
                Argument::Literal(_) => {}
                Argument::Path(path) => path.variables(report),
                Argument::Call(call) => call.variables(report),
            }
        }
    }
}

/// Calls the function, the nested ones first; `whole` is the text of the outermost call.
pub(super) fn run(call: &Call, env: &Env<'_>, whole: &str) -> Result<Value, EvalError> {
    // Most calls have few arguments, which fit on the stack.
    match call.arguments.len() {
        1 => run_few::<1>(call, env, whole),
        2 => run_few::<2>(call, env, whole),
        3 => run_few::<3>(call, env, whole),
        _ => {
            let mut left = env.host.memory_bytes();
            let values = call.arguments.iter().map(|argument| {
                let value = evaluate(argument, env, whole)?;
                if let Some(left) = &mut left {
                    let rest = left.checked_sub(value.memory_bytes());
                    *left = rest.ok_or_else(|| failed(call.function, &Fault::TooLarge, whole))?;
                }
                Ok(value)
            });
            apply(call, &values.collect::<Result<Vec<_>, EvalError>>()?, env, whole)
        }
    }
}

fn run_few<const N: usize>(call: &Call, env: &Env<'_>, whole: &str) -> Result<Value, EvalError> {
    let mut values = [const { Value::Null }; N];
    for (place, argument) in values.iter_mut().zip(&call.arguments) {
        *place = evaluate(argument, env, whole)?;
    }
    apply(call, &values, env, whole)
}

fn apply(call: &Call, values: &[Value], env: &Env<'_>, whole: &str) -> Result<Value, EvalError> {
    let size = values.iter().map(Value::memory_bytes).fold(0, u64::saturating_add);
    env.spend(1 + looked_at(size))?;
    let value =
        (call.function.call)(values, env.host).map_err(|fault| failed(call.function, &fault, whole))?;
    if env.host.memory_bytes().is_some_and(|most| value.memory_bytes() > most) {
        return Err(failed(call.function, &Fault::TooLarge, whole));
    }
    env.spend(looked_at(value.memory_bytes()))?;
    value.check_depth()?;
    Ok(value)
}

/// The memory of a value beyond which it is not looked at as a whole: the functions that print refuse what is so long.
const MOST_LOOKED_AT: u64 = 8 * java::MAX_PRINTED_BYTES as u64;

/// The steps for a value of this size.
fn looked_at(bytes: u64) -> u64 {
    bytes.min(MOST_LOOKED_AT) / TEXT_BYTES
}

fn evaluate(argument: &Argument, env: &Env<'_>, whole: &str) -> Result<Value, EvalError> {
    match argument {
        Argument::Literal(value) => Ok(value.clone()),
        Argument::Call(call) => run(call, env, whole),
        Argument::Path(path) => match path.read(env) {
            Ok(value) => Ok(value.into_owned()),
            Err(error) => Err(unread(path, &error, env, whole)),
        },
    }
}

#[cold]
fn unread(path: &Path, error: &PathError, env: &Env<'_>, whole: &str) -> EvalError {
    let reason = match error.is_not_found() {
        true => {
            // Observed on Step Functions Local: a path into the context object is printed like one into the input.
            let (text, document) = match path.root() {
                Root::Context => (path.as_str().get(1..).unwrap_or_default(), None),
                _ => (path.as_str(), path.document(env)),
            };
            format!(
                "The JsonPath argument for the field '{text}' could not be found in the input '{}'",
                java::shown_json(document.unwrap_or(env.input))
            )
        }
        // UNRECORDED: the text before Jayway's own when a path does not apply to its document.
        false => error.to_string(),
    };
    EvalError::runtime(format!("The function '{whole}' had the following error: {reason}"))
}

#[cold]
fn failed(function: &Function, fault: &Fault, whole: &str) -> EvalError {
    let reason = match fault {
        Fault::Arguments => format!("Invalid arguments in {}", function.name),
        Fault::Reason(reason) => reason.clone(),
        Fault::TooLarge => {
            let message = format!("The result of {} is too large.", function.name);
            return EvalError::new(EvalErrorKind::DataLimitExceeded, message);
        }
    };
    EvalError::runtime(format!(
        "There was an error while evaluating the intrinsic function: {whole}. {reason}"
    ))
}

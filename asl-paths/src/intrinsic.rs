//! [`Intrinsic`]: `States.Format('{} of {}', $.n, States.ArrayLength($.list))`.

mod array;
mod encoding;
mod hash;
mod jackson;
mod json;
mod math;
mod parse;
mod string;
mod uuid;

use std::fmt;

use asl_query::{Env, EvalError, EvalErrorKind, Host};
use asl_value::{Text, Value};

use crate::{ParseError, Path, PathError, Root, java};

/// Calls may be nested this deep in one field, the outermost counted.
pub(crate) const MAX_NESTED: usize = 10;

/// A compiled call of an intrinsic function.
///
/// Whether there is such a function is known when it is parsed; the number and types of its arguments are checked
/// when it is called, as AWS does it.
///
/// Spec: <https://states-language.net/#intrinsic-functions>
///
/// ```
/// use asl_paths::Intrinsic;
/// use asl_query::{Env, FixedHost, Scope};
/// use asl_value::{json, Value};
/// let call = Intrinsic::parse("States.Format('{} lines', States.ArrayLength($.lines))").unwrap();
/// let (input, scope) = (json!({"lines": [1, 2]}), Scope::default());
/// let env = Env::new(&input, &scope, &FixedHost);
/// assert_eq!(call.eval(&env).unwrap(), json!("2 lines"));
/// ```
#[derive(Debug, Clone)]
pub struct Intrinsic {
    text: Text,
    call: Call,
}

/// A function and its arguments; nested at most [`MAX_NESTED`] deep.
#[derive(Debug, Clone)]
struct Call {
    function: &'static Function,
    arguments: Box<[Argument]>,
}

#[derive(Debug, Clone)]
enum Argument {
    Literal(Value),
    Path(Path),
    Call(Call),
}

/// One intrinsic function: an entry of [`FUNCTIONS`].
#[derive(Debug)]
#[non_exhaustive]
pub struct Function {
    /// `States.Format`
    pub name: &'static str,
    /// The arguments as the documentation of AWS calls them: `template, value…`.
    pub arguments: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Calls without input, and the JSON text of what they give.
    pub examples: &'static [(&'static str, &'static str)],
    call: fn(&[Value], &dyn Host) -> Result<Value, Fault>,
}

/// All intrinsic functions, in the order of AWS's documentation.
pub static FUNCTIONS: [&Function; 18] = [
    &array::ARRAY,
    &array::ARRAY_PARTITION,
    &array::ARRAY_CONTAINS,
    &array::ARRAY_RANGE,
    &array::ARRAY_GET_ITEM,
    &array::ARRAY_LENGTH,
    &array::ARRAY_UNIQUE,
    &encoding::BASE64_ENCODE,
    &encoding::BASE64_DECODE,
    &hash::HASH,
    &json::JSON_MERGE,
    &json::STRING_TO_JSON,
    &json::JSON_TO_STRING,
    &math::MATH_RANDOM,
    &math::MATH_ADD,
    &string::STRING_SPLIT,
    &uuid::UUID,
    &string::FORMAT,
];

/// Why a function refuses its arguments.
#[derive(Debug)]
enum Fault {
    /// Their number, types or ranges.
    Arguments,
    /// What AWS says instead.
    Reason(String),
    /// The result would be larger than this crate is willing to build.
    TooLarge,
}

impl Intrinsic {
    /// Parses a call.
    ///
    /// # Errors
    /// What was expected, and where.
    pub fn parse(text: &str) -> Result<Intrinsic, ParseError> {
        Ok(Intrinsic { text: text.into(), call: parse::call(text)? })
    }

    /// Calls the function, the nested ones first.
    ///
    /// # Errors
    /// `States.Runtime`, in AWS's words: a path without a value, or arguments the function does not take.
    pub fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        run(&self.call, env, &self.text)
    }

    pub(crate) fn variables(&self, tell: &mut dyn FnMut(&Text)) {
        self.call.variables(tell);
    }

    /// The call as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Call {
    /// The recursion is bounded by [`MAX_NESTED`].
    fn variables(&self, tell: &mut dyn FnMut(&Text)) {
        for argument in &self.arguments {
            match argument {
                Argument::Literal(_) => {}
                Argument::Path(path) => path.variables(tell),
                Argument::Call(call) => call.variables(tell),
            }
        }
    }
}

impl fmt::Display for Intrinsic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn run(call: &Call, env: &Env<'_>, whole: &str) -> Result<Value, EvalError> {
    // Nearly all calls have few arguments, which are then kept on the stack.
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
    let value =
        (call.function.call)(values, env.host).map_err(|fault| failed(call.function, &fault, whole))?;
    if env.host.memory_bytes().is_some_and(|most| value.memory_bytes() > most) {
        return Err(failed(call.function, &Fault::TooLarge, whole));
    }
    value.check_depth()?;
    Ok(value)
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
            // Observed on Step Functions Local: a path into the context object is named as one into the input.
            let (text, document) = match path.root() {
                Root::Context => (path.as_str().get(1..).unwrap_or_default(), None),
                _ => (path.as_str(), path.document(env)),
            };
            format!(
                "The JsonPath argument for the field '{text}' could not be found in the input '{}'",
                java::shown_json(document.unwrap_or(env.input))
            )
        }
        // UNRECORDED: what stands before Jayway's own text when a path does not suit the argument of an intrinsic function.
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

/// The longest text an encoding or hashing function takes, in UTF-16 code units.
const MAX_TEXT_UNITS: usize = 10_000;

fn is_within_limit(text: &str) -> bool {
    text.len() <= MAX_TEXT_UNITS || text.encode_utf16().count() <= MAX_TEXT_UNITS
}

/// A number without its fraction, as a cast to `long` leaves it.
fn truncated(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    if number.is_integer() { number.as_i64() } else { Some(number.as_f64() as i64) }
}

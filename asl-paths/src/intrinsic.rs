//! [`Intrinsic`]: `States.Format('{} of {}', $.n, States.ArrayLength($.list))`.

mod array;
mod call;
mod encoding;
mod function;
mod hash;
mod jackson;
mod json;
mod math;
mod parse;
mod string;
mod table;
mod uuid;

use std::fmt;

use asl_query::{Env, EvalError};
use asl_value::{Text, Value};

use crate::ParseError;
use call::Call;

pub use function::Function;
pub use table::FUNCTIONS;

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
        call::run(&self.call, env, &self.text)
    }

    pub(crate) fn variables(&self, tell: &mut dyn FnMut(&Text)) {
        self.call.variables(tell);
    }

    /// The call as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for Intrinsic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

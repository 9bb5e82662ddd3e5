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

use asl_query::{Env, EvalError, Expr};
use asl_value::{Text, Value};

use crate::ParseError;
use call::Call;

pub use function::Function;
pub use table::FUNCTIONS;

/// A compiled call of an intrinsic function, with the calls nested in it.
///
/// Parsing checks that the function exists. As on AWS, the number and the types of the arguments are checked only when it
/// is called. Use [`JsonPath`](crate::JsonPath) for a field or a template that may hold a path or a call.
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
    /// The text is not a call of one of the [`FUNCTIONS`]; the error says what was expected, and where.
    pub fn parse(text: &str) -> Result<Intrinsic, ParseError> {
        Ok(Intrinsic { text: text.into(), call: parse::call(text)? })
    }

    /// Evaluates the arguments, nested calls included, and calls the function.
    ///
    /// # Errors
    /// `States.Runtime` with AWS's text if a path has no value or the function refuses its arguments;
    /// `States.DataLimitExceeded` if the result is too large.
    pub fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        call::run(&self.call, env, &self.text)
    }

    /// The call as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl Expr for Intrinsic {
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError> {
        Intrinsic::eval(self, env)
    }

    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        self.call.variables(report);
    }
}

impl fmt::Display for Intrinsic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

//! [`Expr`]: one compiled expression.

use std::fmt::Debug;

use asl_value::{Text, Value};

use crate::{Env, EvalError};

/// One compiled expression: a path, a call of an intrinsic function, a JSONata expression, a constant.
pub trait Expr: Debug + Send + Sync {
    /// Evaluates the expression. A part of the input that it returns unchanged is the same piece of memory.
    ///
    /// # Errors
    /// The expression fails; the message is AWS's.
    fn eval(&self, env: &Env<'_>) -> Result<Value, EvalError>;

    /// Reports the variables that it may read, possibly more than once.
    fn variables(&self, report: &mut dyn FnMut(&Text)) {
        let _ = report;
    }
}

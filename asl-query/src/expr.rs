//! [`Expr`]: one compiled expression.

use std::fmt::Debug;

use asl_value::{Text, Value};

use crate::{Env, EvalError, Operand};

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

    /// The operands of `and`, `or` and `not` of a condition, in the order of its text, those of operands included. Empty for
    /// other expressions, and for those that draw random numbers: they would draw more when they are evaluated again.
    fn operands(&self) -> Vec<Operand> {
        Vec::new()
    }

    /// Evaluates the condition once more, and reports each operand that is evaluated, by its index, and whether it holds.
    /// `false && …` does not evaluate what follows. Where the condition fails, this ends.
    fn report_operands(&self, env: &Env<'_>, report: &mut dyn FnMut(usize, bool)) {
        let _ = (env, report);
    }
}

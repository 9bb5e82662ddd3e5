//! [`Operand`]: a part of a condition that can decide it.

use asl_value::Pointer;

/// An operand of `And`, `Or` or `Not` in a condition. See [`Expr::operands`](crate::Expr::operands).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operand {
    /// Its place in the definition, or that of the text that it is a part of.
    pub place: Pointer,
    /// What it is, for people: `And[0]` of a choice rule, or the text of an expression.
    pub label: String,
}

//! [`Operator`]: the comparisons of a Choice state.

/// A comparison of a JSONPath choice rule.
///
/// ```
/// use asl_model::{Operand, OPERATORS};
/// let like = OPERATORS.iter().find(|operator| operator.name == "StringMatches").unwrap();
/// assert_eq!((like.operand, OPERATORS.len()), (Operand::String, 39));
/// ```
/// Spec: <https://states-language.net/#choice-state>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operator {
    /// The field's name: `NumericLessThanPath`.
    pub name: &'static str,
    /// What the field's value must be.
    pub operand: Operand,
}

/// The type of value that a comparison compares with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// A string.
    String,
    /// A number.
    Number,
    /// A boolean.
    Boolean,
    /// A string that is an RFC 3339 timestamp.
    Timestamp,
    /// A string that is the path of the value to compare with.
    Path,
}

impl Operator {
    /// The operator with this name.
    pub fn named(name: &str) -> Option<&'static Operator> {
        OPERATORS.iter().find(|operator| operator.name == name)
    }
}

const fn operator(name: &'static str, operand: Operand) -> Operator {
    Operator { name, operand }
}

/// All comparisons.
pub const OPERATORS: [Operator; 39] = [
    operator("StringEquals", Operand::String),
    operator("StringEqualsPath", Operand::Path),
    operator("StringLessThan", Operand::String),
    operator("StringLessThanPath", Operand::Path),
    operator("StringGreaterThan", Operand::String),
    operator("StringGreaterThanPath", Operand::Path),
    operator("StringLessThanEquals", Operand::String),
    operator("StringLessThanEqualsPath", Operand::Path),
    operator("StringGreaterThanEquals", Operand::String),
    operator("StringGreaterThanEqualsPath", Operand::Path),
    operator("StringMatches", Operand::String),
    operator("NumericEquals", Operand::Number),
    operator("NumericEqualsPath", Operand::Path),
    operator("NumericLessThan", Operand::Number),
    operator("NumericLessThanPath", Operand::Path),
    operator("NumericGreaterThan", Operand::Number),
    operator("NumericGreaterThanPath", Operand::Path),
    operator("NumericLessThanEquals", Operand::Number),
    operator("NumericLessThanEqualsPath", Operand::Path),
    operator("NumericGreaterThanEquals", Operand::Number),
    operator("NumericGreaterThanEqualsPath", Operand::Path),
    operator("BooleanEquals", Operand::Boolean),
    operator("BooleanEqualsPath", Operand::Path),
    operator("TimestampEquals", Operand::Timestamp),
    operator("TimestampEqualsPath", Operand::Path),
    operator("TimestampLessThan", Operand::Timestamp),
    operator("TimestampLessThanPath", Operand::Path),
    operator("TimestampGreaterThan", Operand::Timestamp),
    operator("TimestampGreaterThanPath", Operand::Path),
    operator("TimestampLessThanEquals", Operand::Timestamp),
    operator("TimestampLessThanEqualsPath", Operand::Path),
    operator("TimestampGreaterThanEquals", Operand::Timestamp),
    operator("TimestampGreaterThanEqualsPath", Operand::Path),
    operator("IsNull", Operand::Boolean),
    operator("IsPresent", Operand::Boolean),
    operator("IsNumeric", Operand::Boolean),
    operator("IsString", Operand::Boolean),
    operator("IsBoolean", Operand::Boolean),
    operator("IsTimestamp", Operand::Boolean),
];

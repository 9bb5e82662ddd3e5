//! [`Function`]: one intrinsic function, and what the functions share.

use asl_query::Host;
use asl_value::Value;

/// One intrinsic function: an entry of [`FUNCTIONS`](crate::FUNCTIONS).
#[derive(Debug)]
#[non_exhaustive]
pub struct Function {
    /// `States.Format`
    pub name: &'static str,
    /// The arguments as AWS's documentation names them: `template, value…`.
    pub arguments: &'static str,
    /// What it does, in one sentence.
    pub summary: &'static str,
    /// Calls that need no input, each with the JSON text of its result.
    pub examples: &'static [(&'static str, &'static str)],
    pub(super) call: fn(&[Value], &dyn Host) -> Result<Value, Fault>,
}

/// Why a function refuses its arguments.
#[derive(Debug)]
pub(super) enum Fault {
    /// Their number, a type or a range.
    Arguments,
    /// A reason that AWS words itself.
    Reason(String),
    /// The result would be larger than this crate allows.
    TooLarge,
}

/// The longest text that an encoding or hashing function accepts, in UTF-16 code units.
pub(super) const MAX_TEXT_UNITS: usize = 10_000;

pub(super) fn is_within_limit(text: &str) -> bool {
    text.len() <= MAX_TEXT_UNITS || text.encode_utf16().count() <= MAX_TEXT_UNITS
}

/// A number without its fraction, as after a cast to `long` in Java.
pub(super) fn truncated(value: &Value) -> Option<i64> {
    let number = value.as_number()?;
    if number.is_integer() { number.as_i64() } else { Some(number.as_f64() as i64) }
}

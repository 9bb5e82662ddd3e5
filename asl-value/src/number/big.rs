//! [`Big`]: an integer beyond 64 bits, as its digits.

use std::cmp::Ordering;
use std::sync::Arc;

use super::TWO_63;

/// The longest integer that can be parsed, in digits. AWS's JSON parser has the same limit.
///
/// It bounds the time that every operation on an integer takes.
pub(super) const MAX_DIGITS: usize = 1000;

/// An integer below that of `i64` or above that of `u64`.
///
/// INVARIANT: at most [`MAX_DIGITS`] digits without a leading zero, after a `-` if it is negative.
// A thin pointer, so that `Number` does not grow.
#[derive(Clone)]
pub(super) struct Big(Arc<Box<str>>);

impl Big {
    /// From digits as the invariant describes them; `None` if there are too many.
    pub(super) fn new(text: &str) -> Option<Big> {
        (text.trim_start_matches('-').len() <= MAX_DIGITS).then(|| Big(Arc::new(text.into())))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn is_negative(&self) -> bool {
        self.0.starts_with('-')
    }

    /// The nearest double, which may be an infinity.
    pub(super) fn as_f64(&self) -> f64 {
        // INVARIANT: digits parse.
        self.0.parse().unwrap_or(f64::NAN)
    }

    pub(super) fn cmp(&self, other: &Big) -> Ordering {
        compare_digits(self.as_str(), other.as_str())
    }

    /// Compares exactly with a finite double.
    pub(super) fn cmp_f64(&self, double: f64) -> Ordering {
        match (double.abs() < TWO_63, self.is_negative()) {
            (true, true) => Ordering::Less,
            (true, false) => Ordering::Greater,
            // Printed without an exponent, a double shows all of its digits.
            (false, _) => compare_digits(self.as_str(), &format!("{double:.0}")),
        }
    }
}

/// By value.
fn compare_digits(left: &str, right: &str) -> Ordering {
    let magnitude = |text: &str| text.trim_start_matches('-').len();
    let by_magnitude =
        |left: &str, right: &str| magnitude(left).cmp(&magnitude(right)).then_with(|| left.cmp(right));
    match (left.starts_with('-'), right.starts_with('-')) {
        (true, false) => Ordering::Less,
        (false, true) => Ordering::Greater,
        (false, false) => by_magnitude(left, right),
        (true, true) => by_magnitude(right, left),
    }
}

//! [`Decimal`]: numbers as filters compare them, which is as `java.math.BigDecimal`.

use std::cmp::Ordering;

use asl_value::Number;

use crate::error::{PathError, PathErrorKind};

/// A decimal number of any length: `±0.digits × 10^exponent`, without zeros at either end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Decimal {
    negative: bool,
    digits: Vec<u8>,
    exponent: i64,
}

impl Decimal {
    pub(super) fn of(number: &Number) -> Decimal {
        let text = if number.is_integer() { number.to_string() } else { format!("{:e}", number.as_f64()) };
        // Both notations parse.
        Decimal::parse(&text).unwrap_or(Decimal { negative: false, digits: Vec::new(), exponent: 0 })
    }

    /// Parses what `new BigDecimal(text)` accepts.
    ///
    /// # Errors
    /// The text is not a number; the message is Java's.
    pub(super) fn parse(text: &str) -> Result<Decimal, PathError> {
        let refused = |message: &str| PathError::new(PathErrorKind::Comparison, message);
        if text.is_empty() {
            return Err(refused("null"));
        }
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (mantissa, power) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, power)) => (mantissa, Some(power)),
            None => (unsigned, None),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        if let Some(bad) = whole.chars().chain(fraction.chars()).find(|char| !char.is_ascii_digit()) {
            return Err(refused(&match bad {
                '.' => "Character array contains more than one decimal point.".to_owned(),
                bad => format!(
                    "Character {bad} is neither a decimal digit number, decimal point, nor \"e\" notation \
                     exponential mark."
                ),
            }));
        }
        if whole.is_empty() && fraction.is_empty() {
            return Err(refused("No digits found."));
        }
        let power = match power {
            None => 0,
            Some("") => return Err(refused("No exponent digits")),
            Some(power) => exponent(power).ok_or_else(|| refused("Not a digit."))?,
        };
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).collect();
        let zeros = digits.iter().take_while(|digit| **digit == b'0').count();
        let mut digits = digits.split_off(zeros);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        let exponent = if digits.is_empty() { 0 } else { whole.len() as i64 - zeros as i64 + power };
        Ok(Decimal { negative: negative && !digits.is_empty(), digits, exponent })
    }

    fn compare_magnitude(&self, other: &Decimal) -> Ordering {
        match (self.digits.is_empty(), other.digits.is_empty()) {
            (true, true) => Ordering::Equal,
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
            // The first digit is not zero, so the exponents decide, then the digits in order.
            (false, false) => self.exponent.cmp(&other.exponent).then_with(|| self.digits.cmp(&other.digits)),
        }
    }
}

/// The exponent, of at most ten digits as in Java.
fn exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_number =
        !digits.is_empty() && digits.len() <= 10 && digits.bytes().all(|byte| byte.is_ascii_digit());
    let value: i64 = if is_number { digits.parse().ok()? } else { return None };
    Some(if text.starts_with('-') { -value } else { value })
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.compare_magnitude(other),
            (true, true) => other.compare_magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

//! Decimals as JSON.

use asl_value::{Number, Value};

use crate::kind::MOST_DECIMAL_BYTES;

/// A double keeps that many decimal digits.
const DIGITS_OF_A_DOUBLE: usize = 15;

/// Digits in a group of [`digits_of`].
const GROUP: u32 = 1_000_000_000;

/// A decimal whose unscaled value is an integer.
pub(crate) fn of_integer(unscaled: i64, scale: usize, precision: usize) -> Value {
    match scale {
        0 => Value::from(unscaled),
        _ => with_point(unscaled < 0, unscaled.unsigned_abs().to_string(), scale, precision),
    }
}

/// A decimal whose unscaled value is in two's complement, the most significant byte first; `None` if it is too long.
pub(crate) fn of_bytes(bytes: &[u8], scale: usize, precision: usize) -> Option<Value> {
    if bytes.len() > MOST_DECIMAL_BYTES {
        return None;
    }
    let is_negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let digits = digits_of(bytes, is_negative);
    if scale > 0 {
        return Some(with_point(is_negative, digits, scale, precision));
    }
    let text = if is_negative { format!("-{digits}") } else { digits };
    text.parse::<Number>().ok().map(Value::Number)
}

/// The digits of the magnitude.
fn digits_of(bytes: &[u8], is_negative: bool) -> String {
    // Groups of nine digits, the least significant first.
    let mut groups: Vec<u32> = Vec::new();
    for byte in bytes {
        // The complement has the digits of the magnitude less one.
        let byte = if is_negative { !byte } else { *byte };
        add(&mut groups, 256, u32::from(byte));
    }
    if is_negative {
        add(&mut groups, 1, 1);
    }
    let mut groups = groups.iter().rev();
    let first = groups.next().map_or_else(|| "0".to_owned(), u32::to_string);
    groups.fold(first, |text, group| text + &format!("{group:09}"))
}

/// Multiplies the number in groups, and adds to it.
fn add(groups: &mut Vec<u32>, factor: u32, summand: u32) {
    let mut carry = u64::from(summand);
    for group in groups.iter_mut() {
        let sum = u64::from(*group) * u64::from(factor) + carry;
        *group = (sum % u64::from(GROUP)) as u32;
        carry = sum / u64::from(GROUP);
    }
    if carry > 0 {
        groups.push(carry as u32);
    }
}

/// A number if its column's digits fit into a double, and otherwise text, so that the values of a column are of one type.
fn with_point(is_negative: bool, digits: String, scale: usize, precision: usize) -> Value {
    // At least one digit is before the point.
    let digits = format!("{digits:0>width$}", width = scale + 1);
    let (whole, fraction) = digits.split_at_checked(digits.len() - scale).unwrap_or_default();
    let sign = if is_negative { "-" } else { "" };
    let text = format!("{sign}{whole}.{fraction}");
    let number = (precision <= DIGITS_OF_A_DOUBLE && digits.len() <= DIGITS_OF_A_DOUBLE + 1)
        .then(|| text.parse().ok().and_then(Number::from_f64));
    number.flatten().map_or_else(|| Value::from(text), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_kept() {
        let bytes =
            |bytes: &[u8], scale, precision| of_bytes(bytes, scale, precision).map(|value| value.to_json());
        let rows = [
            (Some(of_integer(1250, 2, 10).to_json()), "12.5"),
            (Some(of_integer(-5, 3, 10).to_json()), "-0.005"),
            (Some(of_integer(1250, 2, 18).to_json()), r#""12.50""#),
            (Some(of_integer(i64::MIN, 0, 19).to_json()), "-9223372036854775808"),
            (bytes(&[], 0, 5), "0"),
            (bytes(&[0xff], 0, 5), "-1"),
            (bytes(&[0x80], 1, 5), "-12.8"),
            (bytes(&[0x00, 0xff], 0, 5), "255"),
            (bytes(&[0x7f; 16], 0, 38), "169473963133173273960190490760135540607"),
            (bytes(&[0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 38, 38), {
                r#""-1.70141183460469231731687303715884105728""#
            }),
        ];
        for (found, expected) in rows {
            assert_eq!(found.as_deref(), Some(expected));
        }
        assert_eq!(bytes(&[1; 49], 0, 38), None);
    }
}

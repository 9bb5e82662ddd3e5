//! [`Number`]: exact integers, and doubles for all other numbers.

mod big;
mod double;

use std::cmp::Ordering;
use std::fmt;

use big::Big;

use crate::de::NUMBER_TOKEN;

/// A JSON number: an exact integer or a finite double.
///
/// A number that is written without fraction and exponent is an integer, exact up to a thousand digits; all others are
/// doubles. Numbers compare by value, however they were written: `1 == 1.0`. NaN and the infinities do not exist.
///
/// Doubles print as AWS prints them, by the rules of Java's `Double.toString` in JDK 19 and later: `1.0`, `1.0E21`. The
/// form differs from JavaScript's and from that of `serde_json` (observed on AWS, in outputs of functions and of
/// JSONata).
///
/// ```
/// use asl_value::Number;
/// assert_eq!(Number::from(1), Number::from_f64(1.0).unwrap());
/// assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
/// assert_eq!("100000000000000000000".parse::<Number>().unwrap().to_string(), "100000000000000000000");
/// assert_eq!("1e20".parse::<Number>().unwrap().to_string(), "1.0E20");
/// assert_eq!(Number::from_f64(2.5).unwrap().to_string(), "2.5");
/// assert!(Number::from_f64(f64::NAN).is_none());
/// ```
#[derive(Clone)]
pub struct Number(Repr);

/// INVARIANT: `UInt` only above `i64::MAX`, `Float` always finite.
#[derive(Clone)]
enum Repr {
    Int(i64),
    UInt(u64),
    Big(Big),
    Float(f64),
}

impl Number {
    /// A double as a number; `None` for NaN and the infinities, which JSON cannot represent.
    pub fn from_f64(value: f64) -> Option<Number> {
        value.is_finite().then_some(Number(Repr::Float(value)))
    }

    /// The number as `i64`, if it is an integer of that range (`2.0` is).
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(n) => Some(n),
            Repr::Float(f) if is_whole(f) => Some(f as i64),
            Repr::UInt(_) | Repr::Big(_) | Repr::Float(_) => None,
        }
    }

    /// The number as `u64`, if it is an integer of that range (`2.0` is).
    pub fn as_u64(&self) -> Option<u64> {
        match self.0 {
            Repr::Int(n) => u64::try_from(n).ok(),
            Repr::UInt(n) => Some(n),
            Repr::Float(f) if f.fract() == 0.0 && (0.0..TWO_63 * 2.0).contains(&f) => Some(f as u64),
            Repr::Big(_) | Repr::Float(_) => None,
        }
    }

    /// The number as a double. Integers beyond 2^53 are rounded; one beyond every double becomes an infinity.
    pub fn as_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(n) => *n as f64,
            Repr::UInt(n) => *n as f64,
            Repr::Big(n) => n.as_f64(),
            Repr::Float(f) => *f,
        }
    }

    /// Whether the number is stored as an integer. `2.0`, which has a fraction, is not.
    pub fn is_integer(&self) -> bool {
        !matches!(self.0, Repr::Float(_))
    }

    /// Length of the printed number in bytes.
    pub fn encoded_len(&self) -> usize {
        match &self.0 {
            Repr::Int(n) => decimal_digits(n.unsigned_abs()) + usize::from(*n < 0),
            Repr::UInt(n) => decimal_digits(*n),
            Repr::Big(n) => n.as_str().len(),
            Repr::Float(f) => double::with_text(*f, str::len),
        }
    }

    /// Appends the text of the number, as [`Display`](fmt::Display) shows it.
    pub(crate) fn print(&self, text: &mut String) {
        match &self.0 {
            Repr::Int(n) => text.push_str(itoa::Buffer::new().format(*n)),
            Repr::UInt(n) => text.push_str(itoa::Buffer::new().format(*n)),
            Repr::Big(n) => text.push_str(n.as_str()),
            Repr::Float(f) => double::with_text(*f, |digits| text.push_str(digits)),
        }
    }

    /// Whether both are equal and print alike. `1` and `1.0` do not.
    pub(crate) fn same(&self, other: &Number) -> bool {
        match (&self.0, &other.0) {
            (Repr::Float(a), Repr::Float(b)) => a.to_bits() == b.to_bits(),
            (Repr::Float(_), _) | (_, Repr::Float(_)) => false,
            _ => self == other,
        }
    }

    /// Whether [`normalised`](Number::normalised) leaves the number unchanged.
    pub(crate) fn is_normal(&self) -> bool {
        match self.0 {
            Repr::Int(_) => true,
            Repr::Float(f) => !is_whole(f),
            Repr::UInt(_) | Repr::Big(_) => false,
        }
    }

    /// The number as a reader returns it that has only 64-bit integers and doubles: `1.0` becomes `1`, and
    /// `9223372036854775808` becomes `9.223372036854776E18`. `None` for an integer beyond every double.
    pub fn normalised(&self) -> Option<Number> {
        match (&self.0, self.as_f64()) {
            (Repr::Int(_), _) => Some(self.clone()),
            (_, double) if is_whole(double) => Some(Number(Repr::Int(double as i64))),
            (_, double) => Number::from_f64(double),
        }
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

/// Whether the double is an integer in the range of `i64`.
fn is_whole(f: f64) -> bool {
    // 2^63 itself is out of range, and every double below it converts exactly.
    f.fract() == 0.0 && (-TWO_63..TWO_63).contains(&f)
}

fn decimal_digits(n: u64) -> usize {
    n.checked_ilog10().map_or(1, |log| log as usize + 1)
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// By exact value: neither an integer nor a double is rounded to compare them.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (&self.0, &other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(b),
            (Repr::Float(a), Repr::Float(b)) => a.partial_cmp(b).unwrap_or(Ordering::Equal),
            (Repr::Big(a), Repr::Big(b)) => a.cmp(b),
            (Repr::Big(a), Repr::Float(b)) => a.cmp_f64(*b),
            (Repr::Float(a), Repr::Big(b)) => b.cmp_f64(*a).reverse(),
            (Repr::Big(a), _) => {
                if a.is_negative() {
                    Ordering::Less
                } else {
                    Ordering::Greater
                }
            }
            (_, Repr::Big(b)) => {
                if b.is_negative() {
                    Ordering::Greater
                } else {
                    Ordering::Less
                }
            }
            (Repr::Float(a), _) => compare_float(*a, other.as_i128()),
            (_, Repr::Float(b)) => compare_float(*b, self.as_i128()).reverse(),
            _ => self.as_i128().cmp(&other.as_i128()),
        }
    }
}

impl Number {
    /// Meant for integers of up to 64 bits.
    fn as_i128(&self) -> i128 {
        match &self.0 {
            Repr::Int(n) => i128::from(*n),
            Repr::UInt(n) => i128::from(*n),
            Repr::Big(n) => {
                if n.is_negative() {
                    i128::MIN
                } else {
                    i128::MAX
                }
            }
            Repr::Float(f) => *f as i128,
        }
    }
}

fn compare_float(float: f64, integer: i128) -> Ordering {
    // `as` saturates, and a 64-bit integer is far from where `i128` does.
    match (float.trunc() as i128).cmp(&integer) {
        Ordering::Equal => float.fract().partial_cmp(&0.0).unwrap_or(Ordering::Equal),
        unequal => unequal,
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        self.print(&mut text);
        f.write_str(&text)
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Number {
    /// Passes the number to a type that accepts any.
    pub(crate) fn accept<'de, V: serde::de::Visitor<'de>, E: serde::de::Error>(
        &self,
        visitor: V,
    ) -> Result<V::Value, E> {
        match &self.0 {
            Repr::Int(n) => match u64::try_from(*n) {
                Ok(n) => visitor.visit_u64(n),
                Err(_) => visitor.visit_i64(*n),
            },
            Repr::UInt(n) => visitor.visit_u64(*n),
            Repr::Big(n) => match (n.as_str().parse(), n.as_str().parse()) {
                (Ok(n), _) => visitor.visit_u128(n),
                (_, Ok(n)) => visitor.visit_i128(n),
                _ => visitor.visit_f64(n.as_f64()),
            },
            Repr::Float(f) => visitor.visit_f64(*f),
        }
    }

    /// Passes the number to a type that expects an integer; `2.0` counts as one.
    pub(crate) fn accept_integer<'de, V: serde::de::Visitor<'de>, E: serde::de::Error>(
        &self,
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.0 {
            Repr::Float(f) if is_whole(f) => Number(Repr::Int(f as i64)).accept(visitor),
            _ => self.accept(visitor),
        }
    }
}

/// The format decides how doubles look. Integers beyond 128 bits are written as `serde_json`'s arbitrary-precision
/// numbers.
impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        match &self.0 {
            Repr::Int(n) => serializer.serialize_i64(*n),
            Repr::UInt(n) => serializer.serialize_u64(*n),
            Repr::Big(n) => match (n.as_str().parse(), n.as_str().parse()) {
                (Ok(n), _) => serializer.serialize_u128(n),
                (_, Ok(n)) => serializer.serialize_i128(n),
                _ => {
                    let mut number = serializer.serialize_struct(NUMBER_TOKEN, 1)?;
                    number.serialize_field(NUMBER_TOKEN, n.as_str())?;
                    number.end()
                }
            },
            Repr::Float(n) => serializer.serialize_f64(*n),
        }
    }
}

impl From<u64> for Number {
    fn from(n: u64) -> Self {
        Number(i64::try_from(n).map_or(Repr::UInt(n), Repr::Int))
    }
}

impl From<usize> for Number {
    fn from(n: usize) -> Self {
        Number::from(n as u64)
    }
}

macro_rules! from_signed {
    ($($integer:ty),*) => {$(
        impl From<$integer> for Number {
            fn from(n: $integer) -> Self {
                Number(Repr::Int(i64::from(n)))
            }
        }
    )*};
}
from_signed!(i8, i16, i32, i64, u8, u16, u32);

impl std::str::FromStr for Number {
    type Err = NotANumber;

    /// Parses a number as JSON writes it: `-12`, `0.5`, `1e9`.
    ///
    /// # Errors
    /// The text is not a number, has a fraction or an exponent and is beyond every double (`1e999`), or is an integer
    /// of more than a thousand digits.
    fn from_str(text: &str) -> Result<Number, NotANumber> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        let leading_zero = leading_zero && !digits.starts_with("0e") && !digits.starts_with("0E");
        if leading_zero || !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.ends_with('.') {
            return Err(NotANumber);
        }
        if digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Number::of_integer(text).ok_or(NotANumber);
        }
        if digits.contains(".e") || digits.contains(".E") {
            return Err(NotANumber);
        }
        text.parse::<f64>().ok().and_then(Number::from_f64).ok_or(NotANumber)
    }
}

impl Number {
    /// From digits without a leading zero and an optional `-` before them; `None` if there are too many.
    pub(crate) fn of_integer(text: &str) -> Option<Number> {
        if let Ok(n) = text.parse::<i64>() {
            return Some(Number(Repr::Int(n)));
        }
        match text.parse::<u64>() {
            Ok(n) => Some(Number(Repr::UInt(n))),
            Err(_) => Some(Number(Repr::Big(Big::new(text)?))),
        }
    }
}

/// The text is not a JSON number, or the number is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a number, or a number out of range")
    }
}

impl std::error::Error for NotANumber {}

#[cfg(test)]
mod tests;

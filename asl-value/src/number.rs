//! [`Number`]: 64-bit integers kept exact, everything else a double.

use std::cmp::Ordering;
use std::fmt;

/// A JSON number.
///
/// Integers of the `i64` and `u64` range are exact; larger and fractional ones are doubles. Numbers
/// compare by value, however they were written: `1 == 1.0`. There is no NaN and no infinity.
///
/// ```
/// use asl_value::Number;
/// assert_eq!(Number::from(1), Number::from_f64(1.0).unwrap());
/// assert_eq!(Number::from(u64::MAX).to_string(), "18446744073709551615");
/// assert_eq!(Number::from_f64(2.5).unwrap().to_string(), "2.5");
/// assert!(Number::from_f64(f64::NAN).is_none());
/// ```
#[derive(Clone, Copy)]
pub struct Number(Repr);

/// INVARIANT: `UInt` only above `i64::MAX`, `Float` always finite.
#[derive(Clone, Copy)]
enum Repr {
    Int(i64),
    UInt(u64),
    Float(f64),
}

/// Integral doubles below this magnitude are printed as integers.
const EXACT_DOUBLE: f64 = 9_007_199_254_740_992.0;

impl Number {
    /// A double as a number; `None` for NaN and the infinities, which JSON cannot say.
    pub fn from_f64(value: f64) -> Option<Number> {
        value.is_finite().then_some(Number(Repr::Float(value)))
    }

    /// The number as `i64`, if it is an integer of that range (`2.0` is).
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(n) => Some(n),
            Repr::UInt(_) => None,
            // 2^63 itself is out of range, and every double below it converts exactly.
            Repr::Float(f) if f.fract() == 0.0 && (-TWO_63..TWO_63).contains(&f) => Some(f as i64),
            Repr::Float(_) => None,
        }
    }

    /// The number as `u64`, if it is an integer of that range (`2.0` is).
    pub fn as_u64(&self) -> Option<u64> {
        match self.0 {
            Repr::Int(n) => u64::try_from(n).ok(),
            Repr::UInt(n) => Some(n),
            Repr::Float(f) if f.fract() == 0.0 && (0.0..TWO_63 * 2.0).contains(&f) => Some(f as u64),
            Repr::Float(_) => None,
        }
    }

    /// The number as a double; integers beyond 2^53 are rounded.
    pub fn as_f64(&self) -> f64 {
        match self.0 {
            Repr::Int(n) => n as f64,
            Repr::UInt(n) => n as f64,
            Repr::Float(f) => f,
        }
    }

    /// Whether it is kept as an integer. `2.0`, written with a fraction, is not.
    pub fn is_integer(&self) -> bool {
        !matches!(self.0, Repr::Float(_))
    }

    /// Length of the printed number in bytes.
    pub fn encoded_len(&self) -> usize {
        match self.printed() {
            Repr::Int(n) => decimal_digits(n.unsigned_abs()) + usize::from(n < 0),
            Repr::UInt(n) => decimal_digits(n),
            Repr::Float(f) => {
                let mut counter = Counter(0);
                // Counting never fails.
                let _ = serde_json::to_writer(&mut counter, &f);
                counter.0
            }
        }
    }

    /// The number in the form it is printed in: integral doubles under 2^53 as integers.
    ///
    /// UNRECORDED: how AWS prints `1.0` and `1e21` in an output.
    fn printed(&self) -> Repr {
        match self.0 {
            Repr::Float(f) if f.fract() == 0.0 && f.abs() < EXACT_DOUBLE => Repr::Int(f as i64),
            repr => repr,
        }
    }
}

const TWO_63: f64 = 9_223_372_036_854_775_808.0;

fn decimal_digits(n: u64) -> usize {
    n.checked_ilog10().map_or(1, |log| log as usize + 1)
}

struct Counter(usize);

impl std::io::Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
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

/// By value, exactly: an integer and a double are not rounded to compare them.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.0, other.0) {
            (Repr::Int(a), Repr::Int(b)) => a.cmp(&b),
            (Repr::UInt(a), Repr::UInt(b)) => a.cmp(&b),
            (Repr::Int(_), Repr::UInt(_)) => Ordering::Less,
            (Repr::UInt(_), Repr::Int(_)) => Ordering::Greater,
            (Repr::Float(a), Repr::Float(b)) => a.partial_cmp(&b).unwrap_or(Ordering::Equal),
            (Repr::Float(a), _) => compare_float(a, other.as_i128()),
            (_, Repr::Float(b)) => compare_float(b, self.as_i128()).reverse(),
        }
    }
}

impl Number {
    /// Of integers only; a double is compared by [`compare_float`].
    fn as_i128(&self) -> i128 {
        match self.0 {
            Repr::Int(n) => i128::from(n),
            Repr::UInt(n) => i128::from(n),
            Repr::Float(f) => f as i128,
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
        match self.printed() {
            Repr::Int(n) => n.fmt(f),
            Repr::UInt(n) => n.fmt(f),
            // The printer of JSON text decides what a fraction looks like: the shortest digits that round-trip.
            Repr::Float(n) => match serde_json::to_string(&n) {
                Ok(text) => f.write_str(&text),
                Err(_) => Err(fmt::Error),
            },
        }
    }
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Number {
    /// Hands the number to a type that is being read, as the text of the number would: `2.0` is an integer.
    pub(crate) fn accept<'de, V: serde::de::Visitor<'de>, E: serde::de::Error>(
        self,
        visitor: V,
    ) -> Result<V::Value, E> {
        match self.printed() {
            Repr::Int(n) => match u64::try_from(n) {
                Ok(n) => visitor.visit_u64(n),
                Err(_) => visitor.visit_i64(n),
            },
            Repr::UInt(n) => visitor.visit_u64(n),
            Repr::Float(f) => visitor.visit_f64(f),
        }
    }
}

impl serde::Serialize for Number {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.printed() {
            Repr::Int(n) => serializer.serialize_i64(n),
            Repr::UInt(n) => serializer.serialize_u64(n),
            Repr::Float(n) => serializer.serialize_f64(n),
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

    /// A number as JSON writes it: `-12`, `0.5`, `1e9`. Integers beyond 64 bits become doubles; what a double
    /// cannot hold (`1e999`) is refused.
    fn from_str(text: &str) -> Result<Number, NotANumber> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let leading_zero = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
        let leading_zero = leading_zero && !digits.starts_with("0e") && !digits.starts_with("0E");
        if leading_zero || !digits.starts_with(|c: char| c.is_ascii_digit()) || digits.ends_with('.') {
            return Err(NotANumber);
        }
        if let Ok(n) = text.parse::<i64>() {
            return Ok(Number::from(n));
        }
        if let Ok(n) = text.parse::<u64>() {
            return Ok(Number::from(n));
        }
        if digits.contains(".e") || digits.contains(".E") {
            return Err(NotANumber);
        }
        text.parse::<f64>().ok().and_then(Number::from_f64).ok_or(NotANumber)
    }
}

/// The text is no JSON number, or none that a double can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotANumber;

impl fmt::Display for NotANumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a number, or a number out of range")
    }
}

impl std::error::Error for NotANumber {}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, printed: &str) {
        let number: Number = text.parse().unwrap();
        assert_eq!(number.to_string(), printed);
        assert_eq!(number.encoded_len(), printed.len(), "{text}");
    }

    #[test]
    fn prints_integers_exactly_and_doubles_shortest() {
        check("0", "0");
        check("-0", "0");
        check("-0.0", "0");
        check("9223372036854775807", "9223372036854775807");
        check("9223372036854775808", "9223372036854775808");
        check("18446744073709551615", "18446744073709551615");
        check("18446744073709551616", "1.8446744073709552e+19");
        check("9007199254740991.0", "9007199254740991");
        check("9007199254740992.0", "9007199254740992.0");
        check("9007199254740993", "9007199254740993");
        check("1e15", "1000000000000000");
        check("1e16", "1e+16");
        check("123456789.125", "123456789.125");
        check("0.00001", "0.00001");
        check("0.000001", "1e-6");
        check("5e-324", "5e-324");
        check("-1.7976931348623157e308", "-1.7976931348623157e+308");
        // Needs a correctly rounding parser.
        check("31.245270191439438", "31.245270191439438");
        check("121.48791951161945", "121.48791951161945");
        check("-9223372036854775808", "-9223372036854775808");
        check("1.0", "1");
        check("0.1", "0.1");
        check("1e3", "1000");
        check("-2.50", "-2.5");
        check("1e21", "1e+21");
        check("1e-7", "1e-7");
    }

    #[test]
    fn refuses_what_json_refuses() {
        for text in ["", "-", "01", "1.", ".5", "+1", "1.e2", "1e999", "NaN", "inf", "0x1", " 1", "1_0"] {
            assert!(text.parse::<Number>().is_err(), "{text}");
        }
    }

    #[track_caller]
    fn compare(a: &str, b: &str, expect: Ordering) {
        let (a, b): (Number, Number) = (a.parse().unwrap(), b.parse().unwrap());
        assert_eq!(a.cmp(&b), expect);
        assert_eq!(b.cmp(&a), expect.reverse());
    }

    #[test]
    fn compares_by_value_without_rounding() {
        compare("1", "1.0", Ordering::Equal);
        compare("0", "-0.0", Ordering::Equal);
        compare("9007199254740993", "9007199254740992.0", Ordering::Greater);
        compare("18446744073709551615", "18446744073709551616", Ordering::Less);
        compare("-3", "-2.5", Ordering::Less);
        compare("-2", "-2.5", Ordering::Greater);
        compare("2", "2.5", Ordering::Less);
        compare("18446744073709551615", "-1", Ordering::Greater);
        compare("1e300", "18446744073709551615", Ordering::Greater);
    }

    #[test]
    fn converts_only_within_range() {
        let float = |f| Number::from_f64(f).unwrap();
        assert_eq!(float(2.0).as_i64(), Some(2));
        assert_eq!(float(2.5).as_i64(), None);
        assert_eq!(float(TWO_63).as_i64(), None);
        assert_eq!(float(-TWO_63).as_i64(), Some(i64::MIN));
        assert_eq!(float(TWO_63).as_u64(), Some(1 << 63));
        assert_eq!(Number::from(-1).as_u64(), None);
        assert_eq!(Number::from(u64::MAX).as_i64(), None);
    }
}

//! Doubles as text, in the form of Java's `Double.toString`, because AWS runs on Java.
//!
//! The digits are the fewest that identify the double (as of JDK 19; earlier releases sometimes print one digit too
//! many). From 0.001 up to ten million, the number has no exponent and at least one digit after the point. All others
//! have one digit before the point and an exponent: `0.001`, `1.0E-4`, `9999999.0`, `1.0E7`.
//!
//! Source: <https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/lang/Double.html#toString(double)>

use std::io::Write;

/// The longest text is `-1.7976931348623157E308`.
const LONGEST: usize = 24;

/// Calls `take` with the text of a finite double.
pub(super) fn with_text<T>(double: f64, take: impl FnOnce(&str) -> T) -> T {
    match double.abs() {
        0.0 => take(if double.is_sign_negative() { "-0.0" } else { "0.0" }),
        // Here zmij has the same form.
        1e-3..1e7 => take(zmij::Buffer::new().format_finite(double)),
        _ => take(Printed::new(double).as_str()),
    }
}

/// The text of a double with an exponent.
struct Printed {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Printed {
    fn new(double: f64) -> Printed {
        let mut printed = Printed { bytes: [0; LONGEST], length: 0 };
        if double.is_sign_negative() {
            printed.push(b"-");
        }
        printed.write(&Decimal::shortest(double.abs()));
        printed
    }

    fn as_str(&self) -> &str {
        // INVARIANT: everything that is pushed is ASCII.
        self.bytes.get(..self.length).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }

    fn push(&mut self, bytes: &[u8]) {
        let end = self.length + bytes.len();
        // INVARIANT: there is room for the longest.
        if let Some(place) = self.bytes.get_mut(self.length..end) {
            place.copy_from_slice(bytes);
            self.length = end;
        }
    }

    fn write(&mut self, decimal: &Decimal) {
        let (first, rest) = decimal.digits().split_at(decimal.length.min(1));
        self.push(first);
        self.push(b".");
        self.push(if rest.is_empty() { b"0" } else { rest });
        self.push(b"E");
        let mut power = [0; 4];
        let mut room = power.as_mut_slice();
        // INVARIANT: the exponent of a double has at most three digits and a sign.
        let _ = write!(room, "{}", decimal.exponent);
        let length = 4 - room.len();
        self.push(power.get(..length).unwrap_or_default());
    }
}

/// `digits[0].digits[1..] × 10^exponent`, with a zero at neither end of the digits.
struct Decimal {
    /// No double needs more than 17.
    digits: [u8; 20],
    length: usize,
    exponent: i32,
}

impl Decimal {
    /// The shortest form of a positive double.
    fn shortest(double: f64) -> Decimal {
        let mut buffer = zmij::Buffer::new();
        let decimal = Decimal::read(buffer.format_finite(double).as_bytes());
        match decimal.length {
            // Java prints two digits where one would identify the double, if two are closer: `4.9E-324`. Only the
            // smallest doubles are that coarse.
            1 if double < f64::MIN_POSITIVE => {
                let closer = format!("{double:.1e}");
                match closer.parse() == Ok(double) {
                    true => Decimal::read(closer.as_bytes()),
                    false => decimal,
                }
            }
            _ => decimal,
        }
    }

    /// Reads the text of a number as Rust and zmij write it: `120.5`, `0.00012`, `1e-7`, `1.5e+300`.
    fn read(text: &[u8]) -> Decimal {
        let mut decimal = Decimal { digits: [0; 20], length: 0, exponent: 0 };
        // Counts the digits before the point or, if they are all zeros, the zeros after it, as a negative number.
        let (mut whole, mut behind_point, mut power) = (0, false, 0);
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'.' => behind_point = true,
                b'e' => {
                    power = read_power(bytes.as_slice());
                    break;
                }
                digit => {
                    if decimal.length == 0 && *digit == b'0' {
                        whole -= i32::from(behind_point);
                        continue;
                    }
                    whole += i32::from(!behind_point);
                    // INVARIANT: there is room, even for the zeros of `1000000000000000.0`, which are removed below.
                    if let Some(place) = decimal.digits.get_mut(decimal.length) {
                        *place = *digit;
                        decimal.length += 1;
                    }
                }
            }
        }
        while decimal.length > 1 && decimal.digits.get(decimal.length - 1) == Some(&b'0') {
            decimal.length -= 1;
        }
        decimal.exponent = whole - 1 + power;
        decimal
    }

    fn digits(&self) -> &[u8] {
        self.digits.get(..self.length).unwrap_or_default()
    }
}

/// `-7` of `-7`, `300` of `+300`.
fn read_power(text: &[u8]) -> i32 {
    let magnitude = text
        .iter()
        .filter(|byte| byte.is_ascii_digit())
        .fold(0, |power, digit| power * 10 + i32::from(digit - b'0'));
    if text.first() == Some(&b'-') { -magnitude } else { magnitude }
}

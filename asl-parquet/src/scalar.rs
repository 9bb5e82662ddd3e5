//! [`scalar`]: a value of a column as JSON.

use asl_value::{Number, Text, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use parquet::data_type::{
    BoolType, ByteArrayType, DataType, DoubleType, FixedLenByteArrayType, FloatType, Int32Type, Int64Type,
    Int96Type,
};

use crate::kind::{Kind, Unit};
use crate::{calendar, decimal};

/// A value as it is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Raw<'a> {
    Bool(bool),
    Int32(i32),
    Int64(i64),
    /// The nanoseconds of a day, and a Julian day.
    Int96(u64, u32),
    Float(f32),
    Double(f64),
    Bytes(&'a [u8]),
}

/// A physical type of Parquet.
pub(crate) trait Physical: DataType {
    fn raw(value: &Self::T) -> Raw<'_>;
}

macro_rules! physical {
    ($($name:ident, $value:ident => $raw:expr;)*) => {
        $(impl Physical for $name {
            fn raw($value: &Self::T) -> Raw<'_> {
                $raw
            }
        })*
    };
}

physical! {
    BoolType, value => Raw::Bool(*value);
    Int32Type, value => Raw::Int32(*value);
    Int64Type, value => Raw::Int64(*value);
    Int96Type, value => match value.data() {
        [low, high, day] => Raw::Int96(u64::from(*high) << 32 | u64::from(*low), *day),
        _ => Raw::Int96(0, 0),
    };
    FloatType, value => Raw::Float(*value);
    DoubleType, value => Raw::Double(*value);
    ByteArrayType, value => Raw::Bytes(value.data());
    FixedLenByteArrayType, value => Raw::Bytes(value.data());
}

/// Why a value has no form in JSON: what it is not.
pub(crate) type NoJson = &'static str;

/// A value of a column as JSON.
pub(crate) fn scalar(kind: Kind, raw: Raw<'_>) -> Result<Value, NoJson> {
    Ok(match (kind, raw) {
        (Kind::Null, _) => Value::Null,
        (_, Raw::Bool(value)) => Value::Bool(value),
        (Kind::Integer, Raw::Int32(value)) => Value::from(i64::from(value)),
        (Kind::Integer, Raw::Int64(value)) => Value::from(value),
        (Kind::Unsigned, Raw::Int32(value)) => Value::from(i64::from(value as u32)),
        (Kind::Unsigned, Raw::Int64(value)) => Value::from(value as u64),
        (Kind::Decimal { scale, precision }, Raw::Int32(value)) => {
            decimal::of_integer(i64::from(value), scale, precision)
        }
        (Kind::Decimal { scale, precision }, Raw::Int64(value)) => {
            decimal::of_integer(value, scale, precision)
        }
        (Kind::Decimal { scale, precision }, Raw::Bytes(bytes)) => {
            decimal::of_bytes(bytes, scale, precision).ok_or("a decimal")?
        }
        (Kind::Date, Raw::Int32(days)) => calendar::date(i64::from(days)).into(),
        (Kind::Time(unit), Raw::Int32(count)) => time(i64::from(count), unit)?,
        (Kind::Time(unit), Raw::Int64(count)) => time(count, unit)?,
        (Kind::Timestamp { unit, is_utc }, Raw::Int64(count)) => {
            calendar::timestamp(count, unit, is_utc).into()
        }
        (_, Raw::Int96(nanos, day)) => calendar::julian(nanos, day).into(),
        (_, Raw::Float(value)) => float(value),
        (_, Raw::Double(value)) => double(value),
        (kind, Raw::Bytes(bytes)) => of_bytes(kind, bytes)?,
        // The decoder refuses annotations that do not fit the physical type.
        (_, Raw::Int32(value)) => Value::from(i64::from(value)),
        (_, Raw::Int64(value)) => Value::from(value),
    })
}

fn of_bytes(kind: Kind, bytes: &[u8]) -> Result<Value, NoJson> {
    match kind {
        Kind::Text => Ok(Value::String(Text::from(std::str::from_utf8(bytes).map_err(|_| "UTF-8 text")?))),
        Kind::Half => {
            let bits = bytes.try_into().map(u16::from_le_bytes).map_err(|_| "a number of 16 bits")?;
            Ok(float(half(bits)))
        }
        Kind::Uuid => uuid(bytes).ok_or("a UUID"),
        Kind::Interval => interval(bytes).ok_or("an interval"),
        Kind::Bytes => Ok(match std::str::from_utf8(bytes) {
            Ok(text) => Value::String(Text::from(text)),
            Err(_) => STANDARD.encode(bytes).into(),
        }),
        _ => Ok(STANDARD.encode(bytes).into()),
    }
}

fn time(count: i64, unit: Unit) -> Result<Value, NoJson> {
    calendar::time(count, unit).map(Value::from).ok_or("a time of day")
}

fn double(value: f64) -> Value {
    Number::from_f64(value).map_or_else(|| not_finite(value), Value::Number)
}

/// With the fewest digits that identify it among numbers of 32 bits: `0.1`, and not `0.10000000149011612`.
fn float(value: f32) -> Value {
    match value.is_finite() {
        true => double(value.to_string().parse().unwrap_or(f64::from(value))),
        false => not_finite(f64::from(value)),
    }
}

/// As Java writes them.
fn not_finite(value: f64) -> Value {
    let text = match value {
        value if value.is_nan() => "NaN",
        value if value > 0.0 => "Infinity",
        _ => "-Infinity",
    };
    text.into()
}

/// A number of 16 bits, as IEEE 754 defines it.
fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 0x1f), f32::from(bits & 0x3ff));
    let magnitude = match exponent {
        0 => fraction * 2f32.powi(-24),
        31 if fraction == 0.0 => f32::INFINITY,
        31 => f32::NAN,
        _ => (fraction + 1024.0) * 2f32.powi(exponent - 25),
    };
    if bits >> 15 == 0 { magnitude } else { -magnitude }
}

fn uuid(bytes: &[u8]) -> Option<Value> {
    let number = u128::from_be_bytes(bytes.try_into().ok()?);
    let text = format!("{number:032x}");
    let parts = [text.get(..8)?, text.get(8..12)?, text.get(12..16)?, text.get(16..20)?, text.get(20..)?];
    Some(parts.join("-").into())
}

/// Months, days and milliseconds.
fn interval(bytes: &[u8]) -> Option<Value> {
    let mut numbers =
        bytes.chunks_exact(4).map(|part| part.try_into().map(u32::from_le_bytes).unwrap_or_default());
    let (months, days, millis) = (numbers.next()?, numbers.next()?, numbers.next()?);
    let (seconds, millis) = (millis / 1000, millis % 1000);
    Some(format!("P{months}M{days}DT{seconds}.{millis:03}S").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_16_bits_are_exact() {
        let rows = [
            (0x3c00, "1.0"),
            (0xc500, "-5.0"),
            (0x0001, "5.9604645E-8"),
            (0x7bff, "65504.0"),
            (0x7c00, "\"Infinity\""),
            (0xfc00, "\"-Infinity\""),
            (0x7e00, "\"NaN\""),
        ];
        for (bits, expected) in rows {
            assert_eq!(float(half(bits)).to_json(), expected, "{bits:x}");
        }
    }
}

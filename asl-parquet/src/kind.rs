//! [`Kind`]: what the values of a column are in JSON.

use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type as Physical};
use parquet::schema::types::Type;

use crate::error::Error;

/// What the values of a column are in JSON.
///
/// UNRECORDED: what AWS makes of the types of Parquet. Its documentation says only that rows are items. Here no value loses
/// anything: integers keep their digits, and what JSON has no form for is text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    /// `null`, whatever is stored.
    Null,
    Bool,
    /// An integer with a sign.
    Integer,
    /// An integer without one.
    Unsigned,
    /// A number, or `"NaN"`, `"Infinity"`, `"-Infinity"`. One of 32 bits has the fewest digits that identify it.
    Float,
    /// The same, of 16 bits.
    Half,
    /// An integer without a scale. Otherwise a number if a double keeps all digits, or else text: `"12.50"`.
    Decimal {
        scale: usize,
        precision: usize,
    },
    /// `"2024-02-29"`
    Date,
    /// `"13:00:00.500"`. Most writers say of any time of day that it is in UTC, so that is not shown.
    Time(Unit),
    /// `"2024-02-29T13:00:00.500Z"`, without the `Z` if the time is a local one.
    Timestamp {
        unit: Unit,
        is_utc: bool,
    },
    Text,
    /// Bytes of which the file does not say what they are: text if they are UTF-8, otherwise Base64.
    Bytes,
    Base64,
    /// `"00112233-4455-6677-8899-aabbccddeeff"`
    Uuid,
    /// A duration of ISO 8601: `"P1M2DT3.004S"`.
    Interval,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Unit {
    Millis,
    Micros,
    Nanos,
}

/// A decimal with more digits than any database has. Its digits must fit into memory.
const MOST_DIGITS: i32 = 100;

/// Bytes that a decimal has at most.
pub(crate) const MOST_DECIMAL_BYTES: usize = 48;

impl Kind {
    /// What the values of a leaf of the schema are.
    pub(crate) fn of(leaf: &Type) -> Result<Kind, Error> {
        let info = leaf.get_basic_info();
        let physical = leaf.get_physical_type();
        let logical = info.logical_type_ref().and_then(|logical| logical_kind(logical, leaf));
        let kind = logical.or_else(|| converted_kind(info.converted_type(), leaf));
        match kind {
            Some(Kind::Decimal { .. }) if !(1..=MOST_DIGITS).contains(&leaf.get_precision()) => {
                Err(Error::new(format!(
                    "the column {} has decimals of {} digits",
                    leaf.name(),
                    leaf.get_precision()
                )))
            }
            Some(kind) => Ok(kind),
            None => Ok(physical_kind(physical)),
        }
    }
}

fn logical_kind(logical: &LogicalType, leaf: &Type) -> Option<Kind> {
    Some(match logical {
        LogicalType::String | LogicalType::Enum | LogicalType::Json => Kind::Text,
        LogicalType::Bson => Kind::Base64,
        LogicalType::Decimal(_) => decimal(leaf),
        LogicalType::Date => Kind::Date,
        LogicalType::Time(time) => Kind::Time(unit(&time.unit)),
        LogicalType::Timestamp(time) => {
            Kind::Timestamp { unit: unit(&time.unit), is_utc: time.is_adjusted_to_u_t_c }
        }
        LogicalType::Integer(integer) if integer.is_signed => Kind::Integer,
        LogicalType::Integer(_) => Kind::Unsigned,
        LogicalType::Unknown => Kind::Null,
        LogicalType::Uuid => Kind::Uuid,
        LogicalType::Float16 => Kind::Half,
        _ => return None,
    })
}

fn converted_kind(converted: ConvertedType, leaf: &Type) -> Option<Kind> {
    Some(match converted {
        ConvertedType::UTF8 | ConvertedType::ENUM | ConvertedType::JSON => Kind::Text,
        ConvertedType::BSON => Kind::Base64,
        ConvertedType::DECIMAL => decimal(leaf),
        ConvertedType::DATE => Kind::Date,
        ConvertedType::TIME_MILLIS => Kind::Time(Unit::Millis),
        ConvertedType::TIME_MICROS => Kind::Time(Unit::Micros),
        ConvertedType::TIMESTAMP_MILLIS => Kind::Timestamp { unit: Unit::Millis, is_utc: true },
        ConvertedType::TIMESTAMP_MICROS => Kind::Timestamp { unit: Unit::Micros, is_utc: true },
        ConvertedType::UINT_8 | ConvertedType::UINT_16 | ConvertedType::UINT_32 | ConvertedType::UINT_64 => {
            Kind::Unsigned
        }
        ConvertedType::INTERVAL => Kind::Interval,
        _ => return None,
    })
}

/// What is known of a column without an annotation.
fn physical_kind(physical: Physical) -> Kind {
    match physical {
        Physical::BOOLEAN => Kind::Bool,
        Physical::INT32 | Physical::INT64 => Kind::Integer,
        // It is the timestamp of Hive, Impala and Spark, and has no other use.
        Physical::INT96 => Kind::Timestamp { unit: Unit::Nanos, is_utc: true },
        Physical::FLOAT | Physical::DOUBLE => Kind::Float,
        Physical::BYTE_ARRAY => Kind::Bytes,
        Physical::FIXED_LEN_BYTE_ARRAY => Kind::Base64,
    }
}

fn decimal(leaf: &Type) -> Kind {
    let count = |number: i32| usize::try_from(number).unwrap_or_default();
    Kind::Decimal { scale: count(leaf.get_scale()), precision: count(leaf.get_precision()) }
}

fn unit(unit: &TimeUnit) -> Unit {
    match unit {
        TimeUnit::MILLIS => Unit::Millis,
        TimeUnit::MICROS => Unit::Micros,
        TimeUnit::NANOS => Unit::Nanos,
    }
}

//! Dates and times as text, for all that a column can hold.
//!
//! [`Timestamp`](asl_value::Timestamp) ends with the year 9999, and a column of milliseconds does not.

use std::fmt::Write;

use asl_value::civil_date;

use crate::kind::Unit;

const SECONDS_A_DAY: i64 = 86_400;
/// The Julian day of 1970-01-01.
const JULIAN_DAY_OF_1970: i64 = 2_440_588;
const NANOS_A_SECOND: i64 = 1_000_000_000;

/// The day that is `days` after 1970-01-01: `2024-02-29`. A year outside of 0 to 9999 has a sign, as in ISO 8601.
pub(crate) fn date(days: i64) -> String {
    let (year, month, day) = civil_date(days);
    match (0..=9999).contains(&year) {
        true => format!("{year:04}-{month:02}-{day:02}"),
        false => format!("{year:+05}-{month:02}-{day:02}"),
    }
}

/// The time of day that is `count` units after midnight: `13:00:00.500`. `None` outside of a day.
pub(crate) fn time(count: i64, unit: Unit) -> Option<String> {
    let (seconds, nanos) = split(count, unit);
    (0..SECONDS_A_DAY).contains(&seconds).then(|| time_of_day(seconds, nanos))
}

/// The instant that is `count` units after 1970: `2024-02-29T13:00:00.500Z`.
pub(crate) fn timestamp(count: i64, unit: Unit, is_utc: bool) -> String {
    let (seconds, nanos) = split(count, unit);
    at(seconds.div_euclid(SECONDS_A_DAY), seconds.rem_euclid(SECONDS_A_DAY), nanos, is_utc)
}

/// The timestamp of an `INT96`: the nanoseconds of a day, and a Julian day.
pub(crate) fn julian(nanos: u64, day: u32) -> String {
    let nanos = i64::try_from(nanos).unwrap_or(i64::MAX);
    let seconds = nanos / NANOS_A_SECOND;
    let day = i64::from(day) - JULIAN_DAY_OF_1970 + seconds / SECONDS_A_DAY;
    at(day, seconds % SECONDS_A_DAY, nanos % NANOS_A_SECOND, true)
}

fn at(day: i64, second: i64, nanos: i64, is_utc: bool) -> String {
    format!("{}T{}{}", date(day), time_of_day(second, nanos), if is_utc { "Z" } else { "" })
}

/// Whole seconds, and nanoseconds.
fn split(count: i64, unit: Unit) -> (i64, i64) {
    let a_second = match unit {
        Unit::Millis => 1_000,
        Unit::Micros => 1_000_000,
        Unit::Nanos => NANOS_A_SECOND,
    };
    (count.div_euclid(a_second), count.rem_euclid(a_second) * (NANOS_A_SECOND / a_second))
}

/// With 0, 3, 6 or 9 digits after the second, as AWS writes times.
fn time_of_day(second: i64, nanos: i64) -> String {
    let mut text = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let written = match nanos {
        0 => Ok(()),
        _ if nanos % 1_000_000 == 0 => write!(text, ".{:03}", nanos / 1_000_000),
        _ if nanos % 1_000 == 0 => write!(text, ".{:06}", nanos / 1_000),
        _ => write!(text, ".{nanos:09}"),
    };
    debug_assert!(written.is_ok(), "writing to a string cannot fail");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written() {
        let rows = [
            (timestamp(0, Unit::Millis, true), "1970-01-01T00:00:00Z"),
            (timestamp(-1, Unit::Nanos, true), "1969-12-31T23:59:59.999999999Z"),
            (timestamp(1_709_211_600_500_000, Unit::Micros, false), "2024-02-29T13:00:00.500"),
            (timestamp(-62_135_596_800_000, Unit::Millis, true), "0001-01-01T00:00:00Z"),
            (timestamp(253_402_300_800_000, Unit::Millis, true), "+10000-01-01T00:00:00Z"),
            (timestamp(i64::MIN, Unit::Millis, true), "-292275055-05-16T16:47:04.192Z"),
            (timestamp(i64::MAX, Unit::Micros, true), "+294247-01-10T04:00:54.775807Z"),
            (date(i64::from(i32::MIN)), "-5877641-06-23"),
            (date(19_782), "2024-02-29"),
            (date(-719_529), "-0001-12-31"),
            (julian(3_600_000_000_001, 2_440_589), "1970-01-02T01:00:00.000000001Z"),
            (julian(u64::MAX, u32::MAX), "+11754801-03-23T23:47:16.854775807Z"),
        ];
        for (found, expected) in rows {
            assert_eq!(found, expected);
        }
        assert_eq!(time(46_800_500_001, Unit::Micros).as_deref(), Some("13:00:00.500001"));
        assert_eq!(time(86_400_000, Unit::Millis), None);
        assert_eq!(time(-1, Unit::Millis), None);
    }
}

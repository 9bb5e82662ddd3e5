//! [`Timestamp`]: an instant in RFC 3339.

use std::fmt;
use std::time::{Duration, SystemTime};

mod calendar;

pub use calendar::civil_date;
use calendar::{Date, SECONDS_A_DAY};

const NANOS_A_SECOND: u32 = 1_000_000_000;

/// An instant in UTC, with nanosecond resolution, from the year 0000 to the year 9999.
///
/// It is what `Timestamp` comparisons and `Wait` states of Amazon States Language read, and what events and the context
/// object show. It prints like Java's `Instant.toString`, which AWS uses: in UTC with a `Z`, and with 0, 3, 6 or 9
/// digits after the second.
///
/// Arithmetic saturates at both ends of the range. Leap seconds do not exist: second 60 is read as second 59.
///
/// ```
/// use asl_value::Timestamp;
/// let noon = Timestamp::parse("2016-03-14T13:00:00.5+01:00").unwrap();
/// assert_eq!(noon.to_string(), "2016-03-14T12:00:00.500Z");
/// assert_eq!(noon.epoch_millis(), 1_457_956_800_500);
/// assert!(Timestamp::parse("2016-03-14T13:00:00").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    /// Seconds since 1970.
    seconds: i64,
    nanos: u32,
}

impl Timestamp {
    /// The beginning of the first of January 1970.
    pub const EPOCH: Timestamp = Timestamp { seconds: 0, nanos: 0 };

    const MIN: Timestamp = Timestamp { seconds: -62_167_219_200, nanos: 0 };
    const MAX: Timestamp = Timestamp { seconds: 253_402_300_799, nanos: NANOS_A_SECOND - 1 };

    fn new(seconds: i64, nanos: u32) -> Timestamp {
        Timestamp { seconds, nanos }.clamp(Timestamp::MIN, Timestamp::MAX)
    }

    /// Parses RFC 3339 as Amazon States Language restricts it: with an upper-case `T`, and `Z` or a numeric offset.
    /// `None` for any other text, and for a date that does not exist.
    ///
    /// Spec: <https://states-language.net/#timestamps>
    pub fn parse(text: &str) -> Option<Timestamp> {
        let mut rest = text.as_bytes();
        let mut number = |digits: usize, before: &[u8]| {
            let (found, after) = rest.strip_prefix(before)?.split_at_checked(digits)?;
            rest = after;
            number(found)
        };
        let date = Date { year: number(4, b"")?, month: number(2, b"-")?, day: number(2, b"-")? };
        let (hour, minute, second) = (number(2, b"T")?, number(2, b":")?, number(2, b":")?);
        if !date.is_valid() || hour > 23 || minute > 59 || second > 60 {
            return None;
        }
        let (nanos, zone) = fraction(rest)?;
        let of_day = hour * 3600 + minute * 60 + second.min(59);
        let seconds = date.days_since_1970() * SECONDS_A_DAY + i64::from(of_day) - offset(zone)?;
        Some(Timestamp::new(seconds, nanos))
    }

    /// The instant that many milliseconds after 1970, or the nearest one in range.
    pub fn from_epoch_millis(millis: i64) -> Timestamp {
        Timestamp::new(millis.div_euclid(1000), millis.rem_euclid(1000) as u32 * 1_000_000)
    }

    /// Milliseconds since 1970.
    pub fn epoch_millis(&self) -> i64 {
        self.seconds * 1000 + i64::from(self.nanos / 1_000_000)
    }

    /// Seconds since 1970 to the millisecond, as the APIs of AWS write times: `1457956800.5`.
    pub fn epoch_seconds(&self) -> f64 {
        self.epoch_millis() as f64 / 1000.0
    }

    /// The instant without the fraction of a millisecond. Timestamps that AWS emits have none.
    #[must_use]
    pub fn to_millis(&self) -> Timestamp {
        Timestamp { nanos: self.nanos - self.nanos % 1_000_000, ..*self }
    }

    /// The instant without the fraction of a second.
    #[must_use]
    pub fn to_seconds(&self) -> Timestamp {
        Timestamp { nanos: 0, ..*self }
    }

    /// The instant `time` later, or the last one in range.
    #[must_use]
    pub fn plus(&self, time: Duration) -> Timestamp {
        let nanos = self.nanos + time.subsec_nanos();
        let seconds = self.seconds.saturating_add_unsigned(time.as_secs());
        let carry = i64::from(nanos / NANOS_A_SECOND);
        Timestamp::new(seconds.saturating_add(carry), nanos % NANOS_A_SECOND)
    }

    /// The instant `time` earlier, or the first one in range.
    #[must_use]
    pub fn minus(&self, time: Duration) -> Timestamp {
        let nanos = self.nanos + NANOS_A_SECOND - time.subsec_nanos();
        let seconds = self.seconds.saturating_sub_unsigned(time.as_secs());
        let carry = i64::from(nanos / NANOS_A_SECOND) - 1;
        Timestamp::new(seconds.saturating_add(carry), nanos % NANOS_A_SECOND)
    }

    /// The time from `earlier` to this instant; zero if `earlier` is later.
    pub fn since(&self, earlier: Timestamp) -> Duration {
        let since_start =
            |time: &Timestamp| Duration::new(time.seconds.abs_diff(Timestamp::MIN.seconds), time.nanos);
        since_start(self).saturating_sub(since_start(&earlier))
    }
}

/// The number that decimal digits represent; `None` for anything else.
fn number(digits: &[u8]) -> Option<u32> {
    digits
        .iter()
        .try_fold(0, |number, digit| digit.is_ascii_digit().then(|| number * 10 + u32::from(digit - b'0')))
}

/// The nanoseconds of an optional fraction with up to nine digits, such as `.5`, and the text after it.
fn fraction(text: &[u8]) -> Option<(u32, &[u8])> {
    let Some(fraction) = text.strip_prefix(b".") else { return Some((0, text)) };
    let length = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = fraction.split_at_checked(length)?;
    let missing = 9u32.checked_sub(length as u32).filter(|_| length > 0)?;
    Some((number(digits)? * 10u32.pow(missing), rest))
}

/// The seconds of `Z` or `+01:00`.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, time) = match text.split_first()? {
        (b'Z', []) => return Some(0),
        (b'+', time) => (1, time),
        (b'-', time) => (-1, time),
        _ => return None,
    };
    let [hours @ .., b':', tens, ones] = time else { return None };
    let (hours, minutes) = (number(hours).filter(|_| hours.len() == 2)?, number(&[*tens, *ones])?);
    (hours < 24 && minutes < 60).then(|| sign * i64::from(hours * 3600 + minutes * 60))
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => Timestamp::EPOCH.plus(after),
            Err(before) => Timestamp::EPOCH.minus(before.duration()),
        }
    }
}

impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> Self {
        let (after, before) = (time.since(Timestamp::EPOCH), Timestamp::EPOCH.since(time));
        let then = SystemTime::UNIX_EPOCH.checked_add(after).and_then(|time| time.checked_sub(before));
        // Some systems have no times before 1601.
        then.unwrap_or(SystemTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Date { year, month, day } = Date::of_day(self.seconds.div_euclid(SECONDS_A_DAY));
        let second = self.seconds.rem_euclid(SECONDS_A_DAY) as u32;
        let (second, minute, hour) = (second % 60, second / 60 % 60, second / 3600);
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")?;
        match self.nanos {
            0 => f.write_str("Z"),
            nanos if nanos % 1_000_000 == 0 => write!(f, ".{:03}Z", nanos / 1_000_000),
            nanos if nanos % 1_000 == 0 => write!(f, ".{:06}Z", nanos / 1_000),
            nanos => write!(f, ".{nanos:09}Z"),
        }
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, printed: Option<&str>) {
        assert_eq!(Timestamp::parse(text).map(|time| time.to_string()).as_deref(), printed, "{text}");
    }

    #[test]
    fn parses_what_asl_calls_a_timestamp() {
        check("2025-08-27T10:04:42Z", Some("2025-08-27T10:04:42Z"));
        check("2025-08-27T10:04:42.001Z", Some("2025-08-27T10:04:42.001Z"));
        check("2025-08-27T10:04:42.00Z", Some("2025-08-27T10:04:42Z"));
        check("2025-08-27T10:04:42.000001Z", Some("2025-08-27T10:04:42.000001Z"));
        check("2025-08-27T10:04:42.0000001Z", Some("2025-08-27T10:04:42.000000100Z"));
        check("2025-08-27T10:04:42-02:30", Some("2025-08-27T12:34:42Z"));
        check("2025-08-27T23:59:60Z", Some("2025-08-27T23:59:59Z"));
        check("2024-02-29T23:00:00.5-01:30", Some("2024-03-01T00:30:00.500Z"));
        check("1900-03-01T00:00:00+00:01", Some("1900-02-28T23:59:00Z"));
        check("1969-12-31T23:59:59.999Z", Some("1969-12-31T23:59:59.999Z"));
        check("9999-12-31T23:59:59Z", Some("9999-12-31T23:59:59Z"));
        check("9999-12-31T23:59:59.5-12:00", Some("9999-12-31T23:59:59.999999999Z"));
        check("0000-01-01T00:00:00Z", Some("0000-01-01T00:00:00Z"));
        check("0000-01-01T00:00:00+01:00", Some("0000-01-01T00:00:00Z"));
        for bad in [
            "",
            "9999-12-31T25:00:00Z",
            "9999-12-31T00:00:00+99:99",
            "2025-08-27",
            "2025-08-27T10:04:42",
            "2025-08-27T10:04:42.000000",
            "2025-08-27t10:04:42Z",
            "2025-08-27T10:04:42z",
            "2025-08-27 10:04:42Z",
            "2025-08-27T10:04Z",
            "2025-08-27T10:04:42.Z",
            "2025-08-27T10:04:42.0123456789Z",
            "2025-08-27T24:00:00Z",
            "2025-08-27T10:60:00Z",
            "2025-08-27T10:04:61Z",
            "2025-08-27T10:04:42+24:00",
            "2025-08-27T10:04:42+1:00",
            "2025-08-27T10:04:42+001:00",
            "2025-00-27T10:04:42Z",
            "2025-08-00T10:04:42Z",
            "1900-02-29T10:04:42Z",
            "2025-08-27T10:04:42Z[UTC]",
            "2025-13-27T10:04:42Z",
            "2025-02-30T10:04:42Z",
            "2025-08-27T10:04:42+0200",
            "é025-08-27T10:04:42Z",
        ] {
            check(bad, None);
        }
    }

    #[test]
    fn arithmetic_ends_at_the_ends_of_the_calendar() {
        let day = Duration::from_secs(86_400);
        assert_eq!(Timestamp::EPOCH.plus(day).to_string(), "1970-01-02T00:00:00Z");
        assert_eq!(
            Timestamp::EPOCH.plus(Duration::MAX).plus(day),
            Timestamp::from_epoch_millis(i64::MAX).plus(Duration::MAX)
        );
        assert_eq!(Timestamp::EPOCH.since(Timestamp::EPOCH.plus(day)), Duration::ZERO);
        assert_eq!(Timestamp::EPOCH.plus(day).since(Timestamp::EPOCH), day);
        assert_eq!(Timestamp::EPOCH.minus(Duration::MAX).to_string(), "0000-01-01T00:00:00Z");
        assert_eq!(Timestamp::from_epoch_millis(i64::MIN), Timestamp::EPOCH.minus(Duration::MAX));
    }

    #[test]
    fn the_time_before_1970_runs_forward() {
        let before = Timestamp::EPOCH.minus(Duration::from_micros(1_500));
        assert_eq!(before.to_string(), "1969-12-31T23:59:59.998500Z");
        assert_eq!(before.to_millis().to_string(), "1969-12-31T23:59:59.998Z");
        assert_eq!((before.epoch_millis(), before.to_seconds().epoch_millis()), (-2, -1000));
        assert_eq!(before.plus(Duration::from_micros(1_500)), Timestamp::EPOCH);
        assert_eq!(Timestamp::from(SystemTime::from(before)), before);
    }
}

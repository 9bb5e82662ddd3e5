//! [`Timestamp`]: an instant, as RFC 3339 writes it.

use std::fmt;
use std::time::{Duration, SystemTime};

/// An instant in UTC, nanosecond resolution.
///
/// Printed like Java's `Instant.toString`, which is what AWS puts in the context object: `Z`, and 0, 3, 6 or 9
/// fraction digits.
///
/// ```
/// use asl_value::Timestamp;
/// let noon = Timestamp::parse("2016-03-14T13:00:00.5+01:00").unwrap();
/// assert_eq!(noon.to_string(), "2016-03-14T12:00:00.500Z");
/// assert_eq!(noon.epoch_millis(), 1_457_956_800_500);
/// assert!(Timestamp::parse("2016-03-14T13:00:00").is_none());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(jiff::Timestamp);

impl Timestamp {
    /// The first of January 1970.
    pub const EPOCH: Timestamp = Timestamp(jiff::Timestamp::UNIX_EPOCH);

    /// Parses RFC 3339 as ASL restricts it: upper-case `T`, and `Z` or a numeric offset.
    ///
    /// The last day of the year 9999, which some write for "never", is cut to the calendar's end.
    ///
    /// Spec: <https://states-language.net/#timestamps>
    pub fn parse(text: &str) -> Option<Timestamp> {
        if !has_rfc3339_shape(text.as_bytes()) {
            return None;
        }
        let instant = text
            .parse()
            .or_else(|error| if is_last_day(text) { Ok(jiff::Timestamp::MAX) } else { Err(error) });
        instant.ok().map(Timestamp)
    }

    /// An instant by its milliseconds since 1970; out-of-range values end at the calendar's ends.
    pub fn from_epoch_millis(millis: i64) -> Timestamp {
        let limit = if millis < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
        Timestamp(jiff::Timestamp::from_millisecond(millis).unwrap_or(limit))
    }

    /// Milliseconds since 1970.
    pub fn epoch_millis(&self) -> i64 {
        self.0.as_millisecond()
    }

    /// Seconds since 1970 as AWS's APIs write times: `1457956800.5`.
    pub fn epoch_seconds(&self) -> f64 {
        self.epoch_millis() as f64 / 1000.0
    }

    /// The instant cut to whole milliseconds: what AWS emits.
    #[must_use]
    pub fn to_millis(&self) -> Timestamp {
        Timestamp::from_epoch_millis(self.epoch_millis())
    }

    /// The instant cut to whole seconds.
    #[must_use]
    pub fn to_seconds(&self) -> Timestamp {
        Timestamp(jiff::Timestamp::from_second(self.0.as_second()).unwrap_or(self.0))
    }

    /// This instant plus a time; the calendar's end if that is later.
    #[must_use]
    pub fn plus(&self, time: Duration) -> Timestamp {
        Timestamp(self.0.saturating_add(time).unwrap_or(jiff::Timestamp::MAX))
    }

    /// This instant minus a time; the calendar's start if that is earlier.
    #[must_use]
    pub fn minus(&self, time: Duration) -> Timestamp {
        Timestamp(self.0.saturating_sub(time).unwrap_or(jiff::Timestamp::MIN))
    }

    /// The time from `earlier` to this instant, zero if that is later.
    pub fn since(&self, earlier: Timestamp) -> Duration {
        Duration::try_from(self.0.duration_since(earlier.0)).unwrap_or_default()
    }
}

/// `yyyy-mm-ddThh:mm:ss[.f+](Z|±hh:mm)`. jiff accepts more: lower case, spaces, missing seconds, `[zones]`.
fn has_rfc3339_shape(text: &[u8]) -> bool {
    const HEAD: &[u8] = b"0000-00-00T00:00:00";
    const OFFSET: &[u8] = b"+00:00";
    let matches = |text: &[u8], shape: &[u8]| {
        text.len() == shape.len()
            && text.iter().zip(shape).all(|(byte, wanted)| match wanted {
                b'0' => byte.is_ascii_digit(),
                b'+' => matches!(byte, b'+' | b'-'),
                _ => byte == wanted,
            })
    };
    let Some((head, tail)) = text.split_at_checked(HEAD.len()) else { return false };
    let tail = match tail.split_first() {
        Some((b'.', fraction)) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            if digits == 0 {
                return false;
            }
            fraction.split_at_checked(digits).map_or(fraction, |(_, zone)| zone)
        }
        _ => tail,
    };
    matches(head, HEAD) && (tail == b"Z" || matches(tail, OFFSET))
}

/// Whether it is a valid time of 9999-12-30 or 31, which jiff's calendar of instants has no room for: it ends a day
/// early, so that every instant can be shown in every zone.
fn is_last_day(text: &str) -> bool {
    ["9999-12-31", "9999-12-30"].iter().filter_map(|day| text.strip_prefix(day)).any(|time| {
        let same_time_earlier = format!("2000-01-01{time}");
        same_time_earlier.parse::<jiff::Timestamp>().is_ok()
    })
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        Timestamp(jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::UNIX_EPOCH))
    }
}

impl From<Timestamp> for SystemTime {
    fn from(time: Timestamp) -> Self {
        time.0.into()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.subsec_nanosecond();
        let digits = match nanos {
            0 => 0,
            _ if nanos % 1_000_000 == 0 => 3,
            _ if nanos % 1_000 == 0 => 6,
            _ => 9,
        };
        write!(f, "{:.digits$}", self.0)
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
        check("9999-12-31T23:59:59Z", Some("9999-12-30T22:00:00.999999999Z"));
        check("9999-12-31T23:59:59.999-12:00", Some("9999-12-30T22:00:00.999999999Z"));
        check("0000-01-01T00:00:00Z", Some("0000-01-01T00:00:00Z"));
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
    }
}

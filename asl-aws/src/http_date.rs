//! Times in HTTP's format: `Thu, 01 Jan 2026 00:00:00 GMT`.

use asl_value::Timestamp;

/// Weekdays, starting with that of 1970-01-01.
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const MILLIS_A_DAY: i64 = 86_400_000;

pub(crate) fn print(time: Timestamp) -> String {
    let text = time.to_seconds().to_string();
    let mut parts = text.split(['-', 'T', 'Z']);
    let mut part = || parts.next().unwrap_or_default();
    let (year, month, day, clock) = (part(), part(), part(), part());
    let month = month.parse().ok().and_then(|month: usize| MONTHS.get(month.checked_sub(1)?));
    let weekday = time.epoch_millis().div_euclid(MILLIS_A_DAY).rem_euclid(7);
    let weekday = WEEKDAYS.get(weekday as usize);
    format!("{}, {day} {} {year} {clock} GMT", weekday.unwrap_or(&""), month.unwrap_or(&""))
}

/// Parses a time. The weekday may be missing, and the zone may be an offset, `+0100`, as in emails.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let date = match text.split_once(',') {
        Some((weekday, date)) if WEEKDAYS.contains(&weekday) => date,
        Some(_) => return None,
        None => text,
    };
    let parts: Vec<&str> = date.split_ascii_whitespace().collect();
    let [day, month, year, clock, zone] = parts.as_slice() else { return None };
    let month = MONTHS.iter().position(|known| known == month)? + 1;
    let offset = match *zone {
        "GMT" | "UTC" | "UT" => "Z".to_owned(),
        zone => {
            let (hours, minutes) = zone.split_at_checked(3)?;
            format!("{hours}:{minutes}")
        }
    };
    Timestamp::parse(&format!("{year}-{month:02}-{day:0>2}T{clock}{offset}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: Option<&str>) {
        let time = parse(text);
        assert_eq!(time.map(|time| time.to_string()).as_deref(), expect);
        if text.ends_with("GMT")
            && let Some(time) = time
        {
            assert_eq!(print(time), text);
        }
    }

    #[test]
    fn dates() {
        check("Thu, 01 Jan 2026 00:00:00 GMT", Some("2026-01-01T00:00:00Z"));
        check("Sun, 06 Nov 1994 08:49:37 GMT", Some("1994-11-06T08:49:37Z"));
        check("Wed, 31 Dec 1969 23:59:59 GMT", Some("1969-12-31T23:59:59Z"));
        check("6 Nov 1994 08:49:37 +0130", Some("1994-11-06T07:19:37Z"));
        for bad in [
            "",
            "Sun, 06 Nov 1994 08:49:37",
            "Sun, 31 Feb 1994 08:49:37 GMT",
            "Sun, 06 Okt 1994 08:49:37 GMT",
            "So, 06 Nov 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49:37 +1",
            "Sunday, 06-Nov-94 08:49:37 GMT",
        ] {
            check(bad, None);
        }
    }
}

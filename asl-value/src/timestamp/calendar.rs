//! [`Date`]: a day of the Gregorian calendar, and its number, counted from 1970.
//!
//! Years start in March, so that the leap day comes last. Eras are 400 years, which always have the same number of
//! days.
//!
//! Source: <https://howardhinnant.github.io/date_algorithms.html>

pub(super) const SECONDS_A_DAY: i64 = 86_400;

const DAYS_AN_ERA: i64 = 146_097;
/// From 0000-03-01 to 1970-01-01.
const DAYS_TO_1970: i64 = 719_468;

/// A day; not before the year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Date {
    pub(super) year: u32,
    /// From 1 on.
    pub(super) month: u32,
    /// From 1 on.
    pub(super) day: u32,
}

impl Date {
    pub(super) fn is_valid(self) -> bool {
        let is_leap =
            self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            2 if is_leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1..=12 => 31,
            _ => 0,
        };
        (1..=days).contains(&self.day)
    }

    pub(super) fn days_since_1970(self) -> i64 {
        let (year, month, day) = (i64::from(self.year), i64::from(self.month), i64::from(self.day));
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let day_of_year = (153 * month + 2) / 5 + day - 1;
        era * DAYS_AN_ERA + year * 365 + year / 4 - year / 100 + day_of_year - DAYS_TO_1970
    }

    pub(super) fn of_day(days_since_1970: i64) -> Date {
        let (year, month, day) = civil_date(days_since_1970);
        Date { year: year as u32, month, day }
    }
}

/// The year, month and day that are so many days after 1970-01-01, also outside of the years that a
/// [`Timestamp`](crate::Timestamp) can have.
///
/// ```
/// assert_eq!(asl_value::civil_date(19_782), (2024, 2, 29));
/// assert_eq!(asl_value::civil_date(-719_529), (-1, 12, 31));
/// ```
///
/// Source: <https://howardhinnant.github.io/date_algorithms.html>
pub fn civil_date(days_since_1970: i64) -> (i64, u32, u32) {
    let days = days_since_1970.saturating_add(DAYS_TO_1970);
    let (era, day) = (days.div_euclid(DAYS_AN_ERA), days.rem_euclid(DAYS_AN_ERA));
    let year = (day - day / 1_460 + day / 36_524 - day / (DAYS_AN_ERA - 1)) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month + 2) / 5 + 1;
    let (year, month) = if month < 10 { (year, month + 3) } else { (year + 1, month - 9) };
    (era * 400 + year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_is_the_one_after_the_day_before() {
        let mut date = Date { year: 0, month: 1, day: 1 };
        let first = date.days_since_1970();
        assert_eq!(first * SECONDS_A_DAY, -62_167_219_200);
        let last = Date { year: 9999, month: 12, day: 31 }.days_since_1970();
        for number in first..=last {
            assert!(date.is_valid());
            assert_eq!((Date::of_day(number), date.days_since_1970()), (date, number));
            let Date { year, month, day } = date;
            let following = [
                Date { year, month, day: day + 1 },
                Date { year, month: month + 1, day: 1 },
                Date { year: year + 1, month: 1, day: 1 },
            ];
            date = following.into_iter().find(|date| date.is_valid()).unwrap();
        }
        assert_eq!(date, Date { year: 10_000, month: 1, day: 1 });
    }
}

//! The progress of a distributed Map in one line.

use std::time::Duration;

use asl_engine::MapRunCounts;

use super::plain;

/// How many characters the bar has.
const WIDTH: u64 = 24;

/// How far a Map Run has come since it began.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Progress<'a> {
    /// The name of its state.
    pub(crate) state: &'a str,
    pub(crate) items: MapRunCounts,
    pub(crate) took: Duration,
}

impl Progress<'_> {
    /// `Each  [############------------]  50 %  500 of 1,000, 2 failed, 40 running, 250/s, 2 s left`
    pub(crate) fn bar(&self) -> String {
        let (done, total) = (self.done(), self.items.total());
        let share = |of: u64| done.saturating_mul(of).checked_div(total).unwrap_or_default();
        let full = usize::try_from(share(WIDTH)).unwrap_or_default();
        let rest = usize::try_from(WIDTH).unwrap_or_default().saturating_sub(full);
        let bar = format!("[{}{}]", "#".repeat(full), "-".repeat(rest));
        format!("{}  {bar}  {} %  {}", plain(self.state), share(100), self.counts("/s"))
    }

    /// ``progress: `Each`: 500 of 1,000, 2 failed, 40 running, 250 a second, 2 s left``
    pub(crate) fn line(&self) -> String {
        format!("progress: `{}`: {}", plain(self.state), self.counts(" a second"))
    }

    fn done(&self) -> u64 {
        let items = &self.items;
        items.succeeded + self.unsuccessful()
    }

    fn unsuccessful(&self) -> u64 {
        let items = &self.items;
        items.failed + items.timed_out + items.aborted
    }

    fn counts(&self, per_second: &str) -> String {
        let (done, total) = (self.done(), self.items.total());
        let mut text = format!("{} of {}", grouped(done), grouped(total));
        for (count, what) in [(self.unsuccessful(), "failed"), (self.items.running, "running")] {
            if count > 0 {
                text.push_str(&format!(", {} {what}", grouped(count)));
            }
        }
        let seconds = self.took.as_secs_f64();
        if done > 0 && seconds > 0.0 {
            let rate = done as f64 / seconds;
            match rate < 10.0 {
                true => text.push_str(&format!(", {rate:.1}{per_second}")),
                false => text.push_str(&format!(", {}{per_second}", grouped(rate as u64))),
            }
            let left = total.saturating_sub(done) as f64 / rate;
            text.push_str(&format!(", {} left", time(left)));
        }
        text
    }
}

/// `1,234,567`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `4 s`, `2 min`, `3 h`: rounded up.
fn time(seconds: f64) -> String {
    match seconds {
        ..100.0 => format!("{} s", seconds.ceil()),
        ..6000.0 => format!("{} min", (seconds / 60.0).ceil()),
        _ => format!("{} h", (seconds / 3600.0).ceil()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(items: MapRunCounts, seconds: f64, bar: &str, line: &str) {
        let progress = Progress { state: "Each", items, took: Duration::from_secs_f64(seconds) };
        assert_eq!((progress.bar().as_str(), progress.line().as_str()), (bar, line));
    }

    #[test]
    fn progress_is_a_bar_or_a_line() {
        check(
            MapRunCounts { pending: 460, running: 40, succeeded: 498, failed: 2, ..MapRunCounts::default() },
            2.0,
            "Each  [############------------]  50 %  500 of 1,000, 2 failed, 40 running, 250/s, 2 s left",
            "progress: `Each`: 500 of 1,000, 2 failed, 40 running, 250 a second, 2 s left",
        );
        check(
            MapRunCounts::default(),
            1.0,
            "Each  [------------------------]  0 %  0 of 0",
            "progress: `Each`: 0 of 0",
        );
        check(
            MapRunCounts { pending: 9_999_000, succeeded: 1_000, ..MapRunCounts::default() },
            200.0,
            "Each  [------------------------]  0 %  1,000 of 10,000,000, 5.0/s, 556 h left",
            "progress: `Each`: 1,000 of 10,000,000, 5.0 a second, 556 h left",
        );
        check(
            MapRunCounts { succeeded: 20, timed_out: 1, aborted: 3, ..MapRunCounts::default() },
            1.0,
            "Each  [########################]  100 %  24 of 24, 4 failed, 24/s, 0 s left",
            "progress: `Each`: 24 of 24, 4 failed, 24 a second, 0 s left",
        );
    }

    #[test]
    fn times_are_rounded_up() {
        for (seconds, expect) in [(0.1, "1 s"), (99.5, "100 s"), (100.0, "2 min"), (6000.0, "2 h")] {
            assert_eq!(time(seconds), expect);
        }
    }
}

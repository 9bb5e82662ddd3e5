//! The path of an execution: each state it enters, when, and inside what.

mod strands;

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use asl_engine::{Event, EventKind, Failure, StateType};
use asl_value::Timestamp;

use self::strands::Strands;
use super::plain;
use crate::Sink;

/// Prints the path while the execution goes. Times count from its beginning.
///
/// ```text
///     0.000s  Price (Task)
///     0.000s    failed: Busy: try later
///  1m00.000s    retry 1
///  1m00.000s  Ship (Map)
///  1m00.000s    item 0
///  1m00.000s      Pack (Pass)
///  1m00.000s  SUCCEEDED
/// ```
pub(crate) struct PathPrinter {
    sink: Sink,
    path: Mutex<Path>,
}

#[derive(Default)]
struct Path {
    began: Option<Timestamp>,
    strands: Strands,
}

impl PathPrinter {
    pub(crate) fn new(sink: Sink) -> PathPrinter {
        PathPrinter { sink, path: Mutex::default() }
    }

    /// Prints what an event tells of the path.
    pub(crate) fn print(&self, event: &Event) {
        let mut path = self.path.lock().unwrap_or_else(PoisonError::into_inner);
        let began = *path.began.get_or_insert(event.timestamp);
        let step = path.strands.follow(event);
        let text = match &event.kind {
            EventKind::StateEntered { state, name, .. } => format!("{} ({})", plain(name), state.name()),
            EventKind::MapIterationStarted { index, .. } => format!("item {index}"),
            EventKind::TaskScheduled { .. }
            | EventKind::ParallelStateStarted
            | EventKind::MapStateStarted { .. } => match step.attempt {
                0 => return,
                attempt => format!("  retry {attempt}"),
            },
            EventKind::TaskFailed { failure, .. } | EventKind::TaskTimedOut { failure, .. } => {
                format!("  failed: {}", brief(failure))
            }
            EventKind::EvaluationFailed(evaluation) => format!("  failed: {}", brief(&evaluation.failure)),
            EventKind::ExecutionSucceeded { .. } => "SUCCEEDED".to_owned(),
            EventKind::ExecutionFailed(_) => "FAILED".to_owned(),
            EventKind::ExecutionTimedOut(_) => "TIMED_OUT".to_owned(),
            EventKind::ExecutionAborted(_) => "ABORTED".to_owned(),
            _ => return,
        };
        // A machine may nest deeper than a line is wide.
        let indent = "  ".repeat(step.depth.min(20));
        self.sink.line(format_args!("{:>10}  {indent}{text}", elapsed(event.timestamp.since(began))));
    }
}

/// The error and the beginning of its cause, in one line.
fn brief(failure: &Failure) -> String {
    const LONGEST: usize = 200;
    let text = plain(&failure.to_string()).replace('\n', " ");
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// `0.250s`, `1m05.000s`, `1h00m00s`, `31d00h00m`
fn elapsed(time: Duration) -> String {
    let (seconds, millis) = (time.as_secs(), time.subsec_millis());
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match (days, hours, minutes) {
        (0, 0, 0) => format!("{seconds}.{millis:03}s"),
        (0, 0, _) => format!("{minutes}m{:02}.{millis:03}s", seconds % 60),
        (0, _, _) => format!("{hours}h{:02}m{:02}s", minutes % 60, seconds % 60),
        _ => format!("{days}d{:02}h{:02}m", hours % 24, minutes % 60),
    }
}

/// Whether a state of this type starts strands of its own.
fn fans_out(state: StateType) -> bool {
    matches!(state, StateType::Parallel | StateType::Map)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_as_exact_as_they_are_short() {
        let cases = [
            (0, "0.000s"),
            (59_999, "59.999s"),
            (60_000, "1m00.000s"),
            (3_599_001, "59m59.001s"),
            (3_600_000, "1h00m00s"),
            (86_399_999, "23h59m59s"),
            (86_400_000 + 3_660_000, "1d01h01m"),
            (31_536_000_000, "365d00h00m"),
        ];
        for (millis, expected) in cases {
            assert_eq!(elapsed(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn causes_are_cut_to_a_line() {
        assert_eq!(brief(&Failure::new("E", "a\nb\u{1b}[31m")), "E: a b\\u{1b}[31m");
        assert_eq!(brief(&Failure::new("E", "ü".repeat(500))), format!("E: {}…", "ü".repeat(197)));
    }
}

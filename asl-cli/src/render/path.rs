//! The path of an execution: which states it enters, when, and how they nest.

mod lines;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use asl_engine::{Event, EventKind, Failure, MapRun, Outline, OutlineStep};
use asl_value::{Text, Timestamp};

use self::lines::{Line, Lines};
use super::plain;
use crate::Sink;

/// How many failed children of a Map Run are listed individually.
pub(crate) const MOST_CHILDREN: u64 = 5;

/// Prints the path while the execution runs. Times are relative to its start. For a very long path, it prints the beginning,
/// the end, and how often each state in between was entered.
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
    outline: Outline,
    lines: Lines,
    /// The depth of the previous event.
    depth: usize,
    map_runs: Vec<Running>,
}

/// A distributed Map that is running.
struct Running {
    map_run: Arc<MapRun>,
    depth: usize,
    /// Children that did not succeed.
    unsuccessful: u64,
}

impl PathPrinter {
    pub(crate) fn new(sink: Sink) -> PathPrinter {
        PathPrinter { sink, path: Mutex::default() }
    }

    fn lock(&self) -> MutexGuard<'_, Path> {
        self.path.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prints the line of an event, if it has one.
    pub(crate) fn print(&self, event: &Event) {
        let mut path = self.lock();
        let path = &mut *path;
        path.began.get_or_insert(event.timestamp);
        let step = path.outline.follow(event);
        path.depth = step.depth;
        if matches!(event.kind, EventKind::MapRunFailed(_) | EventKind::MapRunSucceeded) {
            path.sum_up(event.timestamp, &self.sink);
        }
        if is_shown(&event.kind, &step) {
            let is_end = event.kind.outcome().is_some();
            path.add(
                Line {
                    at: event.timestamp,
                    depth: step.depth,
                    what: lines::What::Event(event.kind.clone(), step.attempt),
                },
                &self.sink,
            );
            if is_end {
                path.lines.end(&self.sink);
            }
        }
    }

    /// Reports the start of a distributed Map.
    pub(crate) fn map_run(&self, map_run: &Arc<MapRun>) {
        let mut path = self.lock();
        let depth = path.depth;
        path.map_runs.push(Running { map_run: Arc::clone(map_run), depth, unsuccessful: 0 });
    }

    /// Reports a child of a distributed Map that did not succeed.
    pub(crate) fn child(&self, of: &MapRun, at: Timestamp, how: impl FnOnce() -> String) {
        let mut path = self.lock();
        let Some(running) = path.map_runs.iter_mut().find(|running| running.map_run.arn() == of.arn()) else {
            return;
        };
        running.unsuccessful += 1;
        if running.unsuccessful <= MOST_CHILDREN {
            let depth = running.depth;
            path.add(Line::text(at, depth, format!("  child {}", how())), &self.sink);
        }
    }
}

impl Path {
    fn add(&mut self, line: Line, sink: &Sink) {
        let began = self.began.unwrap_or(line.at);
        self.lines.add(line, began, sink);
    }

    /// Prints a summary for each Map Run that has ended.
    fn sum_up(&mut self, at: Timestamp, sink: &Sink) {
        let ended = |running: &mut Running| running.map_run.ended().is_some();
        for Running { map_run, depth, unsuccessful } in
            self.map_runs.extract_if(.., ended).collect::<Vec<_>>()
        {
            if unsuccessful > 0 {
                let total = map_run.executions().total();
                let noun = if total == 1 { "child" } else { "children" };
                let text = format!("  {unsuccessful} of {total} {noun} did not succeed");
                self.add(Line::text(at, depth, text), sink);
            }
        }
    }
}

fn is_shown(kind: &EventKind, step: &OutlineStep) -> bool {
    match kind {
        EventKind::StateEntered { .. }
        | EventKind::MapIterationStarted { .. }
        | EventKind::TaskFailed { .. }
        | EventKind::TaskTimedOut { .. }
        | EventKind::EvaluationFailed(_) => true,
        EventKind::TaskScheduled { .. }
        | EventKind::ParallelStateStarted
        | EventKind::MapStateStarted { .. } => step.attempt > 0,
        kind => kind.outcome().is_some(),
    }
}

/// The text of an event's line.
fn text(kind: &EventKind, attempt: u64) -> String {
    match kind {
        EventKind::StateEntered { state, name, .. } => format!("{} ({})", plain(name), state.name()),
        EventKind::MapIterationStarted { index, .. } => format!("item {index}"),
        EventKind::TaskFailed { failure, .. } | EventKind::TaskTimedOut { failure, .. } => {
            format!("  failed: {}", brief(failure))
        }
        EventKind::EvaluationFailed(evaluation) => format!("  failed: {}", brief(&evaluation.failure)),
        kind => match kind.outcome() {
            Some(outcome) => outcome.status().to_owned(),
            None => format!("  retry {attempt}"),
        },
    }
}

/// The error and the beginning of its cause, on one line.
pub(crate) fn brief(failure: &Failure) -> String {
    one_line(&failure.to_string(), 200)
}

/// The beginning of a text, on one line.
pub(crate) fn one_line(text: &str, longest: usize) -> String {
    let text = plain(text).replace('\n', " ");
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

/// The name of a state that is entered.
fn entered(kind: &EventKind) -> Option<&Text> {
    if let EventKind::StateEntered { name, .. } = kind { Some(name) } else { None }
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

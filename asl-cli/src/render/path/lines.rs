//! The lines of a path: the first and the last are printed, those in between are counted.

use std::collections::{HashMap, VecDeque};

use asl_engine::EventKind;
use asl_value::{Text, Timestamp};

use super::{elapsed, entered, plain, text};
use crate::Sink;

/// How many lines are printed immediately.
const FIRST: u64 = 1000;

/// How many of the last lines are printed at the end.
const LAST: usize = 100;

/// How many states the summary of omitted lines names.
const MOST_STATES: usize = 10;

/// A line that may be printed.
pub(super) struct Line {
    pub(super) at: Timestamp,
    pub(super) depth: usize,
    pub(super) what: What,
}

pub(super) enum What {
    /// An event, and the attempt at its state that it belongs to. It becomes text only if it is printed.
    Event(EventKind, u64),
    Text(String),
}

impl Line {
    pub(super) fn text(at: Timestamp, depth: usize, text: String) -> Line {
        Line { at, depth, what: What::Text(text) }
    }

    fn print(&self, began: Timestamp, sink: &Sink) {
        // A machine may nest deeper than the width of a line.
        let indent = "  ".repeat(self.depth.min(20));
        let time = elapsed(self.at.since(began));
        match &self.what {
            What::Event(kind, attempt) => {
                sink.line(format_args!("{time:>10}  {indent}{}", text(kind, *attempt)));
            }
            What::Text(text) => sink.line(format_args!("{time:>10}  {indent}{text}")),
        }
    }
}

#[derive(Default)]
pub(super) struct Lines {
    began: Option<Timestamp>,
    printed: u64,
    /// The most recent lines, after those that were printed.
    last: VecDeque<Line>,
    left_out: u64,
    /// How often each state was entered in the omitted lines.
    entries: HashMap<Text, u64>,
}

impl Lines {
    pub(super) fn add(&mut self, line: Line, began: Timestamp, sink: &Sink) {
        self.began = Some(began);
        if self.printed < FIRST {
            self.printed += 1;
            line.print(began, sink);
            return;
        }
        if self.last.len() == LAST
            && let Some(old) = self.last.pop_front()
        {
            self.leave_out(&old, sink);
        }
        self.last.push_back(line);
    }

    fn leave_out(&mut self, line: &Line, sink: &Sink) {
        if self.left_out == 0 {
            sink.line(format_args!("{:>10}  … a long path: its end follows when it ends", ""));
        }
        self.left_out += 1;
        if let What::Event(kind, _) = &line.what
            && let Some(name) = entered(kind)
        {
            match self.entries.get_mut(name) {
                Some(count) => *count += 1,
                None => drop(self.entries.insert(name.clone(), 1)),
            }
        }
    }

    /// Prints the summary and the last lines.
    pub(super) fn end(&mut self, sink: &Sink) {
        if self.left_out > 0 {
            let mut entries: Vec<(Text, u64)> = self.entries.drain().collect();
            entries.sort_by(|(a, many), (b, more)| more.cmp(many).then_with(|| a.cmp(b)));
            let others = entries.len().saturating_sub(MOST_STATES);
            let shown = entries.iter().take(MOST_STATES);
            let mut shown: Vec<String> =
                shown.map(|(name, count)| format!("{} {count} times", plain(name))).collect();
            shown.extend((others > 0).then(|| format!("{others} other states")));
            sink.line(format_args!("{:>10}  … {} lines left out: {}", "", self.left_out, shown.join(", ")));
        }
        for line in self.last.drain(..) {
            line.print(self.began.unwrap_or(line.at), sink);
        }
    }
}

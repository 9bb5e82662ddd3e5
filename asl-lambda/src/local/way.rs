//! The way of an execution through its states, for people.

use std::fmt;
use std::time::Duration;

use asl_engine::{Event, EventKind};
use asl_value::Value;

/// The states, iterations and failed attempts of an execution, each inside what it belongs to.
pub(super) struct Way<'a> {
    events: &'a [Event],
    /// Of the events so far.
    marks: Vec<Mark>,
    steps: Vec<Step>,
    has_data: bool,
}

struct Step {
    at: Duration,
    took: Option<Duration>,
    text: String,
    /// What it took and gave, in this order, where that is shown.
    data: Vec<String>,
    /// The Parallel, the Map or the iteration that it is in.
    parent: Option<usize>,
    children: Vec<usize>,
}

/// Where the execution stands after an event.
#[derive(Clone, Copy, Default)]
struct Mark {
    /// The step that the next state is in.
    inside: Option<usize>,
    /// The step of the state that has been entered and not left.
    state: Option<usize>,
    /// Of a state's exit: the event of its entry.
    entry: Option<usize>,
}

impl Way<'_> {
    pub(super) fn of(events: &[Event], has_data: bool) -> Way<'_> {
        let mut way = Way { events, marks: Vec::with_capacity(events.len()), steps: Vec::new(), has_data };
        for event in events {
            let mark = way.mark(event);
            way.marks.push(mark);
        }
        way
    }

    fn mark(&mut self, event: &Event) -> Mark {
        let previous = before(event.previous_id);
        let mark = Mark { entry: None, ..self.mark_of(previous) };
        match &event.kind {
            EventKind::StateEntered { state, name, input } => {
                let step = self.push(event, mark.inside, format!("{name} ({})", state.name()));
                self.note(Some(step), "took", input);
                Mark { state: Some(step), ..mark }
            }
            EventKind::StateExited { name, output, assigned_variables, .. } => {
                let entry = self.walk(
                    previous,
                    |kind| matches!(kind, EventKind::StateEntered { name: entered, .. } if entered == name),
                );
                let entered = self.mark_of(entry);
                self.close(entered.state, event);
                self.note(entered.state, "gave", output);
                if let Some(variables) = assigned_variables {
                    self.note(entered.state, "assigned", &Value::Object(variables.clone()));
                }
                Mark { inside: entered.inside, state: None, entry }
            }
            EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. } => {
                Mark { inside: mark.state, ..mark }
            }
            EventKind::MapIterationStarted { index, .. } => {
                let step = self.push(event, mark.inside, format!("[{index}]"));
                Mark { inside: Some(step), ..mark }
            }
            EventKind::MapIterationSucceeded { .. }
            | EventKind::MapIterationFailed { .. }
            | EventKind::MapIterationAborted { .. } => {
                self.close(mark.inside, event);
                Mark { inside: self.parent(mark.inside), ..mark }
            }
            EventKind::ParallelStateSucceeded
            | EventKind::ParallelStateFailed
            | EventKind::MapStateSucceeded
            | EventKind::MapStateFailed => {
                let started = self.walk(previous, |kind| {
                    matches!(kind, EventKind::ParallelStateStarted | EventKind::MapStateStarted { .. })
                });
                let state = self.mark_of(started).state;
                Mark { inside: self.parent(state), state, ..mark }
            }
            EventKind::TaskFailed { failure, .. } | EventKind::TaskTimedOut { failure, .. } => {
                self.push(event, mark.state, format!("! {failure}"));
                mark
            }
            _ => mark,
        }
    }

    /// The event that led to another one and is of a kind; states that were left on the way are skipped as a whole.
    fn walk(&self, from: Option<usize>, is_it: impl Fn(&EventKind) -> bool) -> Option<usize> {
        let mut at = from;
        loop {
            let index = at?;
            let event = self.events.get(index)?;
            if is_it(&event.kind) {
                return Some(index);
            }
            let entry = self.mark_of(at).entry.and_then(|entry| self.events.get(entry));
            at = before(entry.unwrap_or(event).previous_id);
        }
    }

    fn mark_of(&self, event: Option<usize>) -> Mark {
        event.and_then(|index| self.marks.get(index)).copied().unwrap_or_default()
    }

    fn parent(&self, step: Option<usize>) -> Option<usize> {
        self.steps.get(step?)?.parent
    }

    fn push(&mut self, event: &Event, parent: Option<usize>, text: String) -> usize {
        let step = self.steps.len();
        if let Some(parent) = parent.and_then(|parent| self.steps.get_mut(parent)) {
            parent.children.push(step);
        }
        self.steps.push(Step {
            at: self.since_start(event),
            took: None,
            text,
            data: Vec::new(),
            parent,
            children: Vec::new(),
        });
        step
    }

    fn note(&mut self, step: Option<usize>, verb: &str, value: &Value) {
        if let Some(step) = step.filter(|_| self.has_data).and_then(|step| self.steps.get_mut(step)) {
            step.data.push(format!("{verb} {value}"));
        }
    }

    fn close(&mut self, step: Option<usize>, event: &Event) {
        let now = self.since_start(event);
        if let Some(step) = step.and_then(|step| self.steps.get_mut(step)) {
            step.took = Some(now.saturating_sub(step.at));
        }
    }

    fn since_start(&self, event: &Event) -> Duration {
        self.events.first().map_or(Duration::ZERO, |first| event.timestamp.since(first.timestamp))
    }
}

/// The place of an event by its number; events are numbered from 1.
fn before(id: u64) -> Option<usize> {
    usize::try_from(id).ok()?.checked_sub(1)
}

impl fmt::Display for Way<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    start      took  state")?;
        let roots = self.steps.iter().enumerate().filter(|(_, step)| step.parent.is_none());
        let mut open: Vec<(usize, usize)> = roots.map(|(index, _)| (index, 0)).rev().collect();
        while let Some((index, depth)) = open.pop() {
            let Some(step) = self.steps.get(index) else { continue };
            write!(f, "{:>6} ms ", step.at.as_millis())?;
            match step.took {
                Some(took) => write!(f, "{:>6} ms", took.as_millis())?,
                None => write!(f, "{:>9}", "")?,
            }
            writeln!(f, "  {:indent$}{}", "", step.text, indent = depth * 2)?;
            for data in &step.data {
                writeln!(f, "{:indent$}{data}", "", indent = 25 + depth * 2)?;
            }
            open.extend(step.children.iter().rev().map(|child| (*child, depth + 1)));
        }
        Ok(())
    }
}

//! [`Steps`]: the states that an execution went through, for people.

use std::collections::HashMap;
use std::fmt;
use std::time::Duration;

use asl_engine::{Event, EventKind, Outline, OutlineStep};
use asl_value::{Timestamp, Value};

/// The states, iterations and failed attempts of an execution, nested as they ran.
pub(super) struct Steps {
    /// When the execution started.
    began: Option<Timestamp>,
    steps: Vec<Step>,
    /// The steps of states and iterations, by the ids of the events that started them.
    rows: HashMap<u64, usize>,
    has_data: bool,
}

struct Step {
    at: Duration,
    took: Option<Duration>,
    text: String,
    /// Its input and output, in this order, if they are shown.
    data: Vec<String>,
    is_root: bool,
    children: Vec<usize>,
}

impl Steps {
    pub(super) fn of(events: &[Event], has_data: bool) -> Steps {
        let began = events.first().map(|event| event.timestamp);
        let mut all = Steps { began, steps: Vec::new(), rows: HashMap::new(), has_data };
        let mut outline = Outline::default();
        for event in events {
            all.add(event, outline.follow(event));
        }
        all
    }

    fn add(&mut self, event: &Event, OutlineStep { row, inside, .. }: OutlineStep) {
        match &event.kind {
            EventKind::StateEntered { state, name, input } => {
                let step = self.push(event, inside, format!("{name} ({})", state.name()));
                self.rows.insert(event.id, step);
                self.note(row, "took", input);
            }
            EventKind::StateExited { output, assigned_variables, .. } => {
                self.close(row, event);
                self.note(row, "gave", output);
                if let Some(variables) = assigned_variables {
                    self.note(row, "assigned", &Value::Object(variables.clone()));
                }
            }
            EventKind::MapIterationStarted { index, .. } => {
                let step = self.push(event, inside, format!("[{index}]"));
                self.rows.insert(event.id, step);
            }
            EventKind::MapIterationSucceeded { .. }
            | EventKind::MapIterationFailed { .. }
            | EventKind::MapIterationAborted { .. } => self.close(row, event),
            EventKind::TaskFailed { failure, .. } | EventKind::TaskTimedOut { failure, .. } => {
                self.push(event, row, format!("! {failure}"));
            }
            _ => {}
        }
    }

    /// Adds a step inside another one.
    fn push(&mut self, event: &Event, inside: Option<u64>, text: String) -> usize {
        let (at, index) = (self.since_start(event), self.steps.len());
        let parent = self.step(inside).map(|parent| parent.children.push(index));
        self.steps.push(Step {
            at,
            took: None,
            text,
            data: Vec::new(),
            is_root: parent.is_none(),
            children: Vec::new(),
        });
        index
    }

    /// The step that an event started.
    fn step(&mut self, row: Option<u64>) -> Option<&mut Step> {
        self.steps.get_mut(*self.rows.get(&row?)?)
    }

    fn note(&mut self, row: Option<u64>, verb: &str, value: &Value) {
        let has_data = self.has_data;
        if let Some(step) = self.step(row).filter(|_| has_data) {
            step.data.push(format!("{verb} {value}"));
        }
    }

    fn close(&mut self, row: Option<u64>, event: &Event) {
        let now = self.since_start(event);
        if let Some(step) = self.step(row) {
            step.took = Some(now.saturating_sub(step.at));
        }
    }

    fn since_start(&self, event: &Event) -> Duration {
        self.began.map_or(Duration::ZERO, |began| event.timestamp.since(began))
    }
}

impl fmt::Display for Steps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "    start      took  state")?;
        let roots = self.steps.iter().enumerate().filter(|(_, step)| step.is_root);
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

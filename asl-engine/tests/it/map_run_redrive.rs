//! Map Runs that are redriven: what their children did is seen from outside, run by run.

mod cases;
mod random;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use asl_engine::{ChildExecution, Event, EventKind, MapRun, Observer};
use asl_value::Value;

/// Sees all runs of an execution, its Map Runs and their children.
#[derive(Default, Clone)]
struct Seen(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// The last form of each Map Run, by ARN.
    map_runs: BTreeMap<String, Arc<MapRun>>,
    /// By ARN.
    children: BTreeMap<String, Child>,
    /// The types of the parent's events.
    events: Vec<&'static str>,
}

#[derive(Default, Clone)]
struct Child {
    map_run: String,
    input: Value,
    items: u64,
    /// How often it has begun.
    runs: usize,
    /// The redrive count of the last run, and how often it must have been redriven.
    redrives: u32,
    events: u64,
    outcome: Option<String>,
    /// The tasks that have succeeded in it, by state.
    done: Vec<String>,
    state: String,
}

impl Seen {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl Observer for Seen {
    fn on_event(&self, event: Event) {
        self.lock().events.push(event.kind.name());
    }

    fn on_map_run(&self, map_run: &Arc<MapRun>) {
        let arn = map_run.arn().to_string();
        let mut state = self.lock();
        if let Some(earlier) = state.map_runs.insert(arn, Arc::clone(map_run)) {
            assert_eq!(map_run.redrive_count(), earlier.redrive_count() + 1);
            assert!(earlier.ended().is_some() && map_run.ended().is_none());
            assert_eq!((map_run.started(), map_run.items().running), (earlier.started(), 0));
        }
    }

    fn on_child(&self, child: &ChildExecution<'_>) -> Option<Arc<dyn Observer>> {
        let arn = child.identity.execution_arn.to_string();
        let mut state = self.lock();
        let known = state.children.entry(arn.clone()).or_default();
        let is_express = arn.contains(":express:");
        assert_ne!(known.outcome.as_deref(), Some("ExecutionSucceeded"), "{arn}");
        assert_eq!(child.redriven.is_some(), known.runs > 0, "{arn}");
        if known.runs > 0 {
            assert_eq!((&known.input, known.items), (child.input, child.item_count.unwrap_or(1)));
            assert_eq!(child.events, if is_express { 0 } else { known.events });
        }
        known.map_run = child.map_run.arn().to_string();
        known.input = child.input.clone();
        known.items = child.item_count.unwrap_or(1);
        known.redrives = child.identity.redrive_count.unwrap();
        assert_eq!(known.redrives as usize, if is_express { 0 } else { known.runs });
        known.runs += 1;
        known.outcome = None;
        if is_express {
            known.done.clear();
            known.events = 0;
        }
        Some(Arc::new(SeenChild { seen: self.clone(), arn }))
    }
}

struct SeenChild {
    seen: Seen,
    arn: String,
}

impl Observer for SeenChild {
    fn on_event(&self, event: Event) {
        let mut state = self.seen.lock();
        let child = state.children.get_mut(&self.arn).unwrap();
        assert_eq!(event.id, child.events + 1, "{}", self.arn);
        child.events = event.id;
        assert_eq!(child.outcome, None, "{}", self.arn);
        match event.kind {
            EventKind::StateEntered { name, .. } => child.state = name.to_string(),
            EventKind::TaskSucceeded { .. } => {
                let state = child.state.clone();
                assert!(!child.done.contains(&state), "{} did {state} twice", self.arn);
                child.done.push(state);
            }
            kind if kind.outcome().is_some() => child.outcome = Some(kind.name().to_owned()),
            _ => {}
        }
    }
}

impl Seen {
    /// The counts of each Map Run must be those of its children.
    fn check_counts(&self, context: &str) {
        let state = self.lock();
        for (arn, map_run) in &state.map_runs {
            assert!(map_run.ended().is_some(), "{context}");
            let of_it = || state.children.values().filter(|child| child.map_run == *arn);
            let count = |outcome: &str, items: bool| -> u64 {
                let ended = of_it().filter(|child| child.outcome.as_deref() == Some(outcome));
                ended.map(|child| if items { child.items } else { 1 }).sum()
            };
            for (counts, items) in [(map_run.items(), true), (map_run.executions(), false)] {
                let context = format!("{counts:?}\n{context}");
                assert_eq!((counts.running, counts.pending_redrive), (0, 0), "{context}");
                assert_eq!(counts.succeeded, count("ExecutionSucceeded", items), "{context}");
                assert_eq!(counts.failed, count("ExecutionFailed", items), "{context}");
                assert_eq!(counts.timed_out, count("ExecutionTimedOut", items), "{context}");
                assert_eq!(counts.aborted, count("ExecutionAborted", items), "{context}");
            }
        }
    }
}

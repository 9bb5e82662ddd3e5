//! [`Comparison`]: compares the events of a replay with those of its record.

use std::collections::{HashMap, HashSet};
use std::mem::discriminant;

use asl_value::{Object, Pointer, Text, Value};

use super::leaves::leaves;
use crate::event::{Event, EventKind};
use crate::record::steps::Steps;
use crate::record::strands::{Place, Strand, Strands, Work};
use crate::{Difference, DifferenceKind, Failure, Outcome, RecordError, TaskKind};

/// Follows the events of a replay.
pub(super) struct Comparison<'r> {
    steps: &'r Steps<'r>,
    pub(super) strands: Strands,
    /// The last recorded step that each strand has come to.
    reached: HashMap<Strand, u64>,
    /// The state that each strand was in at last.
    states: HashMap<Strand, Text>,
    /// The strand of the last event.
    last: Strand,
    /// Strands that went another way.
    left: HashSet<Strand>,
    /// What differs, in the order of the replay.
    pub(super) found: Vec<Found>,
    /// The events of the replay, by step.
    pub(super) events: HashMap<Place, Event>,
}

/// A difference, and the step in which it is.
#[derive(Clone)]
pub(super) struct Found {
    /// `None` for the end of the execution.
    pub(super) place: Option<Place>,
    pub(super) difference: Difference,
}

/// How many differences are kept.
const MOST: usize = 10_000;

impl<'r> Comparison<'r> {
    pub(super) fn new(steps: &'r Steps<'r>) -> Comparison<'r> {
        Comparison {
            steps,
            strands: steps.strands(),
            reached: HashMap::new(),
            states: HashMap::new(),
            last: Strand::ROOT,
            left: HashSet::new(),
            found: Vec::new(),
            events: HashMap::new(),
        }
    }

    pub(super) fn follow(&mut self, event: Event) -> Result<(), RecordError> {
        let (strand, place) = self.strands.follow(&event)?;
        if event.kind.outcome().is_none() {
            self.last = strand;
        }
        let Some(place) = place.filter(|place| place.work.is_compared()) else { return Ok(()) };
        let around = std::iter::successors(Some(strand), |strand| self.strands.parent(*strand));
        if self.found.len() < MOST && !around.into_iter().any(|strand| self.left.contains(&strand)) {
            self.compare(&place, &event);
        }
        self.states.insert(strand, place.state.clone());
        self.events.insert(place, event);
        Ok(())
    }

    fn compare(&mut self, place: &Place, event: &Event) {
        let recorded = self.steps.at(place);
        let Some(recorded) = recorded.filter(|known| discriminant(&known.kind) == discriminant(&event.kind))
        else {
            let reached = self.reached.get(&place.strand).copied();
            let expected = self.steps.after(place.strand, reached).map(|event| event.id);
            self.left.insert(place.strand);
            let has_ended =
                matches!(self.steps.record().outcome(), Some(Outcome::Succeeded(_) | Outcome::Failed(_)));
            if expected.is_none() && !has_ended {
                // The record was made while the execution ran, or the execution was stopped between two events.
                return;
            }
            let before = self.states.get(&place.strand).cloned();
            let before = before.or_else(|| {
                let parent = self.strands.parent(place.strand)?;
                Some(self.strands.state(parent)?.1)
            });
            self.add(place, before, expected, Some(&event.kind));
            return;
        };
        self.reached.insert(place.strand, recorded.id);
        for (kind, one, other) in parts(&recorded.kind, &event.kind) {
            for leaf in leaves(&one, &other) {
                let difference = Difference {
                    state: Some(place.state.clone()),
                    event: Some(recorded.id),
                    kind,
                    at: leaf.at,
                    recorded: leaf.recorded,
                    now: leaf.now,
                    is_chance: false,
                };
                self.found.push(Found { place: Some(place.clone()), difference });
            }
        }
    }

    /// Adds a difference of the next step.
    fn add(&mut self, place: &Place, state: Option<Text>, recorded: Option<u64>, now: Option<&EventKind>) {
        let expected = recorded.and_then(|event| self.steps.record().event(event)).map(|event| &event.kind);
        let difference = Difference {
            state,
            event: recorded,
            kind: DifferenceKind::Step,
            at: Pointer::root(),
            recorded: Some(described(expected).into()),
            now: Some(described(now).into()),
            is_chance: false,
        };
        self.found.push(Found { place: Some(place.clone()), difference });
    }

    /// The execution has failed. Adds a difference if the record continues in the strand of the last event.
    pub(super) fn failed(&mut self, failure: &Failure) {
        let strand = self.last;
        let around = std::iter::successors(Some(strand), |strand| self.strands.parent(*strand));
        if around.into_iter().any(|strand| self.left.contains(&strand)) {
            return;
        }
        let next = self.steps.after(strand, self.reached.get(&strand).copied());
        if let (Some(next), Some((_, state))) = (next, self.strands.state(strand)) {
            self.stuck_at(strand, &state, next.id, &format!("fails with `{}`", failure.matched_name()));
        }
    }

    /// The execution waits in a state for something of which the record does not have the end.
    pub(super) fn stuck(&mut self, strand: Strand, state: &Text, waits: &str) {
        let expected = self.steps.after(strand, self.reached.get(&strand).copied());
        self.stuck_at(strand, state, expected.map_or(0, |event| event.id), waits);
    }

    fn stuck_at(&mut self, strand: Strand, state: &Text, expected: u64, now: &str) {
        let Some(place) = self.strands.current_place(strand, Work::Ended) else { return };
        let event = self.steps.record().event(expected);
        let difference = Difference {
            state: Some(state.clone()),
            event: event.map(|event| event.id),
            kind: DifferenceKind::Step,
            at: Pointer::root(),
            recorded: Some(described(event.map(|event| &event.kind)).into()),
            now: Some(now.into()),
            is_chance: false,
        };
        self.found.push(Found { place: Some(place), difference });
    }
}

/// The parts of two events that must be the same, each as a document.
pub(super) fn parts(recorded: &EventKind, now: &EventKind) -> Vec<(DifferenceKind, Value, Value)> {
    let paired = values(recorded).into_iter().zip(values(now));
    paired.map(|((kind, recorded), (_, now))| (kind, recorded, now)).collect()
}

/// The parts of an event that are compared.
pub(super) fn values(kind: &EventKind) -> Vec<(DifferenceKind, Value)> {
    match kind {
        EventKind::StateEntered { input, .. } => vec![(DifferenceKind::Input, input.clone())],
        EventKind::StateExited { output, assigned_variables, .. } => {
            let variables = assigned_variables.clone().unwrap_or_else(Object::new);
            vec![(DifferenceKind::Variables, variables.into()), (DifferenceKind::Output, output.clone())]
        }
        EventKind::TaskScheduled(scheduled) => vec![
            (DifferenceKind::Resource, resource(&scheduled.task).into()),
            (DifferenceKind::Arguments, scheduled.parameters.clone()),
        ],
        EventKind::MapStateStarted { length } => vec![(DifferenceKind::Items, (*length).into())],
        _ => Vec::new(),
    }
}

fn resource(task: &TaskKind) -> String {
    match task {
        TaskKind::Service { resource_type, resource } => format!("{resource_type}:{resource}"),
        TaskKind::Lambda { resource } | TaskKind::Activity { resource } => resource.to_string(),
    }
}

/// What an event says that a strand does; `None` for its end.
fn described(kind: Option<&EventKind>) -> String {
    let Some(kind) = kind else { return "nothing more".to_owned() };
    match kind {
        EventKind::StateEntered { name, .. } => format!("enters `{name}`"),
        EventKind::StateExited { name, .. } => format!("leaves `{name}`"),
        EventKind::TaskScheduled(scheduled) => format!("calls `{}`", resource(&scheduled.task)),
        EventKind::TaskSucceeded { .. } => "the task returns".to_owned(),
        EventKind::TaskFailed { failure, .. } => format!("the task fails with `{}`", failure.matched_name()),
        EventKind::TaskTimedOut { .. } => "the task times out".to_owned(),
        EventKind::EvaluationFailed(failed) => format!("fails: {}", failed.failure),
        EventKind::MapStateStarted { .. } => "begins its iterations".to_owned(),
        EventKind::ParallelStateStarted => "begins its branches".to_owned(),
        EventKind::MapRunSucceeded => "the Map Run succeeds".to_owned(),
        EventKind::MapRunFailed(failure) => format!("the Map Run fails with `{}`", failure.matched_name()),
        EventKind::MapStateFailed | EventKind::ParallelStateFailed => "fails".to_owned(),
        kind => kind.name().to_owned(),
    }
}

//! [`Strands`]: which strand each event of a history belongs to, and which step of which state it is.
//!
//! An event only names the event that led to it. Two histories of one machine have different numbers, since branches and
//! iterations take turns in any order. So steps are named by their [`Place`]: the strand, the state, how often the strand
//! had entered it before, and the attempt. A strand is named by the state that began it and by its branch or item.

use std::collections::HashMap;

use asl_value::{MAX_DEPTH, Text};

use super::RecordError;
use crate::event::{Event, EventKind, StateType};

/// A strand. The same strand of two histories has the same number, if both were followed with the same [`Strands`]
/// names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Strand(usize);

impl Strand {
    /// The machine itself.
    pub(crate) const ROOT: Strand = Strand(0);

    pub(crate) fn index(self) -> usize {
        self.0
    }
}

/// A step of a state: the same in every history of a machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    pub(crate) strand: Strand,
    pub(crate) state: Text,
    /// How often the strand had entered the state before.
    pub(crate) visit: u64,
    /// The attempt at the work of the state, counted from 0.
    pub(crate) attempt: u64,
    pub(crate) work: Work,
}

/// The steps of a state that are compared and replayed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Work {
    Entered,
    /// `TaskScheduled`, or the event with which a Parallel or Map begins.
    Began,
    Started,
    Submitted,
    /// `TaskSucceeded`, `TaskFailed`, `TaskTimedOut`, the end of a Map Run.
    Ended,
    /// `EvaluationFailed`
    Evaluated,
    /// The failure of a Parallel or Map that is not retried.
    Failed,
    Exited,
}

impl Work {
    /// Whether two executions of a machine that do the same both have the step: the events of the start of a task depend
    /// on who recorded it.
    pub(crate) fn is_compared(self) -> bool {
        !matches!(self, Work::Started | Work::Submitted)
    }
}

/// How a strand began.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Beginning {
    parent: Strand,
    state: Text,
    visit: u64,
    attempt: u64,
    which: Which,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Which {
    /// A branch is known by its first state: names are unique in a machine.
    Branch(Text),
    Iteration(usize),
}

/// Follows the events of one history.
#[derive(Debug, Default, Clone)]
pub(crate) struct Strands {
    names: HashMap<Beginning, Strand>,
    strands: Vec<Progress>,
    /// The strand of each event, by number.
    of: Vec<Strand>,
    /// The strands of each attempt, by the event with which they began and their number.
    inside: HashMap<(u64, usize), Strand>,
}

#[derive(Debug, Default, Clone)]
struct Progress {
    parent: Option<Strand>,
    depth: u32,
    has_begun: bool,
    state: Option<Current>,
    visits: HashMap<Text, u64>,
}

#[derive(Debug, Clone)]
struct Current {
    kind: StateType,
    name: Text,
    visit: u64,
    /// Attempts that have begun.
    attempts: u64,
    /// It has failed for good.
    has_failed: bool,
    /// The event with which its strands began, 0 before.
    began: u64,
    /// Branches that have begun in this attempt.
    branches: usize,
}

impl Strands {
    /// Follows another execution of the machine. Strands that both have get the same numbers.
    pub(crate) fn of_another_run(&self) -> Strands {
        let strands = self.strands.iter().map(|known| Progress {
            parent: known.parent,
            depth: known.depth,
            ..Progress::default()
        });
        Strands { names: self.names.clone(), strands: strands.collect(), ..Strands::default() }
    }

    /// The strand with these numbers, from the outside inwards, of those that run.
    pub(crate) fn find(&self, numbers: impl IntoIterator<Item = usize>) -> Option<Strand> {
        numbers.into_iter().try_fold(Strand::ROOT, |strand, number| {
            self.inside.get(&(self.current(strand)?.began, number)).copied()
        })
    }

    /// The step of the work `work` in the current attempt of a strand.
    pub(crate) fn current_place(&self, strand: Strand, work: Work) -> Option<Place> {
        self.place(strand, work)
    }

    /// How many attempts the current state of a strand has begun.
    pub(crate) fn attempts(&self, strand: Strand) -> u64 {
        self.current(strand).map_or(0, |state| state.attempts)
    }

    /// The strand of an event that was followed.
    pub(crate) fn of(&self, event: u64) -> Strand {
        let index = usize::try_from(event).ok().and_then(|event| event.checked_sub(1));
        index.and_then(|index| self.of.get(index)).copied().unwrap_or(Strand::ROOT)
    }

    /// The strand of the state that began a strand. `None` for the machine itself.
    pub(crate) fn parent(&self, strand: Strand) -> Option<Strand> {
        self.strands.get(strand.0)?.parent
    }

    /// The state that a strand is in.
    pub(crate) fn state(&self, strand: Strand) -> Option<(StateType, Text)> {
        self.current(strand).map(|state| (state.kind, state.name.clone()))
    }

    /// The event with which the strands of the current state began, 0 before.
    pub(crate) fn began(&self, strand: Strand) -> u64 {
        self.current(strand).map_or(0, |state| state.began)
    }

    /// The place of the next event, which is `None` if it is not a step of a state.
    pub(crate) fn follow(&mut self, event: &Event) -> Result<(Strand, Option<Place>), RecordError> {
        if self.strands.is_empty() {
            self.strands.push(Progress::default());
        }
        let before = self.of(event.previous_id);
        let (strand, place) = self.step(event, before)?;
        self.of.push(strand);
        Ok((strand, place))
    }

    fn step(&mut self, event: &Event, before: Strand) -> Result<(Strand, Option<Place>), RecordError> {
        let placed = match &event.kind {
            EventKind::StateEntered { state, name, .. } => {
                let strand = match self.current(before).filter(|parent| parent.begins_branches(event)) {
                    Some(_) => self.begin(event, before, Which::Branch(name.clone()))?,
                    None => before,
                };
                (strand, self.enter(strand, *state, name))
            }
            EventKind::StateExited { name, .. } => {
                let strand = self.outward(event, before, |state| state.name == *name)?;
                (strand, self.place(strand, Work::Exited))
            }
            EventKind::MapIterationStarted { name, index } => {
                let map = self.outward(event, before, |state| state.name == *name)?;
                (self.begin(event, map, Which::Iteration(*index))?, None)
            }
            EventKind::ParallelStateStarted => {
                let strand = self.outward(event, before, |state| state.takes(StateType::Parallel))?;
                (strand, self.begin_attempt(strand, event))
            }
            EventKind::MapStateStarted { .. } => {
                let strand = self.outward(event, before, |state| state.takes(StateType::Map))?;
                (strand, self.begin_attempt(strand, event))
            }
            EventKind::ParallelStateFailed => self.fail(event, before, StateType::Parallel)?,
            EventKind::MapStateFailed => self.fail(event, before, StateType::Map)?,
            EventKind::TaskScheduled(_) => (before, self.begin_attempt(before, event)),
            EventKind::TaskStarted { .. } => (before, self.place(before, Work::Started)),
            EventKind::TaskSubmitted { .. } => (before, self.place(before, Work::Submitted)),
            EventKind::TaskSucceeded { .. }
            | EventKind::TaskFailed { .. }
            | EventKind::TaskTimedOut { .. }
            | EventKind::MapRunSucceeded
            | EventKind::MapRunFailed(_) => (before, self.place(before, Work::Ended)),
            EventKind::EvaluationFailed(failed) => {
                let strand = self.evaluated(before, &failed.state);
                (strand, self.place(strand, Work::Evaluated))
            }
            kind if kind.outcome().is_some() => (Strand::ROOT, None),
            _ => (before, None),
        };
        Ok(placed)
    }

    fn current(&self, strand: Strand) -> Option<&Current> {
        self.strands.get(strand.0)?.state.as_ref()
    }

    fn current_mut(&mut self, strand: Strand) -> Option<&mut Current> {
        self.strands.get_mut(strand.0)?.state.as_mut()
    }

    /// The current place of a strand. The attempt is the last that has begun.
    fn place(&self, strand: Strand, work: Work) -> Option<Place> {
        let Current { name, visit, attempts, .. } = self.current(strand)?;
        let attempt = match work {
            Work::Entered | Work::Exited => 0,
            _ => attempts.saturating_sub(1),
        };
        Some(Place { strand, state: name.clone(), visit: *visit, attempt, work })
    }

    fn enter(&mut self, strand: Strand, kind: StateType, name: &Text) -> Option<Place> {
        let progress = self.strands.get_mut(strand.0)?;
        let visits = progress.visits.entry(name.clone()).or_default();
        let visit = *visits;
        *visits += 1;
        let current = Current {
            kind,
            name: name.clone(),
            visit,
            attempts: 0,
            has_failed: false,
            began: 0,
            branches: 0,
        };
        progress.state = Some(current);
        self.place(strand, Work::Entered)
    }

    fn begin_attempt(&mut self, strand: Strand, event: &Event) -> Option<Place> {
        let state = self.current_mut(strand)?;
        state.attempts += 1;
        state.began = event.id;
        state.branches = 0;
        self.place(strand, Work::Began)
    }

    fn fail(
        &mut self,
        event: &Event,
        before: Strand,
        kind: StateType,
    ) -> Result<(Strand, Option<Place>), RecordError> {
        let strand = self.outward(event, before, |state| state.takes(kind))?;
        if let Some(state) = self.current_mut(strand) {
            state.has_failed = true;
        }
        Ok((strand, self.place(strand, Work::Failed)))
    }

    /// A strand of the current state of `parent` begins.
    fn begin(&mut self, event: &Event, parent: Strand, which: Which) -> Result<Strand, RecordError> {
        let began = self.current(parent).filter(|current| current.attempts > 0);
        let Some(place) = began.and_then(|_| self.place(parent, Work::Began)) else {
            return Err(misplaced(event));
        };
        let Place { strand: parent, state, visit, attempt, .. } = place;
        let depth = self.strands.get(parent.0).map_or(0, |known| known.depth) + 1;
        if depth > MAX_DEPTH {
            return Err(RecordError::malformed(format!("event {} is nested too deep", event.id)));
        }
        let number = match (&which, self.current_mut(parent)) {
            (Which::Branch(_), Some(state)) => {
                state.branches += 1;
                state.branches - 1
            }
            (Which::Branch(_), None) => 0,
            (Which::Iteration(index), _) => *index,
        };
        let began = self.began(parent);
        let beginning = Beginning { parent, state, visit, attempt, which };
        let next = Strand(self.strands.len());
        let strand = *self.names.entry(beginning).or_insert(next);
        let progress = Progress { parent: Some(parent), depth, has_begun: true, ..Progress::default() };
        match self.strands.get_mut(strand.0) {
            Some(known) if !known.has_begun => *known = progress,
            Some(_) => return Err(misplaced(event)),
            None => self.strands.push(progress),
        }
        self.inside.insert((began, number), strand);
        Ok(strand)
    }

    /// The strand of a state whose evaluation failed. Recorded: the event follows the one before the state was entered,
    /// which for the first state of a branch is the event of its Parallel.
    fn evaluated(&self, before: Strand, state: &Text) -> Strand {
        let Some(current) = self.current(before).filter(|current| current.name != *state) else {
            return before;
        };
        let beginning = Beginning {
            parent: before,
            state: current.name.clone(),
            visit: current.visit,
            attempt: current.attempts.saturating_sub(1),
            which: Which::Branch(state.clone()),
        };
        self.names.get(&beginning).copied().unwrap_or(before)
    }

    /// The innermost strand from `from` outwards whose state fits.
    fn outward(
        &self,
        event: &Event,
        from: Strand,
        fits: impl Fn(&Current) -> bool,
    ) -> Result<Strand, RecordError> {
        let mut at = Some(from);
        while let Some(strand) = at {
            if self.current(strand).is_some_and(&fits) {
                return Ok(strand);
            }
            at = self.strands.get(strand.0).and_then(|known| known.parent);
        }
        Err(misplaced(event))
    }
}

impl Current {
    /// Whether a state that is entered after this event is the first of a branch.
    fn begins_branches(&self, entered: &Event) -> bool {
        self.kind == StateType::Parallel && self.began == entered.previous_id && self.attempts > 0
    }

    /// Whether an event of the state of this type may be one of it.
    fn takes(&self, kind: StateType) -> bool {
        self.kind == kind && !self.has_failed
    }
}

fn misplaced(event: &Event) -> RecordError {
    let Event { id, previous_id, kind, .. } = event;
    RecordError::malformed(format!(
        "event {id} (`{}`) does not fit the event {previous_id} that it follows",
        kind.name()
    ))
}

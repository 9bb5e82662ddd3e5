//! [`World`]: what is known of an execution while it is debugged.

use std::collections::{BTreeMap, HashMap};

use asl_engine::{Halt, HaltStage, Handled};
use asl_value::{Text, Timestamp};

use crate::spot::Spot;
use crate::visit::{Visit, spot};

/// The number of a strand: the same whenever the execution is run again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StrandId(pub u64);

/// A strand: the machine itself, a branch, an iteration, or a machine that was started.
#[derive(Debug, Clone)]
pub struct Strand {
    /// Its number.
    pub id: StrandId,
    /// `orders`, `Fan[1]`, `Fan[1]/Each[20]`.
    pub name: String,
    /// The strand that has started it.
    pub parent: Option<StrandId>,
    /// The state that it is in, or was in at last.
    pub visit: Visit,
    /// The name of the machine that the state belongs to.
    pub machine: Text,
    /// Its execution, and its path in it.
    key: (usize, Box<str>),
}

/// A strand has come to a place where it may be stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Arrival {
    pub(crate) strand: StrandId,
    pub(crate) spot: Spot,
}

/// What is known of an execution, and of those that it has started.
#[derive(Debug, Default)]
pub(crate) struct World {
    /// How many halts there were.
    pub(crate) halts: u64,
    /// The time of the last.
    pub(crate) now: Option<Timestamp>,
    /// When the first halt was.
    pub(crate) begun: Option<Timestamp>,
    pub(crate) strands: BTreeMap<StrandId, Strand>,
    /// Each halt, by its number.
    pub(crate) trail: Vec<Mark>,
    names: Vec<Text>,
    by_name: HashMap<Text, u32>,
    by_visit: HashMap<(usize, u64), StrandId>,
    by_path: HashMap<(usize, Box<str>), StrandId>,
    /// Strands that end with the last halt.
    ended: Vec<StrandId>,
    executions: Vec<StartedExecution>,
    strands_begun: u64,
}

/// A halt in the past.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(crate) strand: StrandId,
    pub(crate) spot: Spot,
    state: u32,
}

/// An execution that takes part: the first one, or one that it has started.
#[derive(Debug)]
struct StartedExecution {
    machine: Text,
    /// The execution whose distributed Map has started it.
    parent: Option<usize>,
    /// The strand whose task has started it.
    caller: Option<StrandId>,
}

/// How many halts are remembered: about 320 MB.
const MOST_MARKS: usize = 10_000_000;

impl World {
    /// Another execution takes part, a child of `parent`, or started by the task of a strand. Returns its number.
    pub(crate) fn add_execution(
        &mut self,
        machine: Text,
        parent: Option<usize>,
        caller: Option<StrandId>,
    ) -> usize {
        self.executions.push(StartedExecution { machine, parent, caller });
        self.executions.len() - 1
    }

    /// Notes a halt of an execution.
    pub(crate) fn arrive(&mut self, execution: usize, halt: &Halt<'_>) -> Option<Arrival> {
        self.halts += 1;
        self.now = Some(halt.now);
        self.begun.get_or_insert(halt.now);
        std::mem::take(&mut self.ended).into_iter().for_each(|id| self.remove(id));
        let strand = self.note(execution, halt)?;
        let arrival = Arrival { strand, spot: spot(&halt.stage) };
        let state = self.strands.get(&strand).map(|strand| strand.visit.state.clone()).unwrap_or_default();
        if self.trail.len() < MOST_MARKS {
            let state = self.interned(state);
            self.trail.push(Mark { strand, spot: arrival.spot, state });
        }
        Some(arrival)
    }

    /// Notes what a halt shows. Called again when something was changed there.
    pub(crate) fn note(&mut self, execution: usize, halt: &Halt<'_>) -> Option<StrandId> {
        if let HaltStage::Begun(begun) = &halt.stage {
            let known =
                self.by_path.get(&(execution, begun.strand.into())).and_then(|id| self.strands.get(id));
            let same = known.filter(|strand| strand.visit.entered == halt.visit);
            let (began, since) =
                same.map_or((self.halts, halt.now), |strand| (strand.visit.began, strand.visit.since));
            return Some(self.begin(execution, begun.strand, Visit::begun(begun, halt.visit, began, since)));
        }
        let id = *self.by_visit.get(&(execution, halt.visit))?;
        let strand = self.strands.get_mut(&id)?;
        strand.visit.note(&halt.stage);
        let is_last = match &halt.stage {
            HaltStage::Left { is_last, .. } => *is_last,
            HaltStage::Failed { handled, .. } => *handled == Handled::Not,
            _ => false,
        };
        if is_last && strand.parent.is_some() {
            self.ended.push(id);
        }
        if matches!(spot(&halt.stage), Spot::Stage("result") | Spot::Retry | Spot::Catch | Spot::Fail) {
            self.end_inside(id);
        }
        Some(id)
    }

    /// A visit begins, in a strand that may be new.
    fn begin(&mut self, execution: usize, path: &str, visit: Visit) -> StrandId {
        let key = (execution, path.into());
        let id = match self.by_path.get(&key) {
            Some(id) => *id,
            None => self.add_strand(key, &visit),
        };
        if let Some(strand) = self.strands.get_mut(&id) {
            self.by_visit.remove(&(execution, strand.visit.entered));
            self.by_visit.insert((execution, visit.entered), id);
            strand.visit = visit;
        }
        self.end_inside(id);
        id
    }

    fn add_strand(&mut self, key: (usize, Box<str>), visit: &Visit) -> StrandId {
        self.strands_begun += 1;
        let id = StrandId(self.strands_begun);
        let (execution, path) = &key;
        let started = self.executions.get(*execution);
        let machine = started.map(|started| started.machine.clone()).unwrap_or_default();
        let around = self.around(*execution, path);
        let name = match (around.and_then(|id| self.strands.get(&id)), index_of(path)) {
            (Some(around), Some(index)) => {
                let prefix =
                    if around.parent.is_some() { format!("{}/", around.name) } else { String::new() };
                format!("{prefix}{}[{index}]", around.visit.state)
            }
            _ => machine.to_string(),
        };
        let parent = around.or_else(|| started.and_then(|started| started.caller));
        let strand = Strand { id, name, parent, visit: visit.clone(), machine, key: key.clone() };
        self.by_path.insert(key, id);
        self.strands.insert(id, strand);
        id
    }

    /// The strand whose state has started the one at `path`. That of a child execution is in the execution around it.
    fn around(&self, execution: usize, path: &str) -> Option<StrandId> {
        let inner = path.strip_suffix('/')?;
        let outer: Box<str> = inner.rfind('/').and_then(|end| inner.get(..=end)).unwrap_or_default().into();
        let mut at = Some(execution);
        while let Some(execution) = at {
            if let Some(id) = self.by_path.get(&(execution, outer.clone())) {
                return Some(*id);
            }
            // A child has a higher number.
            at = self.executions.get(execution)?.parent.filter(|parent| *parent < execution);
        }
        None
    }

    /// The strands that a state has started end with it.
    fn end_inside(&mut self, id: StrandId) {
        let after = self.strands.range(id..).skip(1).map(|(id, _)| *id);
        let ended: Vec<StrandId> = after.filter(|inner| self.is_within(*inner, id)).collect();
        ended.into_iter().for_each(|id| self.remove(id));
    }

    fn remove(&mut self, id: StrandId) {
        if let Some(strand) = self.strands.remove(&id) {
            self.by_visit.remove(&(strand.key.0, strand.visit.entered));
            self.by_path.remove(&strand.key);
        }
    }

    fn interned(&mut self, name: Text) -> u32 {
        if let Some(index) = self.by_name.get(&name) {
            return *index;
        }
        let index = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        self.names.push(name.clone());
        self.by_name.insert(name, index);
        index
    }

    /// The strand and those around it, from the inside out.
    pub(crate) fn stack(&self, strand: StrandId) -> Vec<&Strand> {
        let mut stack = Vec::new();
        let mut at = Some(strand);
        while let Some(strand) = at.and_then(|id| self.strands.get(&id)) {
            stack.push(strand);
            // A strand begins after the one around it.
            at = strand.parent.filter(|parent| *parent < strand.id);
        }
        stack
    }

    /// Whether a strand is another one, or was started by it.
    pub(crate) fn is_within(&self, strand: StrandId, outer: StrandId) -> bool {
        self.stack(strand).iter().any(|strand| strand.id == outer)
    }

    /// The name of the state of a mark.
    pub(crate) fn state_of(&self, mark: &Mark) -> Option<&Text> {
        self.names.get(usize::try_from(mark.state).ok()?)
    }
}

/// The number of a strand in its state.
fn index_of(path: &str) -> Option<&str> {
    let last = path.strip_suffix('/')?.rsplit('/').next()?;
    last.split_once('.').map(|(_, index)| index)
}

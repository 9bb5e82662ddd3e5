//! [`Pace`]: how far a run goes before it stops.

use std::collections::HashMap;
use std::sync::mpsc::Sender;

use crate::breakpoint::BreakpointId;
use crate::notice::Reason;
use crate::settings::Settings;
use crate::step::Stepping;
use crate::world::{Arrival, World};

/// How far a run goes before it stops.
pub(crate) struct Pace {
    mode: Mode,
    is_pausing: bool,
    /// How often each breakpoint was reached.
    hits: HashMap<BreakpointId, u64>,
}

enum Mode {
    /// In silence to a halt, where it stops: for this reason, or for the breakpoints there.
    To(u64, Option<Reason>),
    /// In silence until before a halt, to find the last breakpoint before it.
    Search { before: u64, found: Option<u64>, reply: Sender<Option<u64>> },
    /// On, perhaps to the end of a step.
    On(Option<Stepping>),
}

/// What happens at a halt.
#[derive(Debug, Default)]
pub(crate) struct Said {
    pub(crate) log: Vec<String>,
    pub(crate) stop: Option<Reason>,
}

impl Pace {
    fn new(mode: Mode) -> Pace {
        Pace { mode, is_pausing: false, hits: HashMap::new() }
    }

    /// Goes to a halt and stops there.
    pub(crate) fn to(halt: u64, reason: Reason) -> Pace {
        Pace::new(Mode::To(halt, Some(reason)))
    }

    /// Goes to a halt where breakpoints apply, and stops there for them.
    pub(crate) fn back_to_breakpoint(halt: u64) -> Pace {
        Pace::new(Mode::To(halt, None))
    }

    /// Continues until something stops it.
    pub(crate) fn on() -> Pace {
        Pace::new(Mode::On(None))
    }

    /// Looks for the last halt before this one at which breakpoints apply.
    pub(crate) fn search(before: u64, reply: Sender<Option<u64>>) -> Pace {
        Pace::new(Mode::Search { before, found: None, reply })
    }

    pub(crate) fn go(&mut self, stepping: Option<Stepping>) {
        self.mode = Mode::On(stepping);
    }

    pub(crate) fn pause(&mut self) {
        self.is_pausing = true;
    }

    /// The execution has ended.
    pub(crate) fn ended(&mut self) {
        if let Mode::Search { found, reply, .. } = &self.mode {
            let _ = reply.send(*found);
        }
    }

    /// What happens at a halt.
    pub(crate) fn at(&mut self, world: &World, arrival: Arrival, settings: &Settings) -> Said {
        let mut said = self.reached(world, arrival, settings);
        let is_pausing = std::mem::take(&mut self.is_pausing);
        match &mut self.mode {
            Mode::To(goal, reason) => {
                said.log.clear();
                let mut why = || reason.clone().or(said.stop.take()).unwrap_or(Reason::Step);
                said.stop = if world.halts >= *goal || is_pausing { Some(why()) } else { None };
            }
            Mode::Search { before, found, reply } => {
                said.log.clear();
                if world.halts < *before {
                    *found = said.stop.take().map(|_| world.halts).or(*found);
                } else {
                    // What comes after it does not count, so it waits until it is dropped.
                    said.stop = Some(Reason::Pause);
                    let _ = reply.send(*found);
                }
            }
            Mode::On(stepping) => {
                let is_over = stepping.as_ref().is_some_and(|stepping| stepping.ends(world, arrival));
                if said.stop.is_none() {
                    said.stop = is_over.then_some(Reason::Step).or(is_pausing.then_some(Reason::Pause));
                }
            }
        }
        said
    }

    /// The breakpoints that apply.
    fn reached(&mut self, world: &World, arrival: Arrival, settings: &Settings) -> Said {
        let mut said = Said::default();
        let Some(strand) = world.strands.get(&arrival.strand) else { return said };
        let mut stopping = Vec::new();
        for breakpoint in &settings.breakpoints {
            if !breakpoint.is_at(&strand.machine, &strand.visit.state, arrival.spot) {
                continue;
            }
            match breakpoint.applies(&strand.visit, self.hits.entry(breakpoint.id).or_default()) {
                Ok(false) => {}
                Ok(true) => match breakpoint.logged(&strand.visit) {
                    Some(text) => said.log.push(text),
                    None => stopping.push(breakpoint.id),
                },
                Err(message) => {
                    let state = &strand.visit.state;
                    said.log.push(format!("the condition of a breakpoint in `{state}` failed: {message}"));
                    stopping.push(breakpoint.id);
                }
            }
        }
        if !stopping.is_empty() {
            said.stop = Some(Reason::Breakpoints(stopping));
        }
        said
    }
}

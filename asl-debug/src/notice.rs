//! [`Notice`]: what a debugged execution reports.

use std::time::Duration;

use asl_engine::Outcome;
use asl_value::Text;

use crate::breakpoint::BreakpointId;
use crate::spot::Spot;
use crate::world::StrandId;

/// What a debugged execution reports.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Notice {
    /// It has stopped.
    Stopped(Stop),
    /// The text of a logpoint, or a problem with a breakpoint.
    Logged {
        /// One line.
        text: String,
        /// The machine and the state that it is about.
        place: [Text; 2],
        /// The place in the state.
        spot: Spot,
        /// How long the execution had been running.
        after: Duration,
    },
    /// It has ended. It can be looked at, and gone back in.
    Ended(Ending),
}

/// Where and why an execution has stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The number of the halt, counted from 1: the same whenever the execution is run again.
    pub halt: u64,
    /// The strand that has stopped. The others wait, too.
    pub strand: StrandId,
    /// Why.
    pub reason: Reason,
}

/// Why an execution has stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// It begins.
    Entry,
    /// A step has ended.
    Step,
    /// It was paused.
    Pause,
    /// These breakpoints apply.
    Breakpoints(Vec<BreakpointId>),
    /// It went back to a state, to restart from it.
    Restart,
}

/// How an execution ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Ending {
    /// Its outcome, or why there is none: a record that ends or does not fit.
    pub outcome: Result<Outcome, String>,
    /// What else should be known: where it differs from its record.
    pub notes: Vec<String>,
}

impl Ending {
    /// The end of an execution with this outcome.
    pub fn of(outcome: Outcome) -> Ending {
        Ending { outcome: Ok(outcome), notes: Vec::new() }
    }

    /// The end of an execution that has no outcome, for this reason.
    pub fn without(problem: impl Into<String>) -> Ending {
        Ending { outcome: Err(problem.into()), notes: Vec::new() }
    }

    /// The end of a run that nobody needs.
    pub(crate) fn dropped() -> Ending {
        Ending::without("the run was dropped")
    }
}

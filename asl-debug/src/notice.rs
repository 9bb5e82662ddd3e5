//! [`Notice`]: what a debugged execution reports.

use asl_engine::Outcome;

use crate::breakpoint::BreakpointId;
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
        /// The strand that it is about.
        strand: StrandId,
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
}

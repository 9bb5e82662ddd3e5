//! [`Replayed`]: what a replay came to.

use asl_value::Text;

use crate::{OpenEffect, Report};

/// What a replay came to, see [`Engine::replay`](crate::Engine::replay).
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Replayed {
    /// The execution has ended.
    Ended(Box<Report>),
    /// The turns are used up, and the execution waits.
    Open {
        /// The top-level state that it is in.
        state: Option<Text>,
        /// The number of events so far.
        events: u64,
        /// What it waits for, in the order in which it began to.
        effects: Vec<OpenEffect>,
    },
}

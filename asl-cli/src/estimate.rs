//! What executions cost on Step Functions, in a Lambda function, and as durable functions.
//!
//! [`longest`] or [`recorded`] count what one execution uses; [`cost`] multiplies it with the [`prices`]. The operations of
//! a durable execution are counted as asl-lambda makes them.

mod bounds;
mod components;
mod cost;
mod durable;
mod longest;
mod prices;
mod recorded;
mod usage;

pub(crate) use bounds::Bounds;
pub(crate) use cost::{Cost, INVOCATION_SECONDS, Terms, costs};
pub(crate) use durable::diagnostics;
pub(crate) use longest::longest;
pub(crate) use prices::Prices;
pub(crate) use recorded::recorded;
pub(crate) use usage::{Counted, Used};

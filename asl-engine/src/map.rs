//! The parts of a Map: reading and batching its items, its child executions, the tolerated failures, writing results.

pub(crate) mod batch;
pub(crate) mod child;
pub(crate) mod child_end;
pub(crate) mod csv;
pub(crate) mod dataset;
pub(crate) mod ended_child;
pub(crate) mod file;
pub(crate) mod inputs;
pub(crate) mod iterations;
pub(crate) mod notes;
pub(crate) mod place;
pub(crate) mod reader;
pub(crate) mod redriven;
pub(crate) mod tolerance;
pub(crate) mod writer;

//! The parts of a Map: its items, how they are put together, how many may fail, where results go.

pub(crate) mod batch;
pub(crate) mod child;
pub(crate) mod csv;
pub(crate) mod dataset;
pub(crate) mod ended_child;
pub(crate) mod file;
pub(crate) mod iterations;
pub(crate) mod reader;
pub(crate) mod tolerance;
pub(crate) mod writer;

//! The parts of a Map: its items, how they are put together, how many may fail, where results go.

pub(crate) mod batch;
pub(crate) mod child;
pub(crate) mod csv;
pub(crate) mod dataset;
pub(crate) mod file;
pub(crate) mod reader;
pub(crate) mod tolerance;
pub(crate) mod writer;

//! The parts of a Map: reading and batching its items, its child executions, the tolerated failures, writing results.

pub(crate) mod batch;
pub(crate) mod block;
pub(crate) mod blocks;
pub(crate) mod bytes;
pub(crate) mod child;
pub(crate) mod child_names;
pub(crate) mod children;
pub(crate) mod csv;
pub(crate) mod dataset;
pub(crate) mod elements;
mod elsewhere;
pub(crate) mod ended_child;
pub(crate) mod export;
pub(crate) mod exported;
pub(crate) mod file;
pub(crate) mod form;
pub(crate) mod index_ranges;
pub(crate) mod inflate;
pub(crate) mod inputs;
pub(crate) mod iterations;
pub(crate) mod json;
pub(crate) mod kept_file;
pub(crate) mod notes;
pub(crate) mod objects;
#[cfg(feature = "parquet")]
pub(crate) mod parquet;
pub(crate) mod parts;
pub(crate) mod place;
pub(crate) mod reader;
pub(crate) mod redriven;
pub(crate) mod result_file;
pub(crate) mod results;
pub(crate) mod scan;
pub(crate) mod tolerance;
pub(crate) mod zstd;

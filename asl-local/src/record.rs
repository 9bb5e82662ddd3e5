//! The records of a data folder: what is written of machines, activities and executions, and how it is read.
//!
//! A record is a JSON object. Members may be added: a reader ignores those that it does not know.

pub(crate) mod activity;
pub(crate) mod execution;
mod fields;
pub(crate) mod machine;

pub(crate) use fields::Damaged;

//! Tests across crates.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod canaries;
mod durable;
mod facts;
mod fuzz;
mod journal;
mod operators;
mod stress;
mod suite;
mod turns;

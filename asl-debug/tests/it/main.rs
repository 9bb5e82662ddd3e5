//! The tests of the crate.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod console;
mod flow;
mod hostile;
mod live;
mod sources;
mod strands;
mod support;

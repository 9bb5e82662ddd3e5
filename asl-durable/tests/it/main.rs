//! Tests of the protocol against the emulator and against responses over HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod api;
mod faults;
mod flow;
mod limits;
mod machine;

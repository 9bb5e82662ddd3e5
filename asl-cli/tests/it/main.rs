//! The command as a process: arguments and standard input in, exit code and text out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod bad;
mod bench;
#[cfg(feature = "aws")]
mod cloudwatch;
mod codes;
mod human;
mod json;
mod new;
mod serve;
mod support;
mod test_state;
mod usage;
mod validate;

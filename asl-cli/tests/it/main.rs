//! The command as a process: arguments and standard input in, exit code and text out.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

#[cfg(feature = "aws")]
mod aws;
mod bad;
mod bench;
#[cfg(feature = "aws")]
mod canaries;
mod codes;
mod dap;
mod debug;
#[cfg(unix)]
mod estimate;
mod files;
mod graph;
mod human;
mod json;
mod large;
mod long;
mod mocks;
mod new;
mod replay;
mod report;
mod serve;
#[cfg(feature = "aws")]
mod step_functions;
mod substitutions;
mod support;
mod templates;
mod test;
mod test_state;
mod together;
mod usage;
mod validate;

//! The server over loopback, driven by a client of its own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[cfg(all(feature = "page", feature = "signatures", feature = "tls"))]
mod access;
mod activities;
mod client;
#[cfg(feature = "data-dir")]
mod data_dir;
mod events;
mod executions;
mod faults;
mod logs;
mod machines;
mod map_run_redrive;
mod map_runs;
mod nested;
#[cfg(feature = "page")]
mod page;
mod protocol;
mod quotas;
mod redrive;
mod services;
mod test_state;

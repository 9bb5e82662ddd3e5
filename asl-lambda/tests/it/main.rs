//! Events sent to the handler, and to a process through a Runtime API that the tests provide.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod batches;
mod continued;
#[cfg(feature = "durable")]
mod durable;
#[cfg(all(feature = "durable", feature = "otel"))]
mod durable_traces;
mod events;
mod fixtures;
mod fleet;
#[cfg(feature = "durable")]
mod hand_over;
mod handle;
mod http_responses;
mod large;
mod local;
mod logs;
mod machine;
mod nested;
mod patterns;
mod process;
mod runtime_api;
mod start_sync;
#[cfg(feature = "otel")]
mod traces;
mod triggers;

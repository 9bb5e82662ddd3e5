//! Executions whose spans arrive at a collector on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

mod collector;
mod delivery;
mod headers;
mod machines;
mod redriven;
mod replayed;
mod tree;

#[test]
fn public_types_are_send_and_sync() {
    fn send_sync<T: Send + Sync + 'static>() {}
    send_sync::<asl_otel::Tracer>();
    send_sync::<asl_otel::Origin>();
    send_sync::<asl_otel::Remote>();
    send_sync::<asl_otel::SpansLost>();
    send_sync::<asl_otel::OtlpError>();
}

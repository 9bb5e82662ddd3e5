//! The tokio runtimes that commands run executions in.

use std::num::NonZeroUsize;

use tokio::runtime::{Builder, Runtime};

use crate::refusal::Refusal;

/// For one execution at a time: executions spawn nothing, so one thread is enough.
pub(crate) fn single_threaded() -> Result<Runtime, Refusal> {
    build(Builder::new_current_thread())
}

/// For a server, which handles requests in parallel.
pub(crate) fn multi_threaded() -> Result<Runtime, Refusal> {
    build(Builder::new_multi_thread())
}

/// For the children of distributed Maps.
pub(crate) fn children(threads: NonZeroUsize) -> Result<Runtime, Refusal> {
    let mut builder = Builder::new_multi_thread();
    builder.worker_threads(threads.get()).thread_name("children");
    build(builder)
}

fn build(mut builder: Builder) -> Result<Runtime, Refusal> {
    let runtime = builder.enable_all().build();
    runtime.map_err(|error| Refusal::io(format!("cannot start a runtime: {error}")))
}

//! The tokio runtimes that commands run executions in.

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

fn build(mut builder: Builder) -> Result<Runtime, Refusal> {
    let runtime = builder.enable_all().build();
    runtime.map_err(|error| Refusal::io(format!("cannot start a runtime: {error}")))
}

//! The spans of executions, with the feature `otel`. Without it, nothing is recorded.

#[cfg(feature = "otel")]
mod event;
#[cfg(feature = "otel")]
mod recorded;
#[cfg(not(feature = "otel"))]
mod unrecorded;

#[cfg(feature = "otel")]
pub(crate) use recorded::{Caller, Traces, with_tracer};
#[cfg(not(feature = "otel"))]
pub(crate) use unrecorded::{Caller, Traces, with_tracer};

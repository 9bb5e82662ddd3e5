#![doc = include_str!("../README.md")]

mod clock;
mod draft;
mod ids;
mod in_context;
mod names;
mod origin;
#[cfg(feature = "otlp")]
mod otlp;
mod queue;
mod remote;
mod sampling;
mod spans;
mod tracer;

pub use in_context::in_context;
pub use origin::Origin;
#[cfg(feature = "otlp")]
pub use otlp::{OtlpError, Service};
pub use queue::{Batches, SpansLost};
pub use remote::Remote;
pub use sampling::Sampling;
pub use tracer::Tracer;

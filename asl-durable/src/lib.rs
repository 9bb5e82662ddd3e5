//! The protocol of AWS Lambda durable functions.
//!
//! A durable function is invoked again and again for one execution. Each invocation gets the log of *operations* so far
//! as a [`DurableEvent`], writes more of them through a [`DurableLog`], and returns a [`DurableAnswer`]. While the
//! execution waits, no code runs: the service holds timers, callbacks and the invocations of other functions, and invokes
//! the function when one of them ends.
//!
//! ```
//! use std::time::Duration;
//! use asl_durable::{Change, DurableAnswer, DurableError, DurableLog, Update};
//!
//! /// Prices an order, waits overnight, and answers with the price.
//! async fn invocation(log: &DurableLog) -> Result<DurableAnswer, DurableError> {
//!     let wait = Update::new("overnight", Change::WaitStart { time: Duration::from_secs(43_200) });
//!     match (log.operation("price"), log.operation("overnight")) {
//!         (Some(price), Some(wait)) if wait.status.is_final() => {
//!             let price = price.details.end().0.cloned().unwrap_or_default();
//!             Ok(DurableAnswer::Succeeded(price))
//!         }
//!         (Some(_), Some(_)) => Ok(DurableAnswer::Pending),
//!         _ => {
//!             log.add(Update::new("price", Change::StepSucceed { payload: "42".into() }))?;
//!             log.add(wait)?;
//!             log.flush().await?;
//!             Ok(DurableAnswer::Pending)
//!         }
//!     }
//! }
//! ```
//!
//! No AWS SDK is linked.
//!
//! # Features
//! - `aws`: `AwsApi`, the API on AWS, called with asl-aws.
//! - `engine`: `DurableRun`, which runs executions of asl-engine as durable executions.
//! - `emulator`: `Emulator`, the service in this process, for tests and for a laptop.
//!
//! Source: <https://docs.aws.amazon.com/lambda/latest/dg/durable-functions.html>, the API's model, and what was measured
//! with AWS's own local runner.

mod answer;
mod api;
#[cfg(feature = "aws")]
mod aws;
mod callback_api;
#[cfg(feature = "engine")]
mod child_event;
#[cfg(feature = "engine")]
mod continue_event;
#[cfg(feature = "emulator")]
mod emulated;
#[cfg(feature = "emulator")]
mod emulator;
mod error;
mod error_object;
mod event;
#[cfg(feature = "engine")]
mod host;
mod instant;
pub mod limits;
mod log;
mod operation;
mod operation_id;
#[cfg(feature = "emulator")]
mod service;
mod table;
mod update;
mod usage;

pub use answer::DurableAnswer;
pub use api::{Checkpointed, DurableApi, StatePage};
#[cfg(feature = "aws")]
pub use aws::AwsApi;
pub use callback_api::{CallbackApi, CallbackSays};
#[cfg(feature = "engine")]
pub use child_event::ChildEvent;
#[cfg(feature = "engine")]
pub use continue_event::ContinueEvent;
#[cfg(feature = "emulator")]
pub use emulated::Emulated;
#[cfg(feature = "emulator")]
pub use emulator::Emulator;
pub use error::{DurableError, DurableErrorKind};
pub use error_object::ErrorObject;
pub use event::DurableEvent;
#[cfg(feature = "engine")]
pub use host::{Continues, DurableEnd, DurableRun, Functions};
pub use log::DurableLog;
pub use operation::{Operation, OperationDetails, OperationKind, OperationStatus};
pub use operation_id::operation_id;
#[cfg(feature = "emulator")]
pub use service::{Fault, Faults};
pub use update::{Change, Update};
pub use usage::Usage;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

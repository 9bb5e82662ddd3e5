//! Amazon States Language in one dependency: load a workflow, give it Rust functions as tasks, run it in this process.
//!
//! ```
//! use asl_workflow::{Engine, Execution, Failure, Registry, Source, Value, block_on, json, load, task_fn};
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let definition = Source::json(r#"{
//!       "StartAt": "Price",
//!       "States": {
//!         "Price": {
//!           "Type": "Task",
//!           "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:price",
//!           "ResultPath": "$.total",
//!           "Next": "Ship"
//!         },
//!         "Ship": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:ship", "End": true}
//!       }
//!     }"#);
//!     let price = task_fn(|order: Value| async move {
//!         order["amount"].as_i64().map(|amount| amount * 2).ok_or(Failure::new("NoAmount", "nothing to price"))
//!     });
//!     let ship = task_fn(|order: Value| async move { Ok::<_, Failure>(json!({"shipped": true, "total": order["total"].clone()})) });
//!
//!     let program = load(&definition)?.program;      // an error prints each problem with its line
//!     let engine = Engine::builder().tasks(Registry::new().function("price", price).function("ship", ship)).build();
//!     let output = block_on(engine.run(&program, Execution::new(json!({"amount": 21}))))?.into_output()?;
//!     assert_eq!(output, json!({"shipped": true, "total": 42}));
//!     Ok(())
//! }
//! ```
//!
//! # What is in it
//! The names that most programs need, and the crates that they come from: [`engine`], [`model`] and [`value`]. With the
//! feature `aws` also `aws`, whose `Aws` calls AWS for tasks. Rust functions and AWS together are one line:
//!
//! ```no_run
//! # #[cfg(feature = "aws")]
//! # fn tasks(price: asl_workflow::TaskFn<u64, u64, asl_workflow::Failure, fn(u64) -> std::future::Ready<Result<u64, asl_workflow::Failure>>>)
//! # -> Result<asl_workflow::Registry, Box<dyn std::error::Error>> {
//! # use asl_workflow::{Registry, aws::Aws};
//! let tasks = Registry::new().function("price", price).fallback(Aws::from_env()?);
//! # Ok(tasks)
//! # }
//! ```
//!
//! # What it does not do
//! It adds [`block_on`] and nothing else. A Lambda function needs only `asl-lambda`, a local Step Functions API `asl-local`.
//!
//! # Features
//! - `jsonata` (default): the query language JSONata.
//! - `yaml`: definitions in YAML.
//! - `aws`: tasks that call AWS. `aws-profiles`: with the profiles of `~/.aws`.

#[cfg(feature = "aws")]
pub use asl_aws as aws;
pub use asl_engine as engine;
pub use asl_engine::{
    CancelToken, Clock, Engine, ErrorName, Event, EventKind, Execution, ExecutionError, Failure,
    HistoryRecorder, Limits, Observer, Outcome, Program, Registry, Report, SeededEntropy, Task, TaskFn,
    TaskHandler, load, task_fn,
};
pub use asl_model as model;
pub use asl_model::{Diagnostic, InvalidDefinition, Source, StateMachine};
pub use asl_value as value;
pub use asl_value::{Value, json};
pub use async_trait::async_trait;

/// Runs a future to its end on this thread, for programs without a runtime of their own.
///
/// The runtime is tokio's, with timers and sockets. In a program that has one, await [`Engine::run`] instead.
///
/// # Errors
/// The system refuses what a runtime needs.
///
/// ```
/// assert_eq!(asl_workflow::block_on(async { 1 + 1 })?, 2);
/// # Ok::<(), std::io::Error>(())
/// ```
pub fn block_on<F: Future>(future: F) -> std::io::Result<F::Output> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    Ok(runtime.block_on(future))
}

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Runs a whole Amazon States Language machine inside one AWS Lambda invocation.
//!
//! The event becomes the input, the execution runs in this process, and the output becomes the answer that the sender
//! of the event expects. [`handle`](fn@handle) does this for one event, [`serve`](fn@serve) for all invocations, and
//! [`main`] is the whole `main` of a function:
//!
//! ```
//! use asl_engine::{Engine, Failure, Registry, load, task_fn};
//! use asl_lambda::{Adapter, Config, Invocation, handle};
//! use asl_model::Source;
//! use asl_value::{Value, json};
//!
//! let definition = Source::json(r#"{
//!   "StartAt": "Price",
//!   "States": {
//!     "Price": {"Type": "Task", "Resource": "arn:aws:lambda:us-east-1:123456789012:function:price", "End": true}
//!   }
//! }"#);
//! let tasks = Registry::new().function("price", task_fn(|order: Value| async move {
//!     order["quantity"].as_i64().map(|n| json!({"total": n * 7})).ok_or(Failure::new("NoQuantity", "what?"))
//! }));
//!
//! // This is what `asl_lambda::main(definition, tasks)` does when the process starts …
//! let program = load(&definition)?.program;
//! let engine = Engine::builder().tasks(tasks).build();
//! let adapter = Adapter::new(program, engine, Config::from_env()?)?;
//!
//! // … and for each invocation: here a request to an HTTP API.
//! let event = json!({
//!     "version": "2.0", "routeKey": "POST /price", "headers": {"content-type": "application/json"},
//!     "requestContext": {"http": {"method": "POST", "path": "/price"}},
//!     "body": "{\"quantity\": 6}", "isBase64Encoded": false
//! });
//! let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
//! let response = runtime.block_on(handle(&adapter, event, Invocation::new("request-1")))?;
//! assert_eq!(response["statusCode"], json!(200));
//! assert_eq!(response["body"], json!(r#"{"total":42}"#));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Triggers
//! [`Trigger::detect`] distinguishes them by their events. Each module of [`trigger`] shows a sample event and
//! describes the input and the answer.
//!
//! # What it does not do
//! Without durable executions it keeps nothing between invocations: an execution that fails, or that reaches the timeout of
//! the function, is not resumed. The engine does not know any AWS service, so every task needs a handler in the
//! [`Registry`](asl_engine::Registry). With the feature `aws`, [`main`] and [`main_from_env`] use asl-aws for tasks
//! without one.
//!
//! # Features
//! - `jsonata` (default): the query language JSONata.
//! - `yaml` (default): definitions in YAML.
//! - `aws`: [`main`] and [`main_from_env`] call AWS for tasks without a handler, and S3 for distributed Maps.
//! - `durable`: durable executions, which wait without an invocation, and callbacks that answer them; see
//!   `Adapter::with_durable` and `Adapter::with_callbacks`. With `aws`, [`main`] and [`main_from_env`] call Lambda for them.
//! - `otel`: executions as spans of OpenTelemetry, see `Adapter::with_tracer`. With `OTEL_EXPORTER_OTLP_ENDPOINT`, [`main`]
//!   and [`main_from_env`] send them, before the answer of each invocation.
//! - `graceful-shutdown`: SIGTERM ends the executions as `ABORTED` before Lambda ends the process; see the README.

mod adapter;
mod answer;
#[cfg(feature = "durable")]
mod callback;
mod checkpoints;
mod config;
mod cors;
mod deadline;
#[cfg(feature = "durable")]
mod durable;
mod entry;
mod error;
mod execution;
mod failure;
mod fleet;
mod handle;
mod http;
mod init;
mod init_error;
mod input;
mod invocation;
pub mod local;
mod log;
mod machine;
mod metrics;
mod nested;
mod not_durable;
mod refusal;
mod reply;
mod serve;
mod session;
mod setting_error;
mod severity;
mod stream;
mod traces;
pub mod trigger;

pub use adapter::Adapter;
pub use checkpoints::Checkpoints;
pub use config::{
    BatchMode, Cause, Config, ConfigError, InvokeMode, LogSettings, MapFunction, MapSettings, OnFailure,
    Response,
};
pub use cors::Cors;
pub use entry::{main, main_from_env};
pub use error::InvocationError;
pub use fleet::{WorkerApi, WorkerError};
pub use handle::handle;
pub use http::ResponseMapping;
pub use init_error::{InitError, InitErrorKind};
pub use input::{Input, InputExpression};
pub use invocation::{Invocation, LineSink};
pub use serve::serve;
pub use setting_error::SettingError;
pub use trigger::Trigger;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

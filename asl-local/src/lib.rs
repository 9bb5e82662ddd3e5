//! The AWS Step Functions API on localhost, in memory, for tests and development.
//!
//! Any AWS SDK can use it as its endpoint: `--endpoint-url http://127.0.0.1:8083`. Executions run on `asl-engine`, in real
//! or virtual time, and have the history that AWS would record.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use asl_engine::Clock;
//! use asl_local::{Config, Server};
//! use asl_model::ExecutionType;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! // Virtual time: the minute passes immediately.
//! let server = Server::bind("127.0.0.1:0", Config { clock: Clock::virtual_time(), ..Config::default() }).await?;
//! let definition = r#"{"StartAt": "Think", "States": {"Think": {"Type": "Wait", "Seconds": 60, "End": true}}}"#;
//! let arn = server.create_state_machine("think", definition, ExecutionType::Express).unwrap();
//! let address = server.address();
//! tokio::spawn(server.serve(std::future::pending()));
//!
//! // The request of an SDK, without its signature.
//! let body = format!(r#"{{"stateMachineArn": "{arn}", "input": "{{\"n\": 1}}"}}"#);
//! let mut client = tokio::net::TcpStream::connect(address).await?;
//! let head = format!(
//!     "POST / HTTP/1.1\r\nhost: {address}\r\nx-amz-target: AWSStepFunctions.StartSyncExecution\r\n\
//!      connection: close\r\ncontent-length: {}\r\n\r\n",
//!     body.len()
//! );
//! client.write_all((head + &body).as_bytes()).await?;
//! let mut answer = String::new();
//! client.read_to_string(&mut answer).await?;
//! assert!(answer.contains(r#""status":"SUCCEEDED""#) && answer.contains(r#""output":"{\"n\": 1}""#));
//! # Ok(())
//! # }
//! ```
//!
//! # Entry points
//! [`Server`] serves the API over HTTP. [`Machines`] runs machines that start one another without HTTP. [`Api`] calls
//! operations of a server from the same process. All of them take a [`Config`] and fail with an [`ApiError`].
//!
//! # Tasks
//! The API serves activities and task tokens, and `states:startExecution` starts executions on this server.
//! [`Config::services`] handles Lambda functions and AWS services, [`Config::own_tasks`] calls of this API itself. A
//! [`MockSource`] can mock any task. A task without a handler fails with `States.Runtime`.
//!
//! # What it does not do
//! It does not check permissions, and who calls it only if it has a [`SharedKey`]. It does not call other services itself. Log records go to a [`LogSink`] and
//! status changes to an [`EventSink`], which may forward them to AWS. [`Quotas`] limit what it keeps in memory. Nothing
//! survives its process, unless it has a `DataDir`.
//!
//! # Features
//! - `jsonata` (default): the query language JSONata.
//! - `page`: a page for browsers at `/`, with [`Config::page`].
//! - `signatures`: clients may sign with the [`SharedKey`] as SDKs of AWS do. It needs asl-aws.
//! - `tls`: HTTPS, with [`Config::tls`].
//! - `data-dir`: `DataDir`, a folder in which everything survives the process. It builds SQLite.

mod activity;
mod admission;
mod api;
mod app;
#[cfg_attr(not(feature = "data-dir"), allow(dead_code, reason = "only a data folder reads records"))]
mod archive;
mod arn;
mod changes;
mod child_threads;
mod clock;
mod config;
#[cfg(feature = "data-dir")]
mod data_dir;
mod definition;
mod describe;
mod error;
mod execution;
mod footprint;
mod held;
mod history;
mod ids;
mod in_process;
mod input;
#[cfg_attr(not(feature = "data-dir"), allow(dead_code, reason = "only a data folder keeps journals"))]
mod journal;
mod lifecycle;
mod listed;
mod listener;
mod log;
mod lookup;
mod machine;
mod machines;
mod mock;
mod page;
mod quotas;
mod reached;
#[cfg_attr(not(feature = "data-dir"), allow(dead_code, reason = "only a data folder reads records"))]
mod record;
mod redrivable;
mod redrive;
mod redrives;
mod replay;
mod reply;
mod reported;
#[cfg(feature = "data-dir")]
mod restore;
mod resume;
mod runner;
mod server;
mod shared_key;
#[cfg(all(test, feature = "data-dir"))]
mod simulation;
mod sink;
mod stages;
mod status;
mod store;
mod task;
#[cfg(feature = "tls")]
mod tls;
mod token;
#[cfg(feature = "page")]
mod ui;
mod verbatim;
mod wire;

pub use child_threads::ChildThreads;
pub use config::{Config, Observers, OwnTasks, Traces};
#[cfg(feature = "data-dir")]
pub use data_dir::{DataDir, DataDirError, Retention};
pub use error::ApiError;
pub use in_process::Api;
pub use machines::{FirstExecution, Machines};
pub use mock::{MockSource, MockedTasks, NoTestCase};
pub use quotas::Quotas;
pub use server::Server;
pub use shared_key::{InvalidKey, SharedKey};
pub use sink::{EventSink, LogSink};
#[cfg(feature = "tls")]
pub use tls::{InvalidTls, Tls};
#[cfg(feature = "page")]
pub use ui::{HtmlReport, ReportedCoverage, ReportedExecution};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! The AWS Step Functions API on localhost, in memory.
//!
//! Point any AWS SDK at it: `--endpoint-url http://127.0.0.1:8083`. Executions run on `asl-engine`, with their history, in
//! real or in virtual time.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! use asl_engine::Clock;
//! use asl_local::{Config, Server};
//! use asl_model::ExecutionType;
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//!
//! // Virtual time: the minute is over at once.
//! let server = Server::bind("127.0.0.1:0", Config { clock: Clock::virtual_time(), ..Config::default() }).await?;
//! let definition = r#"{"StartAt": "Think", "States": {"Think": {"Type": "Wait", "Seconds": 60, "End": true}}}"#;
//! let arn = server.create_state_machine("think", definition, ExecutionType::Express).unwrap();
//! let address = server.address();
//! tokio::spawn(server.serve(std::future::pending()));
//!
//! // What an SDK sends, signature aside.
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
//! # What tasks do
//! Activities and task tokens are served by this API. `states:startExecution` starts executions of this server. Lambda
//! functions and AWS's services are the business of [`Config::services`], calls of this very API that of
//! [`Config::own_tasks`]. Any task can be answered by a [`MockSource`]. Other tasks fail
//! with `States.Runtime` and say so.
//!
//! # What it does not do
//! It checks no signatures and no permissions, keeps nothing beyond its process, and calls nobody itself. Log records
//! go to a [`LogSink`], to CloudWatch only if that brings them there; changes of status likewise to an
//! [`EventSink`]. What it keeps is bounded by [`Quotas`].
//!
//! # Features
//! `jsonata` (default): the query language JSONata.

mod activity;
mod admission;
mod api;
mod app;
mod arn;
mod clock;
mod config;
mod definition;
mod describe;
mod error;
mod execution;
mod history;
mod ids;
mod in_process;
mod input;
mod lifecycle;
mod listener;
mod log;
mod machine;
mod machines;
mod mock;
mod page;
mod quotas;
mod redrivable;
mod redrive;
mod redrives;
mod runner;
mod server;
mod sink;
mod status;
mod store;
mod task;
mod token;
mod verbatim;
mod wire;

pub use config::{Config, OwnTasks};
pub use error::ApiError;
pub use in_process::Api;
pub use machines::{FirstExecution, Machines};
pub use mock::{MockSource, MockedTasks, NoTestCase};
pub use quotas::Quotas;
pub use server::Server;
pub use sink::{EventSink, LogSink};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

//! Task handlers for Amazon States Language that call AWS.
//!
//! [`Aws`] is the handler: `aws-sdk:*` of every service, the optimised integrations, Lambda functions, HTTP tasks. Below it
//! [`Caller`] makes one call: parameters are checked against the service's model, written in its protocol, signed, sent,
//! and the answer is read back, all by walking a table of facts. No SDK is linked.
//!
//! ```
//! use asl_aws::{Aws, Config};
//! use asl_engine::{Engine, Registry};
//! use asl_value::json;
//!
//! let aws = Aws::new(Config::new("eu-west-1"));
//! let wrong = aws.caller().check("sqs", "sendMessage", &json!({"Queue": 1}), &Default::default());
//! assert!(wrong.unwrap_err().message().contains("The field \"Queue\" is not supported by Step Functions"));
//! let engine = Engine::builder().tasks(Registry::new().fallback(aws)).build();
//! # let _ = engine;
//! ```
//!
//! It does not know the service of a task before its first call: then that service's part of the table is decoded, and with
//! the first call of all the TLS client is set up. It speaks no CBOR, and reads profiles only with the feature `profiles`.

mod apigateway;
mod arguments;
mod aws;
mod cache;
mod caller;
mod checksum;
mod clock;
mod config;
mod credentials;
mod egress;
mod endpoint;
mod error;
mod event_stream;
mod http;
mod http_date;
mod http_task;
mod in_process;
mod integration;
mod known;
mod kubernetes;
mod mock;
mod naming;
mod optimised;
mod params;
mod path;
mod policy;
mod polling;
#[cfg(feature = "profiles")]
mod profile;
mod protocol;
mod removed;
mod retry;
mod s3;
mod sdk;
mod serves;
mod sign;
mod storage;
mod sync;
mod table;
mod trace;
mod warm;

pub use aws::Aws;
pub use caller::{Answer, CallOptions, Caller};
pub use config::{Config, ConfigError};
pub use error::{ErrorKind, ServiceError};
pub use in_process::{InProcess, Refused};
pub use known::{Known, SdkIntegrations, known, known_actions, known_services};
pub use mock::{MockCheck, ResultModels, check_result};
pub use naming::Names;
pub use policy::{Policy, PolicyOptions, policy};
pub use polling::Polling;
#[cfg(feature = "profiles")]
pub use profile::{PROFILE_VARIABLES, profile_region};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

//! Task handlers for Amazon States Language that call AWS.
//!
//! [`Aws`] is the handler: `aws-sdk:*` of every service, the optimised integrations, Lambda functions, HTTP tasks. It uses
//! [`Caller`], which calls any operation: it checks parameters against the service's model, writes them in the service's
//! protocol, signs and sends the request, and reads the response, all driven by a table. No SDK is linked.
//!
//! [`policy()`] derives the IAM policy of a machine, [`known`] says which SDK integrations exist, and [`ResultModels`] checks
//! mocked results.
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
//! The first call of a service decodes that service's part of the table, and the first call of all sets up the TLS client.
//! CBOR is not supported. Profiles are read only with the feature `profiles`.

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
#[cfg(fuzzing)]
pub mod fuzzing;
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
mod parameters;
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
mod verify;
mod warm;

pub use aws::Aws;
pub use caller::{Answer, CallOptions, Caller};
pub use config::{Config, ConfigError};
pub use error::{ErrorKind, ServiceError};
pub use in_process::{InProcess, Refused};
pub use known::{Known, SdkIntegrations, known, known_actions, known_services};
pub use mock::{ResultModels, check_result};
pub use naming::Names;
pub use parameters::{Parameter, parameters};
pub use policy::{Policy, PolicyOptions, policy};
pub use polling::Polling;
#[cfg(feature = "profiles")]
pub use profile::{PROFILE_VARIABLES, profile_region};
pub use verify::{ReceivedRequest, SIGNATURE_SKEW, Signature, SignatureError};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct ReadmeExamples;

//! Task handlers that call AWS.

mod apigateway;
mod aws;
mod call;
mod config;
mod error;
mod http;
mod http_task;
mod naming;
mod optimised;
mod path;
mod policy;
mod sdk;
mod sync;

pub use aws::Aws;
pub use call::{Answer, CallOptions, Caller, Names};
pub use config::{Config, ConfigError};
pub use error::{ErrorKind, ServiceError};
pub use policy::{Policy, PolicyOptions, policy};
pub use sync::Polling;

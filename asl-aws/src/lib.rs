//! Task handlers that call AWS.

mod aws;
mod call;
mod config;
mod error;
mod naming;
mod policy;
mod sdk;

pub use aws::Aws;
pub use call::{Answer, CallOptions, Caller, Names};
pub use config::{Config, ConfigError};
pub use error::{ErrorKind, ServiceError};
pub use policy::{Policy, PolicyOptions, policy};

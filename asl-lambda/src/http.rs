//! HTTP responses, independent of the gateway that sends them.

mod base64;
mod headers;
mod mapping;
mod response;

pub(crate) use self::base64::from_base64;
pub(crate) use headers::{Values, texts};
pub use mapping::ResponseMapping;
pub(crate) use response::{Body, HttpResponse};

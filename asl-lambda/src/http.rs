//! Responses over HTTP, before a gateway gets them in its own form.

mod base64;
mod headers;
mod mapping;
mod response;

pub(crate) use self::base64::from_base64;
pub(crate) use headers::{Values, texts};
pub use mapping::ResponseMapping;
pub(crate) use response::{Body, HttpResponse};

//! [`Request`]: what a protocol writes.

use crate::http::find_header;

/// A request without its host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) method: &'static str,
    /// Percent-encoded, with a leading slash.
    pub(crate) path: String,
    /// Percent-encoded, without the question mark.
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// A prefix of the host: `data.`.
    pub(crate) host_prefix: String,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        find_header(&self.headers, name)
    }

    /// Sets a header, unless it is set already.
    pub(super) fn default_header(&mut self, name: &str, value: &str) {
        if self.header(name).is_none() {
            self.headers.push((name.to_owned(), value.to_owned()));
        }
    }
}

//! How files are shown to a client.

use std::path::Path;

use serde_json::{Value as Json, json};

use crate::listing::Listing;

/// A definition as a `Source`.
pub(super) fn source(listing: &Listing) -> Json {
    match listing.path() {
        Some(path) => {
            let name = Path::new(path).file_name().map(|name| name.to_string_lossy().into_owned());
            json!({"name": name.unwrap_or_default(), "path": path})
        }
        None => json!({"name": listing.machine().as_str(), "sourceReference": 1}),
    }
}

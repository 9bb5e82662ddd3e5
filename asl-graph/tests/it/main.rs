//! Drawings of real and of hostile definitions.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod drawings;
mod progress;

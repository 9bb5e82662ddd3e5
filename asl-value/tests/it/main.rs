//! Tests of the public interface, one area a module.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod depth;
mod documents;
mod pointer;
mod serde;
mod size;
mod text;
mod write;

//! The language server, driven in this process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod completion;
mod diagnostics;
mod graph;
mod hover;
mod navigation;
mod prefixes;
mod support;
mod symbols;

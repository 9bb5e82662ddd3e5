//! The language server, driven in this process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail")]

mod actions;
mod completion;
mod convert;
mod diagnostics;
mod extract;
mod graph;
mod hover;
mod navigation;
mod prefixes;
mod rename;
mod support;
mod symbols;

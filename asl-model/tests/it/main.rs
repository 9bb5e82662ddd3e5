//! The tests of asl-model, in one binary.

// clippy's settings for tests do not reach the functions that the tests call.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod api;
mod corpus;
mod diagnostics;
mod fuzz;
mod graph_rules;
mod hints;
mod hostile;
mod invalid_definition;
mod schema;
mod source;
mod states;
mod substitutions;
#[cfg(feature = "yaml")]
mod template;
mod variables;
#[cfg(feature = "yaml")]
mod yaml;

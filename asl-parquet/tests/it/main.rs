//! The reader of Parquet files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "tests")]

mod damaged;
mod files;
mod forge;
mod support;

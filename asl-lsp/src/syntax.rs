//! The error-tolerant syntax tree of JSON and YAML: what half-typed text says so far, and where it says it.

pub(crate) mod json;
pub(crate) mod scalar;
pub(crate) mod tree;
pub(crate) mod yaml;

pub(crate) use scalar::{Quoting, Scalar};
pub(crate) use tree::{Content, NodeId, Tree};

#[cfg(test)]
mod tests;

use asl_model::Format;

/// The tree of a file.
pub(crate) fn parse(text: &str, format: Format) -> Tree {
    match format {
        Format::Yaml => yaml::parse(text),
        _ => json::parse(text, 0..text.len()),
    }
}

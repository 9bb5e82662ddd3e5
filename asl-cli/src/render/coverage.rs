//! The coverage of tests.

pub(crate) mod cobertura;
pub(crate) mod human;
pub(crate) mod json;
pub(crate) mod lcov;

use std::collections::BTreeMap;

use asl_test::{CoveredItem, DefinitionCoverage, ItemKind};

/// What is known of a line of a definition.
#[derive(Default)]
struct Line<'c> {
    /// The fewest hits of its parts.
    hits: u64,
    /// Its parts other than states.
    branches: Vec<&'c CoveredItem>,
}

/// The lines of a definition that have parts, in order.
fn lines(definition: &DefinitionCoverage) -> BTreeMap<usize, Line<'_>> {
    let mut lines: BTreeMap<usize, Line<'_>> = BTreeMap::new();
    for item in &definition.coverage.items {
        let line = lines.entry(item.line).or_insert(Line { hits: u64::MAX, branches: Vec::new() });
        line.hits = line.hits.min(item.hits);
        if item.kind != ItemKind::State {
            line.branches.push(item);
        }
    }
    lines
}

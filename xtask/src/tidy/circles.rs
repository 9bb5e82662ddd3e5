//! The largest circle of files in each crate: it may shrink, never grow.
//!
//! In a circle, no file can be understood, tested or moved without the others. Some circles are one concept in several files;
//! others connect unrelated things. `cargo xtask circles CRATE` shows which file needs which.

use super::Finding;
use crate::Result;
use crate::circles::Circles;
use crate::source::Source;

/// Each crate and how many files its largest circle has.
const LARGEST: &[(&str, usize)] = &[
    // An array holds values, a value may be an array.
    ("asl-value", 9),
    ("asl-files", 0),
    ("asl-parquet", 0),
    ("asl-query", 0),
    // A machine has states, a state has machines.
    ("asl-model", 5),
    // The grammar of paths: a filter is part of a path and has paths in it.
    ("asl-paths", 7),
    ("asl-jsonata", 0),
    ("asl-graph", 0),
    ("asl-lsp", 0),
    // A state runs branches and iterations, each of which runs a machine of states.
    ("asl-engine", 4),
    // The service table: services, shapes and their decoder.
    ("asl-aws", 3),
    ("asl-coverage", 0),
    ("asl-debug", 0),
    ("asl-durable", 0),
    ("asl-otel", 0),
    // The runner runs tasks, and a task may start an execution.
    ("asl-local", 3),
    // An execution starts others by its tasks.
    ("asl-lambda", 2),
    // A configuration of mocks, its reader and its handler.
    ("asl-test", 3),
    // The path of an execution and its lines.
    ("asl-cli", 2),
    // The service table: its layout and what writes it.
    ("xtask", 5),
];

pub(super) fn check(sources: &[Source]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (folder, allowed) in LARGEST {
        let Some(circles) = Circles::read(sources, folder)? else { continue };
        findings.extend(finding(folder, *allowed, circles.largest()));
    }
    Ok(findings)
}

fn finding(folder: &str, allowed: usize, found: usize) -> Option<Finding> {
    let message = match found.cmp(&allowed) {
        std::cmp::Ordering::Equal => return None,
        std::cmp::Ordering::Greater => format!(
            "its largest circle has {found} files, more than {allowed}: see `cargo xtask circles {folder}`"
        ),
        std::cmp::Ordering::Less => format!(
            "its largest circle has only {found} files: lower the number {allowed} in xtask/src/tidy/circles.rs"
        ),
    };
    Some(Finding::new(folder, message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_only_fall() {
        let message = |found| finding("asl-x", 3, found).map(|finding| finding.message);
        assert_eq!(message(3), None);
        assert!(message(4).is_some_and(|message| message.contains("more than 3")));
        assert!(message(2).is_some_and(|message| message.contains("lower the number 3")));
    }
}

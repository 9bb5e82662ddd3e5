//! Checks which crates a build with fewer features must not link.

use super::Finding;
use crate::{Result, command};

/// A package, its features, and the crates that such a build must not contain.
const LEAN: &[(&str, &str, &[&str])] = &[
    ("asl-engine", "", &["asl-jsonata", "asl-jlens-core", "parquet"]),
    ("asl-lambda", "", &["asl-jsonata", "asl-jlens-core", "parquet"]),
];

pub(super) fn check() -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (package, features, absent) in LEAN {
        let tree = command::output(command::cargo(&[
            "tree",
            "--package",
            package,
            "--no-default-features",
            "--features",
            features,
            "--edges",
            "normal",
            "--prefix",
            "none",
        ])?)?;
        findings.extend(linked(&tree, absent).map(|name| {
            Finding::new(*package, format!("links {name} with no other feature than `{features}`"))
        }));
    }
    Ok(findings)
}

/// The crates of `absent` that are in a dependency tree.
fn linked<'a>(tree: &'a str, absent: &'a [&str]) -> impl Iterator<Item = &'a str> {
    let is_linked = |name: &str| tree.lines().any(|line| line.split(' ').next() == Some(name));
    absent.iter().copied().filter(move |name| is_linked(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_names_count() {
        let tree =
            "asl-lambda v0.1.0 (asl-lambda)\nasl-jlens-core-x v1.0.0\nasl-jsonata v0.1.0 (asl-jsonata)";
        let found: Vec<&str> = linked(tree, &["asl-jsonata", "asl-jlens-core"]).collect();
        assert_eq!(found, ["asl-jsonata"]);
    }
}

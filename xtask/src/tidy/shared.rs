//! Checks that `cargo build` and `cargo test` compile each dependency once: that its features are the same in both.

use std::collections::BTreeSet;

use super::Finding;
use crate::{Result, command};

pub(super) fn check() -> Result<Vec<Finding>> {
    Ok(apart(&tree("normal,build")?, &tree("normal,build,dev")?)
        .map(|package| {
            let (name, features) = package.split_once('|').unwrap_or((package, ""));
            Finding::new(
                name,
                format!(
                    "has other features in `cargo test` than in `cargo build`, which enables {features}: \
                     enable the missing ones in a dependency of xtask"
                ),
            )
        })
        .collect())
}

/// The packages of the workspace with their features: `bytes v1.12.2|default,std`.
fn tree(edges: &str) -> Result<String> {
    command::output(command::cargo(&[
        "tree",
        "--workspace",
        "--edges",
        edges,
        "--prefix",
        "none",
        "--format",
        "{p}|{f}",
    ])?)
}

/// The packages of a build that the tests compile again.
fn apart<'t>(build: &'t str, tests: &'t str) -> impl Iterator<Item = &'t str> {
    let tests = packages(tests);
    packages(build).into_iter().filter(move |package| !tests.contains(package))
}

fn packages(tree: &str) -> BTreeSet<&str> {
    // A package that is listed again has this mark.
    tree.lines().map(|line| line.trim_end_matches(" (*)")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_with_other_features_is_reported() {
        let build = "asl v0.1.0|\nbytes v1.12.2|std\nserde v1.0.0|std\nserde v1.0.0|std (*)";
        let tests = "asl v0.1.0|\nbytes v1.12.2|serde,std\ndivan v0.1.21|\nserde v1.0.0|std";
        assert_eq!(apart(build, tests).collect::<Vec<_>>(), ["bytes v1.12.2|std"]);
    }
}

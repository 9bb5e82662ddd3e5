//! Which crate may depend on which: dependencies point down only.

use super::Finding;
use crate::metadata::Package;

/// Each crate of the workspace, and the other crates of the workspace that it may link. Sorted bottom up.
const GRAPH: &[(&str, &[&str])] = &[
    ("asl-value", &[]),
    ("asl-files", &[]),
    ("asl-parquet", &["asl-value"]),
    ("asl-query", &["asl-value"]),
    ("asl-model", &["asl-value"]),
    ("asl-graph", &["asl-value", "asl-model"]),
    ("asl-paths", &["asl-value", "asl-query"]),
    ("asl-jsonata", &["asl-value", "asl-query"]),
    ("asl-engine", &["asl-value", "asl-query", "asl-model", "asl-paths", "asl-jsonata", "asl-parquet"]),
    ("asl-aws", &["asl-value", "asl-model", "asl-engine"]),
    ("asl-coverage", &["asl-value", "asl-model", "asl-engine"]),
    ("asl-local", &["asl-coverage", "asl-graph", "asl-value", "asl-model", "asl-engine", "asl-aws"]),
    ("asl-otel", &["asl-value", "asl-model", "asl-engine"]),
    ("asl-test", &["asl-coverage", "asl-files", "asl-value", "asl-model", "asl-engine", "asl-local"]),
    ("asl-debug", &["asl-value", "asl-model", "asl-engine", "asl-test"]),
    ("asl-durable", &["asl-value", "asl-model", "asl-engine", "asl-aws"]),
    (
        "asl-lambda",
        &[
            "asl-files",
            "asl-value",
            "asl-query",
            "asl-model",
            "asl-engine",
            "asl-parquet",
            "asl-aws",
            "asl-durable",
            "asl-otel",
        ],
    ),
    ("asl-workflow", &["asl-value", "asl-model", "asl-engine", "asl-aws"]),
    (
        "asl-lsp",
        &[
            "asl-files",
            "asl-graph",
            "asl-value",
            "asl-query",
            "asl-model",
            "asl-paths",
            "asl-jsonata",
            "asl-engine",
            "asl-aws",
            "asl-test",
        ],
    ),
    (
        "asl-cli",
        &[
            "asl-lsp",
            "asl-files",
            "asl-graph",
            "asl-value",
            "asl-model",
            "asl-engine",
            "asl-local",
            "asl-aws",
            "asl-otel",
            "asl-test",
            "asl-debug",
            "asl-parquet",
        ],
    ),
];

/// The crates that run tasks.
const TASKS: &[&str] = &[
    "asl-engine",
    "asl-aws",
    "asl-debug",
    "asl-durable",
    "asl-local",
    "asl-lambda",
    "asl-otel",
    "asl-test",
    "asl-cli",
    "asl-workflow",
];

/// External crates that only these crates may link.
const ONLY: &[(&str, &[&str])] = &[
    ("tokio", TASKS),
    ("futures-util", &["asl-engine", "asl-aws", "asl-durable", "asl-local", "asl-lambda", "asl-cli"]),
    ("async-trait", TASKS),
    ("asl-jlens-core", &["asl-jsonata"]),
    ("lsp-server", &["asl-lsp"]),
    ("dagre", &["asl-graph"]),
    ("parquet", &["asl-parquet"]),
    ("lambda_runtime", &["asl-lambda"]),
    ("aws_lambda_events", &["asl-lambda"]),
    ("aws-sigv4", &["asl-aws"]),
    ("hyper-util", &["asl-aws", "asl-local", "asl-otel"]),
    ("opentelemetry_sdk", &["asl-otel"]),
    ("clap", &["asl-local", "asl-cli"]),
    ("chrono", &[]),
    ("nom", &[]),
];

pub(super) fn check(members: &[Package]) -> Vec<Finding> {
    let libraries = members.iter().filter(|member| member.is_published());
    libraries.flat_map(check_member).collect()
}

fn check_member(member: &Package) -> Vec<Finding> {
    let Some(below) = below(&member.name) else {
        return vec![Finding::new(
            &member.name,
            "not in the graph of crates: add it to xtask/src/tidy/graph.rs",
        )];
    };
    let dependencies = member.dependencies.iter();
    dependencies
        .filter_map(|dependency| {
            let name = dependency.name.as_str();
            let upwards = match dependency.kind.as_deref() {
                // A test may use a sibling crate, but not one that depends on this crate.
                Some("dev") => self::below(name).is_some_and(|under| under.contains(&member.name.as_str())),
                _ => self::below(name).is_some() && !below.contains(&name),
            };
            let linked = dependency.kind.as_deref() != Some("dev");
            let reserved = ONLY.iter().find(|(other, _)| linked && *other == name);
            if upwards {
                Some(Finding::new(&member.name, format!("must not depend on {name}")))
            } else {
                let (_, ours) = reserved.filter(|(_, ours)| !ours.contains(&member.name.as_str()))?;
                Some(Finding::new(&member.name, format!("must not depend on {name}, only {ours:?} may")))
            }
        })
        .collect()
}

fn below(name: &str) -> Option<&'static [&'static str]> {
    GRAPH.iter().find(|(member, _)| *member == name).map(|(_, below)| *below)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metadata::Dependency;

    /// The crate `name`, linking or (`dev`) testing with `dependency`, breaks a rule or none.
    #[track_caller]
    fn check(name: &str, kind: Option<&str>, dependency: &str, found: bool) {
        let dependency = Dependency { name: dependency.to_owned(), kind: kind.map(str::to_owned) };
        let package = Package { name: name.to_owned(), dependencies: vec![dependency], ..Package::default() };
        assert_eq!(super::check(&[package]).len(), usize::from(found));
    }

    #[test]
    fn nothing_points_up() {
        check("asl-query", None, "asl-value", false);
        check("asl-value", None, "asl-query", true);
        check("asl-value", Some("build"), "asl-query", true);
        check("asl-paths", None, "asl-jsonata", true);
        check("asl-lambda", None, "asl-paths", true);
        check("asl-value", None, "asl-value", true);
    }

    #[test]
    fn a_test_may_use_a_neighbour() {
        check("asl-paths", Some("dev"), "asl-model", false);
        check("asl-value", Some("dev"), "asl-query", true);
    }

    #[test]
    fn some_crates_are_reserved() {
        check("asl-paths", None, "tokio", true);
        check("asl-paths", Some("dev"), "tokio", false);
        check("asl-engine", None, "tokio", false);
        check("asl-engine", None, "lambda_runtime", true);
        check("asl-cli", None, "chrono", true);
        check("asl-value", None, "serde", false);
    }

    #[test]
    fn a_new_crate_must_be_placed() {
        check("asl-new", None, "asl-value", true);
        let private = Package { name: "asl-new".to_owned(), publish: Some(Vec::new()), ..Package::default() };
        assert_eq!(super::check(&[private]), []);
    }

    #[test]
    fn the_graph_has_no_cycle() {
        for (index, (name, below)) in GRAPH.iter().enumerate() {
            for under in *below {
                assert!(GRAPH[..index].iter().any(|(earlier, _)| earlier == under), "{name} -> {under}");
            }
        }
    }
}

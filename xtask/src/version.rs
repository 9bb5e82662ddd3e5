//! `cargo xtask version X.Y.Z`: the version of everything that is published, and the headings of the changelogs.

use std::process::Command;

use asl_value::Timestamp;

use crate::metadata::Metadata;
use crate::source::Source;
use crate::{Result, command, root};

const UNRELEASED: &str = "## [Unreleased]";
/// A package outside the workspace, whose lock file names crates of it.
const OUTSIDE: &str = "tests/serde-features/Cargo.toml";

/// Writes a new version, and moves what is unreleased below a heading with it. Commits nothing.
pub(crate) fn set(new: &str) -> Result<()> {
    let numbers: Vec<&str> = new.split('.').collect();
    if numbers.len() != 3 || !numbers.iter().all(|number| number.parse::<u32>().is_ok()) {
        return Err(format!("expected a version such as 1.2.3, found `{new}`").into());
    }
    let sources = Source::read_all()?;
    let heading = format!("## [{new}]");
    if let Some(released) =
        sources.iter().find(|source| is_changelog(source) && source.text.contains(&heading))
    {
        return Err(format!("{} already has {new}", released.path).into());
    }
    let old = current()?;
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let date = Timestamp::EPOCH.plus(now).to_string();
    let date = date.get(..10).ok_or("no date")?;
    for source in &sources {
        let text = match is_changelog(source) {
            true => released(&source.text, new, date),
            false => bumped(&source.path, &source.text, &old, new),
        };
        if text != source.text {
            std::fs::write(root()?.join(&source.path), text)?;
            println!("{}", source.path);
        }
    }
    // Cargo writes the lock files.
    command::run(command::cargo(&["update", "--workspace", "--offline"])?)?;
    let mut outside: Command = command::cargo(&["update", "--workspace", "--offline"])?;
    outside.args(["--manifest-path", OUTSIDE]);
    command::run(outside)
}

/// The version of the workspace.
pub(crate) fn current() -> Result<String> {
    let metadata = Metadata::read()?;
    let cli = metadata.members().find(|package| package.name == "asl-cli").ok_or("there is no asl-cli")?;
    Ok(cli.version.clone())
}

/// The manifests of packages for other languages that have another version than the workspace.
pub(crate) fn stray<'s>(sources: &'s [Source], version: &str) -> Vec<&'s str> {
    let manifests = sources.iter().filter(|source| {
        let is_manifest = source.path.ends_with("/package.json") || source.path.ends_with("/pyproject.toml");
        is_manifest && (source.path.starts_with("packages/") || source.path.starts_with("editors/"))
    });
    let is_stray = |source: &&Source| {
        let mut lines = source.text.lines().map(str::trim_start);
        let own = lines.find(|line| line.starts_with("\"version\": ") || line.starts_with("version = "));
        own.is_some_and(|line| !line.contains(&format!("\"{version}\"")))
    };
    manifests.filter(is_stray).map(|source| source.path.as_str()).collect()
}

fn is_changelog(source: &Source) -> bool {
    source.path.rsplit('/').next() == Some("CHANGELOG.md") && !source.path.starts_with("vendor/")
}

/// A changelog whose unreleased changes have been released. One without such changes stays as it is.
fn released(text: &str, version: &str, date: &str) -> String {
    let Some((before, after)) = text.split_once(UNRELEASED) else { return text.to_owned() };
    let (rest, changes) = after.split_once('\n').unwrap_or((after, ""));
    let until_next = changes.split("\n## ").next().unwrap_or_default();
    if until_next.trim().is_empty() {
        return text.to_owned();
    }
    format!("{before}{UNRELEASED}{rest}\n\n## [{version}]{rest} - {date}\n{changes}")
}

/// A file whose versions of our packages are replaced.
fn bumped(path: &str, text: &str, old: &str, new: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or_default();
    let is_package = path.starts_with("packages/") || path.starts_with("editors/vscode/");
    // In how many lines the version of the package itself may be, and what names others of ours.
    let (own, ours): (usize, &[&str]) = match name {
        "Cargo.toml" if path == name => (usize::MAX, &["asl-"]),
        "pyproject.toml" | "package.json" if is_package => (usize::MAX, &["asl-workflow"]),
        "package-lock.json" if is_package => (10, &["\"asl-workflow\": ", "\"@asl-workflow/"]),
        "asl.gitlab-ci.yml" | "compose.yaml" if is_package => (0, &["ASL_VERSION", "/asl:"]),
        _ => return text.to_owned(),
    };
    let lines = text.split_inclusive('\n').enumerate().map(|(index, line)| {
        let start = line.trim_start();
        let is_own = index < own && (start.starts_with("version = ") || start.starts_with("\"version\": "));
        let names_ours = ours.iter().any(|word| line.contains(word));
        // A vendored crate has a version of its own.
        if is_own || names_ours { replaced(line, old, new) } else { line.to_owned() }
    });
    lines.collect()
}

/// Replaces a version where it stands alone.
fn replaced(line: &str, old: &str, new: &str) -> String {
    let stands_alone = |at: usize| {
        let before = line.get(..at).and_then(|before| before.chars().last());
        let after = line.get(at + old.len()..).and_then(|after| after.chars().next());
        ![before, after].into_iter().flatten().any(|c| c.is_alphanumeric() || c == '.')
    };
    match line.match_indices(old).map(|(at, _)| at).find(|at| stands_alone(*at)) {
        Some(at) => {
            line.get(..at).unwrap_or_default().to_owned()
                + new
                + line.get(at + old.len()..).unwrap_or_default()
        }
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(path: &str, text: &str, expected: &str) {
        assert_eq!(bumped(path, text, "0.1.0", "0.2.0"), expected, "{path}");
    }

    #[test]
    fn versions_of_our_packages_are_replaced() {
        check(
            "Cargo.toml",
            "version = \"0.1.0\"\ndagre = \"0.1.0\"\n",
            "version = \"0.2.0\"\ndagre = \"0.1.0\"\n",
        );
        check(
            "Cargo.toml",
            "asl-value = { path = \"asl-value\", version = \"0.1.0\" }\n",
            "asl-value = { path = \"asl-value\", version = \"0.2.0\" }\n",
        );
        let jlens = "jlens-core = { package = \"asl-jlens-core\", version = \"0.26.0\" }\n";
        check("Cargo.toml", jlens, jlens);
        check("packages/python/pyproject.toml", "version = \"0.1.0\"\n", "version = \"0.2.0\"\n");
        check("packages/npm/package.json", "  \"version\": \"0.1.0\",\n", "  \"version\": \"0.2.0\",\n");
        check("packages/npm/package.json", "  \"yocto\": \"0.1.0\",\n", "  \"yocto\": \"0.1.0\",\n");
        check("packages/cdk/package.json", "\"asl-workflow\": \"0.1.0\"", "\"asl-workflow\": \"0.2.0\"");
        let lock = "\n".repeat(10) + "\"version\": \"0.1.0\"\n";
        check("packages/npm/package-lock.json", &lock, &lock);
        check("packages/ci/asl.gitlab-ci.yml", "  ASL_VERSION: 0.1.0\n", "  ASL_VERSION: 0.2.0\n");
        check("packages/container/compose.yaml", "image: o/asl:0.1.0\n", "image: o/asl:0.2.0\n");
        check("asl-aws/Cargo.toml", "version = \"0.1.0\"\n", "version = \"0.1.0\"\n");
        check("packages/npm/package.json", "\"asl-workflow\": \"10.1.0\"", "\"asl-workflow\": \"10.1.0\"");
    }

    #[test]
    fn what_is_unreleased_gets_a_heading() {
        let text = "# C\n\n## [Unreleased] (ASL)\n\n- a\n\n## [0.1.0]\n\n- b\n";
        let expected =
            "# C\n\n## [Unreleased] (ASL)\n\n## [0.2.0] (ASL) - 2027-01-02\n\n- a\n\n## [0.1.0]\n\n- b\n";
        assert_eq!(released(text, "0.2.0", "2027-01-02"), expected);
        let nothing = "# C\n\n## [Unreleased]\n\n## [0.1.0]\n";
        assert_eq!(released(nothing, "0.2.0", "2027-01-02"), nothing);
    }

    #[test]
    fn another_version_is_found() {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [
            source("packages/a/package.json", "{\n  \"version\": \"0.1.0\"\n}"),
            source("packages/b/pyproject.toml", "version = \"0.2.0\""),
            source("packages/c/package.json", "{}"),
            source("tests/d/package.json", "{\"version\": \"9.9.9\"}"),
        ];
        assert_eq!(stray(&sources, "0.1.0"), ["packages/b/pyproject.toml"]);
    }
}

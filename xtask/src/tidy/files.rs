//! Which files exist, and how long they are.

use super::Finding;
use crate::metadata::Package;
use crate::source::Source;

const LONG: usize = 400;
const TOO_LONG: usize = 600;

/// Files that are about to become too long.
pub(super) fn long_ones(sources: &[Source]) -> impl Iterator<Item = (&str, usize)> {
    lengths(sources).filter(|(_, lines)| (LONG + 1..=TOO_LONG).contains(lines))
}

pub(super) fn check(sources: &[Source], members: &[Package]) -> Vec<Finding> {
    let too_long = lengths(sources).filter(|(_, lines)| *lines > TOO_LONG);
    let mut findings: Vec<_> = too_long
        .map(|(path, lines)| Finding::new(path, format!("{lines} lines, more than {TOO_LONG}: split it")))
        .collect();
    let modules = sources.iter().filter(|source| source.path.ends_with("/mod.rs"));
    findings
        .extend(modules.map(|source| Finding::new(&source.path, "a module is `name.rs`, not `name/mod.rs`")));
    for member in members {
        let Some(folder) = folder(member) else { continue };
        findings.extend(check_manifest(sources, folder));
        if member.is_published() {
            findings.extend(check_papers(sources, folder));
        }
    }
    findings
}

fn lengths(sources: &[Source]) -> impl Iterator<Item = (&str, usize)> {
    let is_code = |source: &&Source| source.is_rust() || source.is_page();
    let code = sources.iter().filter(is_code).filter(|source| !source.is_test());
    code.map(|source| (source.path.as_str(), source.lines().count()))
}

/// A published crate has a README and a changelog of its own.
fn check_papers(sources: &[Source], folder: &str) -> Vec<Finding> {
    let missing = ["README.md", "CHANGELOG.md"].into_iter().map(|name| format!("{folder}/{name}"));
    let missing = missing.filter(|path| sources.iter().all(|source| source.path != *path));
    missing.map(|path| Finding::new(path, "missing")).collect()
}

/// A crate inherits version, edition, licence and lints from the workspace. Examples have their own, because users copy
/// them.
fn check_manifest(sources: &[Source], folder: &str) -> Vec<Finding> {
    let path = format!("{folder}/Cargo.toml");
    let Some(manifest) = sources.iter().find(|source| source.path == path) else { return Vec::new() };
    let inherited = ["version.workspace = true", "edition.workspace = true", "license.workspace = true"];
    let missing = inherited.into_iter().filter(|line| !manifest.text.lines().any(|text| text == *line));
    let mut findings: Vec<_> =
        missing.map(|line| Finding::new(&manifest.path, format!("without `{line}`"))).collect();
    if !manifest.text.contains("[lints]\nworkspace = true") {
        findings.push(Finding::new(&manifest.path, "without the workspace's lints"));
    }
    findings
}

/// The name of the folder of a package.
fn folder(member: &Package) -> Option<&str> {
    let (folder, _) = member.manifest_path.rsplit_once(['/', '\\'])?;
    folder.rsplit(['/', '\\']).next()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str = "version.workspace = true\nedition.workspace = true\nlicense.workspace = true\n[lints]\nworkspace = true\n";

    /// Checking the crate `asl-x` with these files finds something in these.
    #[track_caller]
    fn check(files: &[(&str, &str)], expect: &[&str]) {
        let given = [("asl-x/Cargo.toml", MANIFEST), ("asl-x/README.md", ""), ("asl-x/CHANGELOG.md", "")];
        let given = given.into_iter().filter(|(path, _)| files.iter().all(|(other, _)| other != path));
        let files = given.chain(files.iter().copied().filter(|(_, text)| *text != "gone"));
        let sources: Vec<_> =
            files.map(|(path, text)| Source { path: path.to_owned(), text: text.to_owned() }).collect();
        let package =
            Package { manifest_path: "/somewhere/asl-x/Cargo.toml".to_owned(), ..Package::default() };
        let findings = super::check(&sources, &[package]);
        assert_eq!(findings.iter().map(|finding| finding.place.as_str()).collect::<Vec<_>>(), expect);
    }

    #[test]
    fn a_file_is_no_longer_than_600_lines() {
        let long = "\n".repeat(601);
        check(&[("asl-x/src/a.rs", &long)], &["asl-x/src/a.rs"]);
        check(&[("asl-x/src/a.rs", &"\n".repeat(600))], &[]);
        check(&[("asl-x/src/a/tests.rs", &long), ("asl-x/tests/it/a.rs", &long), ("docs/a.md", &long)], &[]);
    }

    #[test]
    fn a_file_of_the_page_too() {
        let long = "\n".repeat(601);
        check(&[("asl-x/ui/src/a.ts", &long)], &["asl-x/ui/src/a.ts"]);
        check(&[("asl-x/ui/src/a.tsx", &long)], &["asl-x/ui/src/a.tsx"]);
        check(&[("asl-x/ui/src/a.css", &long)], &["asl-x/ui/src/a.css"]);
        check(&[("asl-x/ui/src/a.test.ts", &long), ("asl-x/ui/dist/app.css", &long)], &[]);
    }

    #[test]
    fn a_file_over_400_lines_is_named() {
        let source = Source { path: "asl-x/src/a.rs".to_owned(), text: "\n".repeat(401) };
        assert_eq!(long_ones(&[source]).collect::<Vec<_>>(), [("asl-x/src/a.rs", 401)]);
    }

    #[test]
    fn no_mod_rs() {
        check(&[("asl-x/src/a/mod.rs", "")], &["asl-x/src/a/mod.rs"]);
        check(&[("asl-x/src/amod.rs", "")], &[]);
    }

    #[test]
    fn a_library_has_its_papers() {
        check(&[("asl-x/README.md", "gone")], &["asl-x/README.md"]);
        check(&[("asl-x/CHANGELOG.md", "gone")], &["asl-x/CHANGELOG.md"]);
    }

    #[test]
    fn a_manifest_inherits() {
        check(
            &[("asl-x/Cargo.toml", &MANIFEST.replace("edition.workspace = true", "edition = \"2021\""))],
            &["asl-x/Cargo.toml"],
        );
        check(&[("asl-x/Cargo.toml", &MANIFEST.replace("[lints]", "[other]"))], &["asl-x/Cargo.toml"]);
    }
}

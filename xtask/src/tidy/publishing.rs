//! What crates.io and docs.rs show of a crate, and what its archive must contain.

use std::path::Path;

use super::Finding;
use crate::metadata::Package;
use crate::{Result, root};

/// The texts of the licences, which each archive contains.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

pub(super) fn check(members: &[Package]) -> Result<Vec<Finding>> {
    let texts: Vec<(&str, String)> = LICENCES
        .iter()
        .map(|name| Ok((*name, std::fs::read_to_string(root()?.join(name))?)))
        .collect::<Result<_>>()?;
    let published: Vec<&Package> = members.iter().filter(|member| member.is_published()).collect();
    let has_repository = published.iter().any(|member| member.repository.is_some());
    let mut findings = Vec::new();
    for member in published {
        let folder = Path::new(&member.manifest_path).parent().unwrap_or(Path::new(""));
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let mut report = |text: String| findings.push(Finding::new(&member.name, text));
        missing(member, has_repository).into_iter().for_each(&mut report);
        for (name, text) in &texts {
            if read(name) != *text {
                report(format!("no {name}, or another text than that of the repository"));
            }
        }
        for link in relative_links(&read("README.md")) {
            report(format!("README.md: the link `{link}` leads out of the archive; use an absolute one"));
        }
    }
    Ok(findings)
}

/// What the manifest lacks.
fn missing(member: &Package, has_repository: bool) -> Vec<String> {
    let docs_rs = member.metadata.pointer("/docs/rs");
    let fields = [
        ("description", member.description.is_some()),
        ("documentation", member.documentation.is_some()),
        ("readme", member.readme.is_some()),
        ("categories", (1..=5).contains(&member.categories.len())),
        ("keywords", (1..=5).contains(&member.keywords.len())),
        ("repository", member.repository.is_some() || !has_repository),
        ("package.metadata.docs.rs", docs_rs.is_some()),
    ];
    let missing = fields.into_iter().filter(|(_, has)| !has);
    missing.map(|(name, _)| format!("Cargo.toml has no valid `{name}`")).collect()
}

/// The targets of links that begin with `../`.
fn relative_links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).filter(|link| link.starts_with("../"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_out_of_the_archive_are_found() {
        let text = "[a](../a) [b](https://docs.rs/b) [c](docs/c.md) [d](../docs/d.md).";
        assert_eq!(relative_links(text).collect::<Vec<_>>(), ["../a", "../docs/d.md"]);
    }

    #[test]
    fn manifests_are_complete() {
        let complete = Package {
            description: Some("d".into()),
            documentation: Some("d".into()),
            readme: Some("README.md".into()),
            categories: vec!["asynchronous".into()],
            keywords: vec!["aws".into()],
            metadata: serde_json::json!({"docs": {"rs": {"all-features": true}}}),
            ..Package::default()
        };
        assert_eq!(missing(&complete, false), Vec::<String>::new());
        assert_eq!(missing(&complete, true), ["Cargo.toml has no valid `repository`"]);
        assert_eq!(missing(&Package::default(), false).len(), 6);
    }
}

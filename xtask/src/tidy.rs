//! `cargo xtask tidy`: what the compiler and clippy do not check.

mod circles;
mod cited;
mod english;
mod files;
mod finding;
mod graph;
mod lean;
mod licences;
mod publishing;
mod shared;
mod words;

use finding::Finding;

use crate::metadata::{Metadata, Package};
use crate::source::Source;
use crate::{Result, docs, site, version};

pub(crate) fn run() -> Result<()> {
    let metadata = Metadata::read()?;
    let sources = our_sources()?;
    let is_ours = |member: &&Package| !member.manifest_path.contains("/vendor/");
    let members: Vec<_> = metadata.members().filter(is_ours).cloned().collect();

    for (path, lines) in files::long_ones(&sources) {
        println!("warning: {path}: {lines} lines");
    }
    for (folder, count) in english::counts(&sources) {
        println!(
            "warning: {folder}: {count} comments read like a translation, see `cargo xtask tidy --phrases`"
        );
    }
    let mut findings = words::check(&sources);
    findings.extend(files::check(&sources, &members));
    findings.extend(circles::check(&sources)?);
    findings.extend(graph::check(&members));
    findings.extend(licences::check(metadata.packages.iter()));
    findings.extend(publishing::check(&members)?);
    let version = version::current()?;
    let stray = version::stray(&sources, &version).into_iter();
    findings.extend(
        stray.map(|path| Finding::new(path, format!("its version is not {version}, that of the workspace"))),
    );
    findings.extend(lean::check()?);
    findings.extend(shared::check()?);
    findings.extend(check_docs(&sources)?);
    findings.extend(check_site(&sources));
    findings.extend(cited::check(&sources));

    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(format!("not tidy: {count} findings").into()),
    }
}

/// Prints the comments that read like a translation.
pub(crate) fn list_phrases() -> Result<()> {
    for found in english::uses(&our_sources()?) {
        println!("{}:{}: {}", found.path, found.line, found.text);
    }
    Ok(())
}

/// All text files except those of vendored crates, which follow their own rules, and the built page.
fn our_sources() -> Result<Vec<Source>> {
    let sources = Source::read_all()?;
    let is_foreign = |path: &str| path.starts_with("vendor/") || path.contains("/ui/dist/");
    Ok(sources.into_iter().filter(|source| !is_foreign(&source.path)).collect())
}

fn check_docs(sources: &[Source]) -> Result<Vec<Finding>> {
    let is_current =
        |path: &str, text: &str| sources.iter().any(|source| source.path == path && source.text == *text);
    let stale = docs::files(sources)?.into_iter().filter(|(path, text)| !is_current(path, text));
    Ok(stale.map(|(path, _)| Finding::new(path, "not current, `cargo xtask docs` writes it")).collect())
}

fn check_site(sources: &[Source]) -> impl Iterator<Item = Finding> {
    let finding = |page| Finding::new(page, "not a page of the site, add it to docs/SUMMARY.md");
    site::missing_pages(sources).into_iter().map(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_must_be_current() {
        let notes = docs::FIRST.iter().map(|note| format!("// DEVIATION: {note}\n")).collect::<String>();
        // The tables of the reference are made from the real code.
        let mut code = Source::read_all().unwrap();
        code.retain(|source| source.path.ends_with(".rs") || source.path.ends_with("README.md"));
        for source in &mut code {
            source.text = source.text.replace("DEVIATION:", "").replace("UNRECORDED:", "");
        }
        code.push(Source { path: "asl-x/src/a.rs".to_owned(), text: notes });
        let written = docs::files(&code).unwrap();
        let found = |spoilt: usize| {
            let code = code.iter().map(|code| Source { path: code.path.clone(), text: code.text.clone() });
            let files = written.iter().enumerate().map(|(index, (path, text))| {
                let text = if index == spoilt { format!("{text}\n") } else { text.clone() };
                Source { path: (*path).to_owned(), text }
            });
            check_docs(&code.chain(files).collect::<Vec<_>>()).unwrap().len()
        };
        let count = written.len();
        assert_eq!([found(0), found(count - 1), found(count)], [1, 1, 0]);
        assert_eq!(check_docs(&code).unwrap().len(), count);
    }
}

//! `cargo xtask tidy`: what the compiler and clippy do not check.

mod circles;
mod files;
mod finding;
mod graph;
mod lean;
mod licences;
mod words;

use finding::Finding;

use crate::metadata::{Metadata, Package};
use crate::source::Source;
use crate::{Result, docs};

pub(crate) fn run() -> Result<()> {
    let metadata = Metadata::read()?;
    let sources = Source::read_all()?;
    // What others have written keeps their rules.
    let sources: Vec<_> = sources.into_iter().filter(|source| !source.path.starts_with("vendor/")).collect();
    let is_ours = |member: &&Package| !member.manifest_path.contains("/vendor/");
    let members: Vec<_> = metadata.members().filter(is_ours).cloned().collect();

    for (path, lines) in files::long_ones(&sources) {
        println!("warning: {path}: {lines} lines");
    }
    let mut findings = words::check(&sources);
    findings.extend(files::check(&sources, &members));
    findings.extend(circles::check(&sources)?);
    findings.extend(graph::check(&members));
    findings.extend(licences::check(metadata.packages.iter()));
    findings.extend(lean::check()?);
    findings.extend(check_docs(&sources)?);

    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(format!("not tidy: {count} findings").into()),
    }
}

fn check_docs(sources: &[Source]) -> Result<Vec<Finding>> {
    let is_current =
        |path: &str, text: &str| sources.iter().any(|source| source.path == path && source.text == *text);
    let stale = docs::files(sources)?.into_iter().filter(|(path, text)| !is_current(path, text));
    Ok(stale.map(|(path, _)| Finding::new(path, "not current, `cargo xtask docs` writes it")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_must_be_current() {
        let code = || Source { path: "asl-x/src/a.rs".to_owned(), text: "// DEVIATION: faster".to_owned() };
        let written = docs::files(&[code()]).unwrap();
        let found = |spoilt: usize| {
            let files = written.iter().enumerate().map(|(index, (path, text))| {
                let text = if index == spoilt { format!("{text}\n") } else { text.clone() };
                Source { path: (*path).to_owned(), text }
            });
            check_docs(&files.chain([code()]).collect::<Vec<_>>()).unwrap().len()
        };
        assert_eq!([found(0), found(1), found(2)], [1, 1, 0]);
        assert_eq!(check_docs(&[code()]).unwrap().len(), 2);
    }
}

//! `cargo xtask tidy`: what the compiler and clippy do not check.

mod files;
mod graph;
mod lean;
mod licences;
mod words;

use std::fmt;

use crate::metadata::{Metadata, Package};
use crate::source::Source;
use crate::{Result, docs};

/// Something that must be changed.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// A file, or a package.
    place: String,
    line: Option<usize>,
    message: String,
}

impl Finding {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding { place: place.into(), line: None, message: message.into() }
    }

    fn at(source: &Source, line: usize, message: impl Into<String>) -> Finding {
        Finding { line: Some(line), ..Finding::new(&source.path, message) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.place, self.message),
            None => write!(f, "{}: {}", self.place, self.message),
        }
    }
}

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

    #[test]
    fn findings_print_like_the_compiler_does() {
        let source = Source { path: "a.rs".to_owned(), text: String::new() };
        assert_eq!(Finding::at(&source, 3, "no").to_string(), "a.rs:3: no");
        assert_eq!(Finding::new("asl-x", "no").to_string(), "asl-x: no");
    }
}

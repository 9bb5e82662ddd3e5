//! `cargo xtask tidy`: what the compiler and clippy do not check.

mod files;
mod graph;
mod lean;
mod licences;
mod words;

use std::fmt;

use crate::metadata::Metadata;
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
    let members: Vec<_> = metadata.members().cloned().collect();

    for (path, lines) in files::long_ones(&sources) {
        println!("warning: {path}: {lines} lines");
    }
    let mut findings = words::check(&sources);
    findings.extend(files::check(&sources, &members));
    findings.extend(graph::check(&members));
    findings.extend(licences::check(metadata.foreign()));
    findings.extend(lean::check()?);
    findings.extend(check_page(&sources));

    for finding in &findings {
        eprintln!("{finding}");
    }
    match findings.len() {
        0 => Ok(()),
        count => Err(format!("not tidy: {count} findings").into()),
    }
}

fn check_page(sources: &[Source]) -> Option<Finding> {
    let found = sources.iter().find(|source| source.path == docs::PATH);
    let current = found.is_some_and(|source| source.text == docs::page(sources));
    (!current).then(|| Finding::new(docs::PATH, "not current, `cargo xtask docs` writes it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_of_deviations_must_be_current() {
        let code = || Source { path: "asl-x/src/a.rs".to_owned(), text: "// DEVIATION: faster".to_owned() };
        let page = |text: String| Source { path: docs::PATH.to_owned(), text };
        let current = docs::page(&[code()]);
        assert_eq!(check_page(&[code(), page(current.clone())]), None);
        assert!(check_page(&[code(), page(format!("{current}\n"))]).is_some());
        assert!(check_page(&[code()]).is_some());
    }

    #[test]
    fn findings_print_like_the_compiler_does() {
        let source = Source { path: "a.rs".to_owned(), text: String::new() };
        assert_eq!(Finding::at(&source, 3, "no").to_string(), "a.rs:3: no");
        assert_eq!(Finding::new("asl-x", "no").to_string(), "asl-x: no");
    }
}

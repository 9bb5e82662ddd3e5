//! Phrases in comments that read like a translation. They are reported as warnings.

use std::collections::BTreeMap;

use crate::source::{Source, is_comment};

/// What to look for, and phrases that contain it but are fine.
const PHRASES: &[(&str, &[&str])] = &[
    ("is no ", &["is no longer", "there is no "]),
    ("told", &[]),
    ("tell", &[]),
    ("tells", &[]),
    ("goes on", &[]),
    ("go on", &[]),
    ("stands for", &[]),
    ("so many", &[]),
    ("as many", &["as many as"]),
    ("beside", &[]),
    ("anew", &[]),
    ("whoever", &[]),
    ("what of", &[]),
];

/// A comment with such a phrase.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Use<'s> {
    pub(super) path: &'s str,
    pub(super) line: usize,
    pub(super) text: &'s str,
}

pub(super) fn uses(sources: &[Source]) -> impl Iterator<Item = Use<'_>> {
    sources.iter().filter(|source| source.is_rust()).flat_map(|source| {
        let lines = source.lines().filter(|(_, line)| is_comment(line) && has_phrase(line));
        lines.map(|(line, text)| Use { path: &source.path, line, text: text.trim() })
    })
}

/// How many such comments there are in each folder of the root.
pub(super) fn counts(sources: &[Source]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for found in uses(sources) {
        let folder = found.path.split('/').next().unwrap_or_default();
        *counts.entry(folder).or_default() += 1;
    }
    counts
}

fn has_phrase(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    PHRASES.iter().any(|(phrase, fine)| {
        let line = fine.iter().fold(line.clone(), |line, fine| line.replace(fine, ""));
        line.match_indices(phrase).any(|(start, _)| is_word(&line, start, start + phrase.len()))
    })
}

/// Whether a part of a line begins and ends with whole words.
fn is_word(line: &str, start: usize, end: usize) -> bool {
    let before = line.get(..start).and_then(|before| before.chars().next_back());
    let last = line.get(start..end).and_then(|part| part.chars().next_back());
    let after = line.get(end..).and_then(|after| after.chars().next());
    let is_letter = |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    let joins_next = is_letter(last) && is_letter(after);
    !is_letter(before) && !joins_next
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, found: bool) {
        let source = Source { path: "asl-x/src/a.rs".to_owned(), text: format!("\n    {line}\n") };
        let sources = [source];
        let expect = found.then_some(Use { path: "asl-x/src/a.rs", line: 2, text: line });
        assert_eq!(uses(&sources).next(), expect);
        assert_eq!(counts(&sources).get("asl-x").copied(), found.then_some(1));
    }

    #[test]
    fn phrases_count_as_whole_words_of_comments() {
        check("// This is no state.", true);
        check("/// So many items.", true);
        check("// It goes on.", true);
        check("let told = 1;", false);
        check("// A teller, retold.", false);
        check("// It is no longer needed, and there is no other.", false);
        check("// At least as many as before.", false);
        check("// An anewed `what_of`.", false);
    }
}

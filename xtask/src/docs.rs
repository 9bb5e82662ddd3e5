//! `cargo xtask docs`: collects what the code says of itself into `docs/deviations.md`, and writes the schemas
//! of definitions and of test files, and the pages of the reference that are tables.

mod command_line;
mod reference;

use crate::source::{Source, is_comment};
use crate::{Result, root};

pub(crate) use command_line::check as check_command_line;

const DEVIATIONS: &str = "docs/deviations.md";
const SCHEMA: &str = "docs/asl.schema.json";
const TEST_SCHEMA: &str = "docs/asl-test.schema.json";

/// The marks of comments that the page collects.
const MARKS: [&str; 2] = ["DEVIATION:", "UNRECORDED:"];

/// The beginnings of what a user of an ordinary workflow may notice first, in this order. Each is that of one note.
pub(crate) const FIRST: &[&str] = &[
    "`ResultPath` with an index into a value that does not exist",
    "whether `SecondsPath` and the timeouts accept strings",
    "AWS has memory enough",
    "error names of the other optimised integrations",
    "results of `.sync` other than those",
    "on AWS, EXPRESS machines cannot use `.sync`",
    "`.sync` and `.sync:2` of an Express child",
    "failed iterations of a Map in INLINE mode",
    "how long a redriven Wait with `Seconds` takes",
    "a file that is one JSON object fails",
    "how AWS measures the memory of an evaluation",
    "what Step Functions Local does on a call beyond the last answer",
];

/// The beginnings of notes about nothing but words: what happens is known.
const TEXTS: &[&str] = &[
    "the text",
    "the cause",
    "the message",
    "the error for",
    "AWS's text",
    "AWS's code and text",
    "AWS's error name and text",
    "all messages",
    "how AWS prints",
    "the names of types",
    "the fields AWS names",
    "which operators AWS lists",
    "which part of the input a",
    "whether AWS marks the place",
    "whether AWS shortens",
    "whether the text",
];

/// A section of the page. A note belongs in the first section that accepts it.
struct Section {
    heading: &'static str,
    introduction: &'static str,
    accepts: fn(mark: &str, note: &str) -> bool,
}

const SECTIONS: [Section; 4] = [
    Section {
        heading: "What you may notice first",
        introduction: "Of both kinds, by weight: where an ordinary workflow may behave differently here and on AWS.",
        accepts: |_, note| begins(note, FIRST),
    },
    Section {
        heading: "Deviations",
        introduction: "Where this project does something else than AWS Step Functions, on purpose.",
        accepts: |mark, _| mark == MARKS[0],
    },
    Section {
        heading: "Unrecorded behaviour",
        introduction: "Where no recording of AWS Step Functions was available, so that the documentation or the likelier \
                       reading decided.",
        accepts: |_, note| !begins(note, TEXTS),
    },
    Section {
        heading: "Unrecorded texts",
        introduction: "What happens is known, the words are not: messages, causes and the like. Only a program that compares \
                       texts notices.",
        accepts: |_, _| true,
    },
];

fn begins(note: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|beginning| note.starts_with(beginning))
}

pub(crate) fn write() -> Result<()> {
    let mut files = files(&Source::read_all()?)?;
    files.push((command_line::PAGE, command_line::page(&command_line::program()?)?));
    for (path, text) in files {
        let whole = root()?.join(path);
        if let Some(folder) = whole.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(whole, text)?;
        println!("wrote {path}");
    }
    Ok(())
}

/// The files with their current contents, without the page of the command line, which needs the command.
pub(crate) fn files(sources: &[Source]) -> Result<Vec<(&'static str, String)>> {
    let schema = serde_json::to_string_pretty(&asl_model::json_schema())? + "\n";
    let notes = all_notes(sources);
    for beginning in FIRST {
        match notes.iter().filter(|found| found.note.starts_with(beginning)).count() {
            1 => {}
            count => {
                return Err(format!("{count} notes in the code begin with `{beginning}`, not one").into());
            }
        }
    }
    let tests = serde_json::to_string_pretty(&asl_test::json_schema())? + "\n";
    let mut files = reference::pages(sources)?;
    files.extend([(DEVIATIONS, page(notes)), (SCHEMA, schema), (TEST_SCHEMA, tests)]);
    Ok(files)
}

/// A comment with a mark.
struct Note {
    mark: &'static str,
    path: String,
    note: String,
}

fn all_notes(sources: &[Source]) -> Vec<Note> {
    let of_mark = |mark: &'static str| {
        sources.iter().filter(|source| is_collected(source)).flat_map(move |source| {
            let note = move |note| Note { mark, path: source.path.clone(), note };
            notes(&source.text, mark).into_iter().map(note)
        })
    };
    MARKS.into_iter().flat_map(of_mark).collect()
}

/// The page of deviations.
fn page(mut notes: Vec<Note>) -> String {
    let mut page =
        "# Deviations\n\nWritten by `cargo xtask docs` from the comments in the code; edit those.\n"
            .to_owned();
    let weight = |found: &Note| FIRST.iter().position(|beginning| found.note.starts_with(beginning));
    notes.sort_by_key(|found| weight(found).unwrap_or(FIRST.len()));
    for Section { heading, introduction, accepts } in SECTIONS {
        let (own, others) = notes.into_iter().partition(|found: &Note| accepts(found.mark, &found.note));
        notes = others;
        page.push_str(&format!("\n## {heading}\n\n{introduction}\n\n"));
        for Note { path, note, .. } in own as Vec<Note> {
            page.push_str(&format!("- `{path}`: {note}\n"));
        }
    }
    page
}

/// xtask mentions the marks without using them.
fn is_collected(source: &Source) -> bool {
    source.is_rust() && !source.is_test() && !source.path.starts_with("xtask/")
}

/// The text after each `mark` in a comment, up to the end of the paragraph.
fn notes(text: &str, mark: &str) -> Vec<String> {
    let mut notes = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let Some((code, comment)) = line.split_once("//") else { continue };
        let Some((_, note)) = comment.split_once(mark) else { continue };
        let mut note = note.trim().to_owned();
        while code.trim().is_empty() {
            let Some(more) = lines.next_if(|line| continues(line)) else { break };
            note.push(' ');
            note.push_str(comment_text(more));
        }
        notes.push(note);
    }
    notes
}

fn continues(line: &str) -> bool {
    let starts_another = MARKS.iter().any(|mark| line.contains(mark));
    is_comment(line) && !comment_text(line).is_empty() && !starts_another
}

fn comment_text(line: &str) -> &str {
    line.trim_start().trim_start_matches(['/', '!']).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        assert_eq!(notes(text, "UNRECORDED:"), expect);
    }

    #[test]
    fn collects_paragraphs_of_comments() {
        check("// UNRECORDED: one\nlet x = 1;", &["one"]);
        check(
            "    /// A thing. UNRECORDED: how\n    /// it ends.\n    ///\n    /// Other.",
            &["how it ends."],
        );
        check("//! UNRECORDED: a\n//! b\nfn f() {}\n", &["a b"]);
        check("let x = 1; // UNRECORDED: short\n// Not part of it.", &["short"]);
        check("// UNRECORDED: one\n// UNRECORDED: two\n// DEVIATION: three", &["one", "two"]);
        check("let text = \"UNRECORDED: no comment\";", &[]);
        check("// nothing", &[]);
    }

    #[test]
    fn the_page_begins_with_what_users_notice_and_ends_with_texts() {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let page = page(all_notes(&[
            source("asl-x/src/a.rs", "// DEVIATION: faster\n// UNRECORDED: the text of an error"),
            source(
                "asl-x/src/b.rs",
                "// UNRECORDED: the order\n// UNRECORDED: results of `.sync` other than those",
            ),
            source("asl-x/src/a/tests.rs", "// DEVIATION: in a test"),
            source("xtask/src/b.rs", "// DEVIATION: in a chore"),
        ]));
        let places = [
            "results of",
            "## Deviations",
            "faster",
            "## Unrecorded behaviour",
            "the order",
            "the text of an error",
        ]
        .map(|text| page.find(text));
        assert!(places.is_sorted() && places.iter().all(Option::is_some), "{places:?} {page}");
        assert!(!page.contains("in a test") && !page.contains("in a chore"), "{page}");
    }
}

//! `cargo xtask docs`: collects what the code says of itself into `docs/deviations.md`, and writes the schema of
//! definitions.

use crate::source::{Source, is_comment};
use crate::{Result, root};

const DEVIATIONS: &str = "docs/deviations.md";
const SCHEMA: &str = "docs/asl.schema.json";

/// The marks, each with the heading and introduction of its section.
const SECTIONS: &[(&str, &str, &str)] = &[
    (
        "DEVIATION:",
        "Deviations",
        "Where this project does something else than AWS Step Functions, on purpose.",
    ),
    (
        "UNRECORDED:",
        "Unrecorded",
        "Where no recording of AWS Step Functions was available, so that the documentation or the likelier \
         reading decided.",
    ),
];

pub(crate) fn write() -> Result<()> {
    for (path, text) in files(&Source::read_all()?)? {
        let whole = root()?.join(path);
        if let Some(folder) = whole.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(whole, text)?;
        println!("wrote {path}");
    }
    Ok(())
}

/// The files with their current contents.
pub(crate) fn files(sources: &[Source]) -> Result<[(&'static str, String); 2]> {
    let schema = serde_json::to_string_pretty(&asl_model::json_schema())? + "\n";
    Ok([(DEVIATIONS, page(sources)), (SCHEMA, schema)])
}

/// The page of deviations.
fn page(sources: &[Source]) -> String {
    let mut page =
        "# Deviations\n\nWritten by `cargo xtask docs` from the comments in the code; edit those.\n"
            .to_owned();
    for (mark, heading, words) in SECTIONS {
        page.push_str(&format!("\n## {heading}\n\n{words}\n\n"));
        for source in sources.iter().filter(|source| is_collected(source)) {
            for note in notes(&source.text, mark) {
                page.push_str(&format!("- `{}`: {note}\n", source.path));
            }
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
    let starts_another = SECTIONS.iter().any(|(mark, ..)| line.contains(mark));
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
    fn the_page_lists_both_kinds_by_file() {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let page = page(&[
            source("asl-x/src/a.rs", "// DEVIATION: faster\n// UNRECORDED: order"),
            source("asl-x/src/a/tests.rs", "// DEVIATION: in a test"),
            source("xtask/src/b.rs", "// DEVIATION: in a chore"),
        ]);
        assert!(page.contains("- `asl-x/src/a.rs`: faster\n"), "{page}");
        assert!(page.contains("- `asl-x/src/a.rs`: order\n"), "{page}");
        assert!(!page.contains("in a "), "{page}");
    }
}

//! Tests and commands that the documentation names must exist.

use super::finding::Finding;
use crate::source::Source;

/// Pages with tables whose rows must each name a test, a file or a command in the last cell.
const HELD: [&str; 2] = ["docs/comparison.md", "docs/guarantees.md"];

/// The heading of such a column.
const COLUMN: &str = "held by";

const COMMANDS: &str = "xtask/src/main.rs";

pub(super) fn check(sources: &[Source]) -> Vec<Finding> {
    let pages = sources.iter().filter(|source| is_page(&source.path));
    pages.flat_map(|page| check_page(page, sources)).collect()
}

fn is_page(path: &str) -> bool {
    path.ends_with(".md") && (path.starts_with("docs/") || ["README.md", "SECURITY.md"].contains(&path))
}

fn check_page(page: &Source, sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_held = false;
    for (line, text) in page.lines() {
        let cited: Vec<Option<bool>> = code(text).map(|code| exists(code, sources)).collect();
        if let Some(missing) = code(text).find(|code| exists(code, sources) == Some(false)) {
            findings.push(Finding::at(page, line, format!("`{missing}` does not exist")));
        }
        let last = text.trim().trim_end_matches('|').rsplit('|').next().unwrap_or_default().trim();
        is_held = text.starts_with('|') && (is_held || last == COLUMN);
        let is_row = is_held && last != COLUMN && !text.starts_with("|--");
        if is_row && HELD.contains(&page.path.as_str()) && !cited.contains(&Some(true)) {
            findings.push(Finding::at(page, line, "the row names no test, file or command"));
        }
    }
    findings
}

/// The pieces of code in a line.
fn code(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// Whether a test `FILE.rs::NAME`, a file in a folder of tests, or a command `cargo xtask NAME` exists. `None` for other code.
fn exists(code: &str, sources: &[Source]) -> Option<bool> {
    let text =
        |path: &str| sources.iter().find(|source| source.path == path).map(|source| source.text.as_str());
    if let Some(command) = code.split_once("cargo xtask ").map(|(_, command)| command) {
        let name = command.split_whitespace().next().unwrap_or_default();
        return Some(text(COMMANDS).is_some_and(|text| text.contains(&format!("[\"{name}\""))));
    }
    if let Some((path, name)) = code.split_once(".rs::") {
        let starts = [format!("fn {name}("), format!("fn {name}<")];
        let text = text(&format!("{path}.rs"));
        return Some(text.is_some_and(|text| starts.iter().any(|start| text.contains(start))));
    }
    let is_test = code.contains("tests/") && [".rs", ".toml"].iter().any(|end| code.ends_with(end));
    (is_test && !code.contains(['*', ' '])).then(|| text(code).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expect: &[usize]) {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [
            source("docs/guarantees.md", page),
            source("asl-x/tests/it/a.rs", "fn holds() {}"),
            source(COMMANDS, r#"["chaos", options @ ..] =>"#),
        ];
        let lines: Vec<_> = super::check(&sources).iter().filter_map(|finding| finding.line).collect();
        assert_eq!(lines, expect);
    }

    #[test]
    fn what_is_named_exists() {
        check(
            "see `asl-x/tests/it/a.rs::holds`, `asl-x/tests/it/a.rs`, `cargo xtask chaos --kills 1`, `ls`",
            &[],
        );
        check("see `asl-x/tests/it/a.rs::other`", &[1]);
        check("see `asl-x/tests/it/b.rs`\n\n`cargo xtask none`", &[1, 3]);
    }

    #[test]
    fn each_promise_is_held_by_something() {
        check("| what | held by |\n|---|---|\n| a | `cargo xtask chaos` |\n", &[]);
        check("| what | held by |\n|---|---|\n| a | hope |\n\n| what | why |\n|---|---|\n| a | b |\n", &[3]);
    }
}

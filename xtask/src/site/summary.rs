//! `docs/SUMMARY.md`: the pages of the site, in order.

use std::path::Path;

use super::links;
use crate::Result;
use crate::source::Source;

/// The list of pages, in the repository.
pub(super) const SUMMARY: &str = "docs/SUMMARY.md";

/// The pages that the summary lists, as paths in the repository, and the text in which a link to a folder is replaced by
/// links to its pages.
pub(super) struct Summary {
    pub(super) text: String,
    pub(super) pages: Vec<String>,
}

impl Summary {
    /// Reads `docs/SUMMARY.md` of the repository `root`. A page that does not exist is an error.
    pub(super) fn read(root: &Path) -> Result<Summary> {
        let mut text = String::new();
        for line in std::fs::read_to_string(root.join(SUMMARY))?.lines() {
            match links::links(line).first().and_then(|link| links::resolve(SUMMARY, link.target)) {
                Some(folder) if root.join(&folder).is_dir() => {
                    let indent: String = line.chars().take_while(|letter| *letter == ' ').collect();
                    for (title, page) in titles(root, &folder)? {
                        text.push_str(&format!("{indent}- [{title}](../{page})\n"));
                    }
                }
                _ => text.push_str(&format!("{line}\n")),
            }
        }
        let pages: Vec<String> =
            links::links(&text).iter().filter_map(|link| links::resolve(SUMMARY, link.target)).collect();
        match pages.iter().find(|page| !root.join(page).is_file()) {
            Some(page) => Err(format!("{SUMMARY}: no page {page}").into()),
            None => Ok(Summary { text, pages }),
        }
    }
}

/// The Markdown files of a folder, by name, each with its title.
fn titles(root: &Path, folder: &str) -> Result<Vec<(String, String)>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(root.join(folder))? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).filter(|name| name.ends_with(".md"))
        else {
            continue;
        };
        let text = std::fs::read_to_string(&path)?;
        let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(name);
        found.push((title.to_owned(), format!("{folder}/{name}")));
    }
    found.sort_by(|one, other| one.1.cmp(&other.1));
    Ok(found)
}

/// The pages in `docs` that the summary does not list.
pub(crate) fn missing_pages(sources: &[Source]) -> Vec<String> {
    let Some(summary) = sources.iter().find(|source| source.path == SUMMARY) else { return Vec::new() };
    let listed: Vec<String> =
        links::links(&summary.text).iter().filter_map(|link| links::resolve(SUMMARY, link.target)).collect();
    let is_page = |path: &str| path.starts_with("docs/") && path.ends_with(".md") && path != SUMMARY;
    let pages = sources.iter().map(|source| &source.path).filter(|path| is_page(path));
    pages.filter(|path| !listed.contains(path)).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_of_docs_is_listed() {
        let source = |path: &str, text: &str| Source { path: path.to_owned(), text: text.to_owned() };
        let sources = [
            source(SUMMARY, "[What](README.md)\n- [A](guides/a.md)\n- [Security](../SECURITY.md)\n"),
            source("docs/README.md", ""),
            source("docs/guides/a.md", ""),
            source("docs/guides/b.md", ""),
            source("asl-x/README.md", ""),
        ];
        assert_eq!(missing_pages(&sources), ["docs/guides/b.md"]);
    }

    #[test]
    fn all_pages_exist_and_folders_are_lists_of_pages() {
        let summary = Summary::read(&crate::root().unwrap()).unwrap();
        assert!(
            summary.text.contains("  - [ASL0001: The text is not valid JSON (or YAML)]"),
            "{}",
            summary.text
        );
        assert!(summary.pages.contains(&"asl-model/docs/codes/ASL0001.md".to_owned()));
    }
}

//! The source of the site: a copy of the pages, in which no link leads outside.

use std::collections::BTreeSet;
use std::path::Path;

use super::links::{self, relative};
use super::summary::{SUMMARY, Summary};
use crate::Result;

/// The settings of mdBook.
const SETTINGS: &str = "docs/book.toml";

/// What the settings name.
const STYLES: &str = "docs/site.css";

/// What has an address of its own in a site. Other files are copied as text, for browsers show only that.
const SHOWN: [&str; 4] = [".png", ".svg", ".html", ".json"];

/// Copies all pages, and what they link to, from the repository `root` to `folder`. Returns the number of pages.
pub(super) fn copy(root: &Path, folder: &Path) -> Result<usize> {
    let Summary { text, pages } = Summary::read(root)?;
    let mut files = BTreeSet::new();
    let mut problems = Vec::new();
    for page in &pages {
        let text = std::fs::read_to_string(root.join(page))?;
        let text = shown_names(&rewritten(root, page, &text, &pages, &mut files, &mut problems));
        write(&folder.join("src").join(address(page, &pages)), text.as_bytes())?;
    }
    let summary = rewritten(root, SUMMARY, &text, &pages, &mut files, &mut problems);
    write(&folder.join("src/SUMMARY.md"), summary.as_bytes())?;
    write(&folder.join("book.toml"), &std::fs::read(root.join(SETTINGS))?)?;
    write(&folder.join("src/site.css"), &std::fs::read(root.join(STYLES))?)?;
    for file in &files {
        write(&folder.join("src").join(address(file, &pages)), &std::fs::read(root.join(file))?)?;
    }
    match problems.as_slice() {
        [] => Ok(pages.len()),
        problems => Err(problems.join("\n").into()),
    }
}

/// The text of a page with the links that lead to the same files in the site. Files that are not pages are added to
/// `files`, dead links to `problems`.
fn rewritten(
    root: &Path,
    page: &str,
    text: &str,
    pages: &[String],
    files: &mut BTreeSet<String>,
    problems: &mut Vec<String>,
) -> String {
    let mut done = String::new();
    let mut end = 0;
    for link in links::links(text) {
        let Some(path) = links::resolve(page, link.target) else { continue };
        let Some(file) = file_of(root, &path) else {
            problems.push(format!("{page}: nothing at `{}`", link.target));
            continue;
        };
        if !pages.contains(&file) {
            files.insert(file.clone());
        }
        done.push_str(text.get(end..link.place.start).unwrap_or_default());
        done.push_str(&relative(&address(page, pages), &address(&file, pages)));
        if let Some((_, anchor)) = link.target.split_once('#') {
            done.push_str(&format!("#{anchor}"));
        }
        end = link.place.end;
    }
    done + text.get(end..).unwrap_or_default()
}

/// The file that is shown for a path: of a folder its `README.md`.
fn file_of(root: &Path, path: &str) -> Option<String> {
    [path.to_owned(), format!("{path}/README.md")].into_iter().find(|path| root.join(path).is_file())
}

/// Where a file of the repository is in the site.
fn address(file: &str, pages: &[String]) -> String {
    let place = match file.strip_prefix("docs/") {
        Some(inside) => inside.to_owned(),
        None => format!("source/{file}"),
    };
    match place.strip_suffix("README.md") {
        _ if file == SUMMARY => place,
        Some(folder) if pages.iter().any(|page| page == file) => format!("{folder}index.md"),
        None if pages.iter().any(|page| page == file) || SHOWN.iter().any(|end| file.ends_with(end)) => place,
        // mdBook takes each `.md` in a link for that of a page.
        _ => format!("{}.txt", place.trim_end_matches(".md")),
    }
}

/// Blocks of code with attributes of [`guide_e2e`](crate::guide_e2e): the name of a file becomes a line above the block.
fn shown_names(text: &str) -> String {
    let mut shown = String::new();
    for line in text.lines() {
        let info = line.strip_prefix("```").and_then(|info| info.split_once(' '));
        match info {
            Some((language, attribute)) => {
                if let Some(name) = attribute.strip_prefix("title=") {
                    shown.push_str(&format!("`{name}`:\n\n"));
                }
                shown.push_str(&format!("```{language}\n"));
            }
            None => shown.push_str(&format!("{line}\n")),
        }
    }
    shown
}

fn write(path: &Path, contents: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(path, contents).map_err(|error| format!("{}: {error}", path.display()).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_lead_to_the_same_files_in_the_site() {
        let pages = ["docs/guides/README.md", "docs/guides/sqs.md", "SECURITY.md"].map(str::to_owned);
        let check = |text: &str, expect: &str| {
            let (mut files, mut problems) = (BTreeSet::new(), Vec::new());
            let root = crate::root().unwrap();
            let done = rewritten(&root, "docs/guides/sqs.md", text, &pages, &mut files, &mut problems);
            assert_eq!(done, expect);
            (files.into_iter().collect::<Vec<_>>(), problems.len())
        };
        let none = Vec::<String>::new;
        assert_eq!(check("[a](README.md#b)", "[a](index.md#b)"), (none(), 0));
        assert_eq!(check("[a](../../SECURITY.md)", "[a](../source/SECURITY.md)"), (none(), 0));
        let copied = vec!["editors/vscode/README.md".to_owned()];
        assert_eq!(
            check("[a](../../editors/vscode)", "[a](../source/editors/vscode/README.txt)"),
            (copied, 0)
        );
        assert_eq!(check("[a](no.md)", "[a](no.md)"), (none(), 1));
        assert_eq!(check("[a](https://a.example)", "[a](https://a.example)"), (none(), 0));
    }

    #[test]
    fn names_of_files_are_shown() {
        assert_eq!(shown_names("```json title=a.json\n{}\n```\n"), "`a.json`:\n\n```json\n{}\n```\n");
        assert_eq!(shown_names("```sh run\nls\n```\n"), "```sh\nls\n```\n");
    }
}

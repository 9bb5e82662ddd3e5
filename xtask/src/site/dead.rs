//! Dead links and anchors in the built site.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

use super::links;
use crate::Result;

/// What mdBook makes of all pages together, and the page for wrong addresses, which is served in any folder.
const REPEATED: [&str; 3] = ["print.html", "toc.html", "404.html"];

/// Follows each link of each page within the site. Returns their number; a dead one is an error.
pub(super) fn check(site: &Path) -> Result<usize> {
    let mut pages = BTreeMap::new();
    read(site, site, &mut pages)?;
    let ids: BTreeMap<&str, HashSet<&str>> =
        pages.iter().map(|(page, html)| (page.as_str(), attributes(html, "id").collect())).collect();
    let mut count = 0;
    let mut dead = Vec::new();
    for (page, html) in pages.iter().filter(|(page, _)| !REPEATED.contains(&page.as_str())) {
        for target in attributes(html, "href").chain(attributes(html, "src")) {
            let file = match target.split('#').next() {
                Some("") => Some(page.clone()),
                _ => links::resolve(page, target),
            };
            let Some(file) = file else { continue };
            count += 1;
            let anchor = target.split_once('#').map(|(_, anchor)| anchor).filter(|anchor| !anchor.is_empty());
            let is_there = match (anchor, ids.get(file.as_str())) {
                (Some(anchor), Some(ids)) => ids.contains(anchor),
                (Some(_), None) => false,
                (None, _) => site.join(&file).is_file(),
            };
            if !is_there {
                dead.push(format!("{page}: nothing at `{target}`"));
            }
        }
    }
    match dead.is_empty() {
        true => Ok(count),
        false => Err(dead.join("\n").into()),
    }
}

/// The HTML files below a folder, by their paths in the site.
fn read(site: &Path, folder: &Path, pages: &mut BTreeMap<String, String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path: PathBuf = entry?.path();
        if path.is_dir() {
            read(site, &path, pages)?;
        } else if path.extension().is_some_and(|end| end == "html") {
            let name = path.strip_prefix(site)?.to_string_lossy().replace('\\', "/");
            pages.insert(name, std::fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// The values of an attribute in the tags of a page.
fn attributes<'h>(html: &'h str, name: &str) -> impl Iterator<Item = &'h str> {
    let start = format!(" {name}=\"");
    let tags = html.split('<').filter_map(|piece| piece.split_once('>')).map(|(tag, _)| tag);
    tags.filter_map(move |tag| tag.split_once(start.as_str())?.1.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_those_of_tags() {
        let html =
            r#"<h1 id="a"><a class="header" href="b.html#c">href="no"</a></h1> id="no" <img src="d.png">"#;
        assert_eq!(attributes(html, "href").collect::<Vec<_>>(), ["b.html#c"]);
        assert_eq!(attributes(html, "id").collect::<Vec<_>>(), ["a"]);
    }

    #[test]
    fn a_dead_link_and_a_dead_anchor_are_errors() {
        let folder = crate::target().unwrap().join("dead-links");
        std::fs::create_dir_all(folder.join("b")).unwrap();
        let write = |name: &str, html: &str| std::fs::write(folder.join(name), html).unwrap();
        write("b/c.html", r#"<h2 id="here"></h2>"#);
        write(
            "a.html",
            r##"<a href="b/c.html#here"></a><a href="#"></a><a href="https://x.example/y"></a>"##,
        );
        assert_eq!(check(&folder).unwrap(), 2);
        write("a.html", r#"<a href="b/c.html#there"></a><a href="b/d.html"></a>"#);
        let error = check(&folder).unwrap_err().to_string();
        assert_eq!(error, "a.html: nothing at `b/c.html#there`\na.html: nothing at `b/d.html`");
        std::fs::remove_dir_all(folder).unwrap();
    }
}

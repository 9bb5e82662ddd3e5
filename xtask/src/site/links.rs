//! Links in Markdown.

use std::ops::Range;

/// The target of a link or an image, and its place in the text.
pub(super) struct Link<'t> {
    pub(super) target: &'t str,
    pub(super) place: Range<usize>,
}

/// The links of a page: `[text](target)`, `![picture](target)` and `[name]: target`, outside of code.
pub(super) fn links(text: &str) -> Vec<Link<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut fence = None;
    for line in text.split_inclusive('\n') {
        let mark = line.trim_start().get(..3).filter(|mark| ["```", "~~~"].contains(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => links_of_line(text, line, start, &mut found),
            _ => {}
        }
        start += line.len();
    }
    found
}

fn links_of_line<'t>(text: &'t str, line: &str, start: usize, found: &mut Vec<Link<'t>>) {
    let mut add = |from: usize, length: usize| {
        let place = start + from..start + from + length;
        found.extend(text.get(place.clone()).map(|target| Link { target, place }));
    };
    if let Some((name, target)) = line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")) {
        add(name.len() + 4, target.trim_end().len());
        return;
    }
    let mut is_code = false;
    for (index, letter) in line.char_indices() {
        is_code ^= letter == '`';
        let rest = line.get(index..).unwrap_or_default();
        let target = rest.strip_prefix("](").and_then(|rest| rest.split_once(')'));
        if let Some((target, _)) = target.filter(|_| !is_code) {
            add(index + 2, target.len());
        }
    }
}

/// The path in the repository to which a link of `page` leads, without its anchor. `None` if it leads to another site or
/// within the page.
pub(super) fn resolve(page: &str, target: &str) -> Option<String> {
    let path = target.split('#').next().unwrap_or_default();
    if path.is_empty() || path.contains(':') || path.starts_with('/') {
        return None;
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// The link that leads from a page to a file, both with their paths from one root.
pub(super) fn relative(page: &str, file: &str) -> String {
    let folders: Vec<&str> = page.split('/').collect();
    let parts: Vec<&str> = file.split('/').collect();
    let common =
        folders.iter().zip(&parts).take(folders.len() - 1).take_while(|(one, other)| one == other).count();
    let up = std::iter::repeat_n("..", folders.len() - 1 - common);
    up.chain(parts.iter().skip(common).copied()).collect::<Vec<_>>().join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_links_outside_of_code() {
        let text = "A [b](c.md), ![d](e.png) and `[no](code.md)`\n```md\n[no](block.md)\n```\n[f]: g.md#h\n[i](j(k)\n";
        let found = links(text);
        assert_eq!(
            found.iter().map(|link| link.target).collect::<Vec<_>>(),
            ["c.md", "e.png", "g.md#h", "j(k"]
        );
        assert!(found.iter().all(|link| text.get(link.place.clone()) == Some(link.target)));
    }

    #[test]
    fn links_have_paths_in_the_repository() {
        #[track_caller]
        fn check(page: &str, target: &str, path: Option<&str>) {
            assert_eq!(resolve(page, target).as_deref(), path);
            if let Some(path) = path {
                assert_eq!(resolve(page, &relative(page, path)).as_deref(), Some(path));
            }
        }
        check("docs/guides/a.md", "b.md#c", Some("docs/guides/b.md"));
        check("docs/guides/a.md", "../../asl-x/README.md", Some("asl-x/README.md"));
        check("README.md", "docs/guides", Some("docs/guides"));
        check("README.md", "#here", None);
        check("README.md", "https://example.com/a", None);
        assert_eq!(relative("guides/a.md", "guides/b/c.md"), "b/c.md");
        assert_eq!(relative("guides/a.md", "source/x.md"), "../source/x.md");
    }
}

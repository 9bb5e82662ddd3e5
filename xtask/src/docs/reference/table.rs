//! What the pages are made of, and what is read from the code.

use crate::Result;
use crate::source::Source;

/// What each page begins with.
pub(super) fn heading(title: &str, introduction: &str) -> String {
    format!("# {title}\n\nWritten by `cargo xtask docs` from the code.\n\n{introduction}\n\n")
}

/// The text of a cell of a table.
pub(super) fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

/// The source of a file.
pub(super) fn source<'s>(sources: &'s [Source], path: &str) -> Result<&'s str> {
    let found = sources.iter().find(|source| source.path == path);
    found.map(|source| source.text.as_str()).ok_or_else(|| format!("no file {path}").into())
}

/// The literals and names in the array that is the value of a constant in Rust, one list for each item.
pub(super) fn items(sources: &[Source], path: &str, constant: &str) -> Result<Vec<Vec<String>>> {
    let text = source(sources, path)?;
    let (_, value) = text
        .split_once(&format!("const {constant}:"))
        .and_then(|(_, rest)| rest.split_once("= &["))
        .ok_or_else(|| format!("{path}: no array {constant}"))?;
    let (value, _) = value.split_once("\n];").ok_or_else(|| format!("{path}: {constant} does not end"))?;
    let tokens: proc_macro2::TokenStream = value.parse().map_err(|error| format!("{path}: {error}"))?;
    let groups = tokens.into_iter().filter_map(|token| match token {
        proc_macro2::TokenTree::Group(group) => Some(group.stream()),
        _ => None,
    });
    Ok(groups.map(|group| group.into_iter().filter_map(word).collect()).collect())
}

/// The text of a string, or a name.
fn word(token: proc_macro2::TokenTree) -> Option<String> {
    match token {
        proc_macro2::TokenTree::Literal(literal) => serde_json::from_str(&literal.to_string()).ok(),
        proc_macro2::TokenTree::Ident(name) => Some(name.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_of_a_constant_are_read() {
        let text =
            "const A: &[(&str, &str)] = &[\n    (name::B, \"c\"),\n    f(\"d\", \"e\\\"\"),\n];\n".to_owned();
        let sources = [Source { path: "a.rs".to_owned(), text }];
        let found = items(&sources, "a.rs", "A").unwrap();
        assert_eq!(found, [vec!["name", "B", "c"], vec!["d", "e\""]]);
        assert!(items(&sources, "a.rs", "B").is_err() && items(&sources, "b.rs", "A").is_err());
    }
}

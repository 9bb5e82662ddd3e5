//! `cargo xtask circles`: files of a crate that all need each other.
//!
//! A file needs another if it imports an item of it or mentions a path to one. Tests do not count, and what the root of
//! the crate re-exports counts for the file that defines it. Methods and macros hide what they need.

mod graph;
mod module;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use graph::Graph;

use crate::Result;
use crate::source::Source;

/// The strongly connected files of a crate.
pub(crate) struct Circles {
    /// How many files the crate has.
    pub(crate) files: usize,
    /// The circles of two or more files, largest first. Each file, by the path of its module, with the files of the circle
    /// that it needs.
    pub(crate) circles: Vec<BTreeMap<String, BTreeSet<String>>>,
}

impl Circles {
    /// Reads the crate in this folder. `None` if it has neither a library nor a program.
    pub(crate) fn read(sources: &[Source], folder: &str) -> Result<Option<Circles>> {
        let src = format!("{folder}/src/");
        let files: Vec<(&str, &str)> = sources
            .iter()
            .filter(|source| source.is_rust() && !source.is_test())
            .filter_map(|source| Some((source.path.strip_prefix(&src)?, source.text.as_str())))
            .collect();
        let has_library = files.iter().any(|(path, _)| *path == "lib.rs");
        // A program uses the library like any other crate.
        let is_program = |path: &str| path.starts_with("bin/") || (has_library && path == "main.rs");
        let graph = Graph::read(files.into_iter().filter(|(path, _)| !is_program(path)))?;
        Ok((graph.len() > 0).then(|| Circles { files: graph.len(), circles: circles(&graph.arrows()) }))
    }

    /// How many files the largest circle has.
    pub(crate) fn largest(&self) -> usize {
        self.circles.first().map_or(0, BTreeMap::len)
    }
}

fn circles(arrows: &BTreeMap<&str, BTreeSet<String>>) -> Vec<BTreeMap<String, BTreeSet<String>>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        arrows.keys().map(|module| (*module, reachable(arrows, module))).collect();
    let reaches = |from: &str, to: &str| reached.get(from).is_some_and(|reached| reached.contains(to));
    let mut circles: Vec<BTreeMap<String, BTreeSet<String>>> = Vec::new();
    for (module, _) in arrows.iter().filter(|(module, _)| reaches(module, module)) {
        if circles.iter().any(|circle| circle.contains_key(*module)) {
            continue;
        }
        let is_in = |other: &str| reaches(module, other) && reaches(other, module);
        let members = arrows.iter().filter(|(other, _)| is_in(other));
        circles.push(
            members
                .map(|(other, needs)| {
                    ((*other).to_owned(), needs.iter().filter(|need| is_in(need)).cloned().collect())
                })
                .collect(),
        );
    }
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

fn reachable<'g>(arrows: &'g BTreeMap<&str, BTreeSet<String>>, from: &str) -> BTreeSet<&'g str> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(module) = open.pop() {
        for need in arrows.get(module).into_iter().flatten() {
            if reached.insert(need.as_str()) {
                open.push(need);
            }
        }
    }
    reached
}

/// Prints the circles of all crates, or of one with the arrows between their files.
pub(crate) fn run(options: &[&str]) -> Result<()> {
    let (root, name) = match options {
        [] => (crate::root()?, None),
        ["--root", root] => (root.into(), None),
        [name] => (crate::root()?, Some(*name)),
        [name, "--root", root] | ["--root", root, name] => (root.into(), Some(*name)),
        _ => return Err("usage: cargo xtask circles [CRATE] [--root FOLDER]".into()),
    };
    let sources = Source::read_all_of(&root)?;
    let mut found = false;
    for folder in folders(&root)?.iter().filter(|folder| name.is_none_or(|name| name == *folder)) {
        let Some(circles) = Circles::read(&sources, folder)? else { continue };
        found = true;
        print(folder, &circles, name.is_some());
    }
    if found { Ok(()) } else { Err("no such crate".into()) }
}

fn folders(root: &Path) -> Result<Vec<String>> {
    let folders = std::fs::read_dir(root)?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut folders: Vec<String> =
        folders.filter(|name| root.join(name).join("Cargo.toml").is_file()).collect();
    folders.sort();
    Ok(folders)
}

fn print(folder: &str, circles: &Circles, with_arrows: bool) {
    let sizes: Vec<String> = circles.circles.iter().map(|circle| circle.len().to_string()).collect();
    let sizes = if sizes.is_empty() { "no circle".to_owned() } else { sizes.join(" + ") };
    println!("{folder}: {sizes} of {} files", circles.files);
    if !with_arrows {
        if let Some(circle) = circles.circles.first() {
            println!("    {}", circle.keys().cloned().collect::<Vec<_>>().join(", "));
        }
        return;
    }
    for (index, circle) in circles.circles.iter().enumerate() {
        println!("circle {} of {} files:", index + 1, circle.len());
        for (module, needs) in circle {
            println!("    {module} -> {}", needs.iter().cloned().collect::<Vec<_>>().join(", "));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles_are_found() {
        let needs = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        let arrows = BTreeMap::from([
            ("a", needs(&["b", "d"])),
            ("b", needs(&["c"])),
            ("c", needs(&["a", "e"])),
            ("d", needs(&["e"])),
            ("e", needs(&["d"])),
            ("f", needs(&["a"])),
        ]);
        let found = circles(&arrows);
        let files: Vec<Vec<&str>> =
            found.iter().map(|circle| circle.keys().map(String::as_str).collect()).collect();
        assert_eq!(files, [vec!["a", "b", "c"], vec!["d", "e"]]);
        assert_eq!(found[0]["a"], needs(&["b"]));
    }
}

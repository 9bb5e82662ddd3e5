//! The files of a crate and which of them needs which.

use std::collections::{BTreeMap, BTreeSet};

use super::module::{Import, Module};
use crate::Result;

/// The files of a crate by the path of their module (`compile::state`), and what is in them.
pub(super) struct Graph(BTreeMap<String, Module>);

/// Where a path leads.
enum Target {
    Module(String),
    /// An item that this module defines.
    Item(String),
}

impl Graph {
    /// Takes the files of a crate: their paths below `src` and their texts.
    pub(super) fn read<'f>(files: impl Iterator<Item = (&'f str, &'f str)>) -> Result<Graph> {
        let mut modules = BTreeMap::new();
        for (path, text) in files {
            let module = Module::read(text).map_err(|error| format!("{path}: {error}"))?;
            modules.insert(module_path(path), module);
        }
        let is_test = |path: &str| {
            modules.iter().any(|(parent, module)| {
                module.tests.iter().map(|test| join(parent, test)).any(|test| is_below(path, &test))
            })
        };
        let tests: Vec<String> = modules.keys().filter(|path| is_test(path)).cloned().collect();
        modules.retain(|path, _| !tests.contains(path));
        Ok(Graph(modules))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// The modules that each module needs, but for itself.
    pub(super) fn arrows(&self) -> BTreeMap<&str, BTreeSet<String>> {
        self.0.iter().map(|(path, module)| (path.as_str(), self.needs(path, module))).collect()
    }

    fn needs(&self, path: &str, module: &Module) -> BTreeSet<String> {
        // The root does not need what it re-exports.
        let is_need = |import: &&Import| !(path.is_empty() && import.is_public);
        let imports = module.imports.iter().filter(is_need).filter_map(|import| {
            match self.resolve(path, &import.path, 0)? {
                Target::Item(module) => Some(module),
                // Importing a module alone does not count. Paths that begin with its name do.
                Target::Module(module) => import.name.is_none().then_some(module),
            }
        });
        let paths = module.paths.iter().filter_map(|names| match self.resolve(path, names, 0)? {
            Target::Item(module) | Target::Module(module) => Some(module),
        });
        imports.chain(paths).filter(|target| target != path).collect()
    }

    /// What a path means in a module; `None` if it leads out of the crate.
    fn resolve(&self, module: &str, path: &[String], depth: usize) -> Option<Target> {
        // Two globs may name each other.
        if depth > 16 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let start = match first.as_str() {
            "crate" => Target::Module(String::new()),
            "self" => Target::Module(module.to_owned()),
            "super" => Target::Module(parent(module).to_owned()),
            name => self.lookup(module, name, depth)?,
        };
        let mut target = start;
        for name in rest {
            let Target::Module(at) = &target else { return Some(target) };
            target = if name == "super" {
                Target::Module(parent(at).to_owned())
            } else {
                match self.lookup(at, name, depth) {
                    Some(target) => target,
                    // Imported from elsewhere, or made by a macro there.
                    None if self
                        .0
                        .get(at)?
                        .imports
                        .iter()
                        .any(|import| import.name.as_ref() == Some(name)) =>
                    {
                        return None;
                    }
                    None => Target::Item(at.clone()),
                }
            };
        }
        Some(target)
    }

    /// What a name means at the top of a module.
    fn lookup(&self, at: &str, name: &str, depth: usize) -> Option<Target> {
        let module = self.0.get(at)?;
        let child = join(at, name);
        if self.0.contains_key(&child) {
            return Some(Target::Module(child));
        }
        if module.items.contains(name) {
            return Some(Target::Item(at.to_owned()));
        }
        let named = module.imports.iter().filter(|import| import.name.as_deref() == Some(name));
        // `use name::…` of a crate would find itself.
        let named = named.filter(|import| import.path.first().is_none_or(|first| first != name));
        let mut named = named.filter_map(|import| self.resolve(at, &import.path, depth + 1));
        named.next().or_else(|| {
            let globs = module.imports.iter().filter(|import| import.name.is_none());
            let mut found = globs.filter_map(|glob| match self.resolve(at, &glob.path, depth + 1)? {
                Target::Module(module) if module != at => self.lookup(&module, name, depth + 1),
                _ => None,
            });
            found.next()
        })
    }
}

/// `compile::state` for `compile/state.rs`, empty for `lib.rs` and `main.rs`.
fn module_path(file: &str) -> String {
    match file.trim_end_matches(".rs") {
        "lib" | "main" => String::new(),
        path => path.replace('/', "::"),
    }
}

fn join(module: &str, name: &str) -> String {
    if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") }
}

fn parent(module: &str) -> &str {
    module.rsplit_once("::").map_or("", |(parent, _)| parent)
}

fn is_below(path: &str, module: &str) -> bool {
    path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The file `a.rs` with this text, in a crate with some more, needs these.
    #[track_caller]
    fn check(text: &str, expect: &[&str]) {
        let files = [
            ("lib.rs", "mod a; mod b; mod c; pub use b::Item; use c::d; fn of_root() {}"),
            ("a.rs", text),
            ("b.rs", "pub struct Item; pub use crate::c::*;"),
            ("c.rs", "mod d; pub fn made() {} #[cfg(test)] mod tests;"),
            ("c/d.rs", "use super::made; pub fn deep() {}"),
            ("c/tests.rs", "use crate::a::f;"),
        ];
        let graph = Graph::read(files.into_iter()).unwrap();
        assert_eq!(graph.len(), 5);
        let arrows = graph.arrows();
        assert_eq!(arrows["a"].iter().map(String::as_str).collect::<Vec<_>>(), expect);
        assert!(arrows["c::d"].contains("c"));
        assert!(arrows[""].is_empty());
    }

    #[test]
    fn an_item_counts_for_the_file_that_defines_it() {
        check("use crate::Item;", &["b"]);
        check("use crate::b::made;", &["c"]);
        check("use super::of_root;", &[""]);
        check("fn f() { crate::d::deep() }", &["c::d"]);
    }

    #[test]
    fn a_module_counts_where_it_is_used() {
        check("use crate::c;", &[]);
        check("use crate::c; fn f() { c::d::deep() }", &["c::d"]);
        check("use crate::b::*;", &["b"]);
    }

    #[test]
    fn other_crates_do_not_count() {
        check("use b::Item; use std::fmt; fn f() { fmt::write() }", &[]);
    }
}

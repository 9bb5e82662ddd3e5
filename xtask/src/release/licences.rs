//! The licence texts of what a program contains, which must go with it.

use std::collections::BTreeMap;
use std::path::Path;

use super::compiler::Compiler;
use super::materials::Materials;
use super::platform::Platform;
use super::zig;
use crate::metadata::{Metadata, Package};
use crate::{Result, root};

/// It begins with a comment that has the licences of its libraries.
const PAGE: &str = "asl-local/ui/dist/app.js";

const TITLE: &str =
    "This program contains the following works. Each list of names is followed by the text of their licence.";
const LINE: &str = "================================================================================";

/// Texts, with the names of the works that they belong to.
pub(super) struct Licences(BTreeMap<String, Vec<String>>);

impl Licences {
    pub(super) fn of(
        metadata: &Metadata,
        compiler: &Compiler,
        platform: &Platform,
        materials: &Materials,
    ) -> Result<Licences> {
        let mut licences = Licences(BTreeMap::new());
        let ours: Vec<&str> =
            metadata.members().filter(|p| !p.is_vendored()).map(|p| p.id.as_str()).collect();
        let theirs = materials.packages().filter(|id| !ours.contains(id));
        for package in theirs.filter_map(|id| metadata.packages.iter().find(|package| package.id == id)) {
            licences.add_crate(package)?;
        }
        let notice = Path::new(&compiler.sysroot).join("share/doc/rust/COPYRIGHT-library.html");
        licences.add(
            "the standard library of Rust",
            std::fs::read_to_string(notice).unwrap_or_else(|_| {
                "MIT OR Apache-2.0, see https://github.com/rust-lang/rust/blob/master/COPYRIGHT".to_owned()
            }),
        );
        if platform.is_musl() {
            let package = zig()?.parent().map(|venv| venv.join("lib")).ok_or("no folder of zig")?;
            let notice =
                find(&package, "musl/COPYRIGHT").ok_or("zig does not contain the licence of musl")?;
            licences.add("musl", std::fs::read_to_string(notice)?);
        }
        if materials.has("asl-local") {
            let page = std::fs::read_to_string(root()?.join(PAGE))?;
            let comment = page.strip_prefix("/*!").and_then(|rest| rest.split("*/").next());
            licences.add("libraries of the page", comment.ok_or("the page has no licences")?.to_owned());
        }
        Ok(licences)
    }

    /// The licence files of a crate, or else the name of its licence.
    fn add_crate(&mut self, package: &Package) -> Result<()> {
        let work = format!("{} {}", package.name, package.version);
        let mut found = false;
        for entry in std::fs::read_dir(package.folder())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().to_uppercase();
            let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"];
            if entry.file_type()?.is_file() && is_licence.iter().any(|start| name.starts_with(start)) {
                self.add(&work, std::fs::read_to_string(entry.path())?);
                found = true;
            }
        }
        if !found {
            let licence = package.license.as_deref().ok_or_else(|| format!("{work} has no licence"))?;
            self.add(&work, format!("{licence} (the work contains no text of it)"));
        }
        Ok(())
    }

    fn add(&mut self, work: &str, text: String) {
        let text = text.replace("\r\n", "\n").trim().to_owned();
        self.0.entry(text).or_default().push(work.to_owned());
    }

    /// All of them as one text.
    pub(super) fn text(&self) -> String {
        let mut sections: Vec<_> = self.0.iter().map(|(text, works)| (works.join(", "), text)).collect();
        sections.sort();
        let sections = sections.into_iter().map(|(works, text)| format!("{LINE}\n{works}\n\n{text}\n"));
        std::iter::once(format!("{TITLE}\n")).chain(sections).collect::<Vec<_>>().join("\n")
    }
}

/// The first file below a folder whose path ends like this.
fn find(folder: &Path, end: &str) -> Option<std::path::PathBuf> {
    let mut entries: Vec<_> = std::fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries
        .into_iter()
        .find_map(|path| if path.is_dir() { find(&path, end) } else { path.ends_with(end).then_some(path) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_shown_once() {
        let mut licences = Licences(BTreeMap::new());
        licences.add("b 1", "Free\r\n".to_owned());
        licences.add("c 1", "Free".to_owned());
        licences.add("a 1", "As is".to_owned());
        let text = licences.text();
        assert!(text.ends_with(&format!("{LINE}\na 1\n\nAs is\n\n{LINE}\nb 1, c 1\n\nFree\n")), "{text}");
    }
}

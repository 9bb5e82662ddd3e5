//! The test files of a definition: those in its folder.

use std::path::{Path, PathBuf};

use asl_files::{Kind, within};
use asl_model::{Format, Source};
use asl_test::TestFile;

use crate::buffer::Buffer;
use crate::document::Document;
use crate::syntax::NodeId;
use crate::uri;

/// The size limit of a file that is edited besides the document, and how many files of a folder are looked at.
const LARGEST: u64 = 4 << 20;
const MOST: usize = 1_000;

/// A test file, and the objects in it whose machine is the definition: the file itself, or items of `with`.
pub(super) struct Companion {
    pub(super) document: Document,
    pub(super) own: Vec<NodeId>,
}

/// The test files in the folder of a definition that are about it.
pub(super) fn tests(document: &Document, definition: &Path, open: &[&Document]) -> Vec<Companion> {
    let Some(folder) = definition.parent() else { return Vec::new() };
    let entries = std::fs::read_dir(folder).into_iter().flatten().take(MOST);
    let mut files: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| TestFile::is_named(path));
    files.sort();
    let found = files.into_iter().filter_map(|path| {
        let name = path.file_name()?.to_str()?.to_owned();
        let file = read(document, &name, open)?;
        let own = own(&file, definition, &name);
        (!own.is_empty()).then_some(Companion { document: file, own })
    });
    found.collect()
}

/// A file in the folder of a document, as the client has it open, or as it is saved.
pub(super) fn read(document: &Document, name: &str, open: &[&Document]) -> Option<Document> {
    let path = document.path.as_deref()?.parent()?.join(name);
    // The client may name the same file by another path.
    if let Some(known) =
        open.iter().find(|known| known.path.as_deref().is_some_and(|other| is_same(other, &path)))
    {
        return Some((*known).clone());
    }
    let bytes = asl_files::read(&within(path.parent()?, &path).ok()?, Kind::Regular, LARGEST).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let language = if Format::of(&path) == Format::Yaml { "yaml" } else { "json" };
    let buffer = Buffer::new(text, document.buffer.encoding());
    Some(Document::open(&uri::beside(&document.uri, name)?, language, 0, buffer))
}

/// Whether two paths lead to one file.
pub(super) fn is_same(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| path.canonicalize().ok();
    one == other || real(one).is_some_and(|one| real(other) == Some(one))
}

fn own(file: &Document, definition: &Path, name: &str) -> Vec<NodeId> {
    let Some(found) = file.definitions().first() else { return Vec::new() };
    let (tree, root) = (&found.tree, found.root);
    let folder = definition.parent().unwrap_or(Path::new(""));
    let is_it = |machine: &str| is_same(&folder.join(machine), definition);
    let is_default = || {
        let stem = Source::definition_name(definition);
        stem.is_some_and(|stem| name.strip_prefix(stem).is_some_and(|end| end.starts_with(".test.")))
    };
    let with = tree.get(root, "with").map(|with| tree.items(with)).unwrap_or_default();
    let others = with.iter().copied().filter(|item| tree.text_of(*item, "machine").is_some_and(is_it));
    let is_own = match tree.member(root, "machine") {
        Some(_) => tree.text_of(root, "machine").is_some_and(is_it),
        None => is_default() && tree.member(root, "cases").is_some(),
    };
    is_own.then_some(root).into_iter().chain(others).collect()
}

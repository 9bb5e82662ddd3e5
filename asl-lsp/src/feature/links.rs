//! Links between a definition and its files: its test file, the definition of a test file, and those of a template.

use std::path::Path;

use serde_json::{Value, json};

use crate::document::{Document, FileKind};
use crate::syntax::{NodeId, Tree};
use crate::{samples, uri};

/// The links of a document.
pub(crate) fn links(document: &Document) -> Value {
    let Some(path) = document.path.as_deref() else { return json!([]) };
    match document.kind() {
        FileKind::Definition => to_tests(document, path),
        FileKind::Tests | FileKind::Template => to_definitions(document, path),
        FileKind::Other => json!([]),
    }
}

/// The key `States` leads to the tests.
fn to_tests(document: &Document, path: &Path) -> Value {
    let states = document.definitions().first().and_then(|definition| {
        let member = definition.tree.member(definition.root, "States")?;
        Some(member.key_span.clone())
    });
    let Some(range) = states else { return json!([]) };
    let files = samples::test_files(path);
    let names = files.iter().filter_map(|file| uri::beside(&document.uri, file.file_name()?.to_str()?));
    let link = |target: String| json!({"range": document.buffer.range(&range), "target": target, "tooltip": "Open the tests"});
    names.take(1).map(link).collect()
}

/// Each text of `machine`, `DefinitionUri` and the like that names a file.
fn to_definitions(document: &Document, path: &Path) -> Value {
    let Some((tree, _)) = document.whole() else { return json!([]) };
    let folder = path.parent().unwrap_or(Path::new(""));
    let is_file = |tree: &Tree, id: NodeId| {
        let name = tree.member_of(id).map(|member| member.key.value.as_str());
        matches!(name, Some("machine" | "DefinitionUri" | "DefinitionS3Location"))
    };
    let links = tree.ids().filter(|id| is_file(tree, *id)).filter_map(|id| {
        let name = tree.text(id).filter(|name| folder.join(name).is_file())?;
        let target = uri::beside(&document.uri, name)?;
        Some(json!({"range": document.buffer.range(&tree.span(id)), "target": target, "tooltip": "Open the definition"}))
    });
    links.collect()
}

//! The names of states and variables in the companions of a definition: test files of `asl test`, and the mocks that they use.
//!
//! A file counts that is known to be of this definition: a test file in its folder whose machine it is, or that of an entry of
//! `with`; and in `MockConfigFile.json`, `mocks.json` and the mock files of these tests, the machine that is called like the
//! definition, or whose case a test uses. Predicates (`that`) and records stay as they are.

mod found;
mod mocks;
mod places;
mod same;
mod tests;

use std::path::Path;

use crate::document::{Definition, Document, FileKind};
use crate::edit::{DocumentEdit, state_name};
use crate::request_error::RequestError;
use found::Companion;
pub(crate) use places::DefinedName;

/// The edits that give a state or a variable a new name in the companions of a definition. `open` are the files that the client
/// has open, whose text may not be saved.
pub(crate) fn renamed(
    document: &Document,
    definition: &Definition,
    named: DefinedName<'_>,
    name: &str,
    open: &[&Document],
) -> Result<Vec<(Document, Vec<DocumentEdit>)>, RequestError> {
    let Some(path) = document.path.as_deref().filter(|_| document.kind() == FileKind::Definition) else {
        return Ok(Vec::new());
    };
    let mut edited = Vec::new();
    let mut uses = mocks::Uses::of(path);
    for Companion { document: file, own } in found::tests(document, path, open) {
        uses.add(&file, &own);
        let places = tests::places(&file, definition, &own, named);
        edited.push((file, places));
    }
    if let DefinedName::State(old) = named {
        edited.extend(uses.places(document, open, old));
    }
    let mut edits = Vec::new();
    for (file, places) in edited {
        let of_file: Vec<DocumentEdit> = places.iter().map(|range| state_name(&file, range, name)).collect();
        if !same::is_only_renamed(&file, &of_file, named.text(), name) {
            let file = file.path.as_deref().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
            let reason = format!("`{file}` is about this definition, and cannot be read or edited");
            return Err(RequestError::failed(reason));
        }
        if !of_file.is_empty() {
            edits.push((file, of_file));
        }
    }
    Ok(edits)
}

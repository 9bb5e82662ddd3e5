//! Where a MockConfigFile names a state.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use asl_model::Source;

use super::found;
use super::places::keys;
use crate::document::Document;
use crate::syntax::NodeId;

/// The usual names of such files, besides `orders.mocks.json`.
const NAMES: [&str; 2] = ["MockConfigFile.json", "mocks.json"];

/// The mock files that may be about a definition, and what in them is.
pub(super) struct Uses {
    /// What the machine is called, if the mocks are named after the file.
    machine: String,
    selected: BTreeMap<String, Vec<MockSelection>>,
}

/// What a test selects in a mock file: `Machine/Case`, `Case`, or the only case.
struct MockSelection {
    machine: Option<String>,
    case: Option<String>,
}

impl Uses {
    pub(super) fn of(definition: &Path) -> Uses {
        let machine = Source::definition_name(definition).unwrap_or_default().to_owned();
        let names = NAMES.map(str::to_owned).into_iter().chain([format!("{machine}.mocks.json")]);
        Uses { selected: names.map(|name| (name, Vec::new())).collect(), machine }
    }

    /// Adds the mock files of the cases of a test file.
    pub(super) fn add(&mut self, file: &Document, own: &[NodeId]) {
        let Some(found) = file.definitions().first() else { return };
        let tree = &found.tree;
        let cases =
            own.iter().filter_map(|object| tree.get(*object, "cases")).flat_map(|cases| tree.items(cases));
        for written in cases.filter_map(|case| tree.text_of(*case, "mockFile")) {
            let (name, selector) =
                written.rsplit_once('#').map_or((written, None), |(name, selector)| (name, Some(selector)));
            let selected = match selector.map(|selector| selector.split_once('/').ok_or(selector)) {
                None => MockSelection { machine: None, case: None },
                Some(Ok((machine, case))) => {
                    MockSelection { machine: Some(machine.to_owned()), case: Some(case.to_owned()) }
                }
                Some(Err(case)) => MockSelection { machine: None, case: Some(case.to_owned()) },
            };
            self.selected.entry(name.to_owned()).or_default().push(selected);
        }
    }

    /// Where the files that exist and can be read name a state, for the definition's machine.
    pub(super) fn places(
        &self,
        document: &Document,
        open: &[&Document],
        state: &str,
    ) -> Vec<(Document, Vec<Range<usize>>)> {
        let mut found: Vec<(Document, Vec<&MockSelection>)> = Vec::new();
        for (name, selected) in &self.selected {
            let Some(file) = found::read(document, name, open).filter(Document::is_exact) else { continue };
            match found.iter_mut().find(|(known, _)| known.uri == file.uri) {
                Some((_, known)) => known.extend(selected),
                None => found.push((file, selected.iter().collect())),
            }
        }
        let places = found.into_iter().map(|(file, selected)| {
            let places = self.of_file(&file, &selected, state);
            (file, places)
        });
        places.collect()
    }

    fn of_file(&self, file: &Document, selected: &[&MockSelection], state: &str) -> Vec<Range<usize>> {
        let Some((tree, root)) = file.whole() else { return Vec::new() };
        let machines = tree.get(root, "StateMachines").map(|machines| tree.members(machines));
        let mut places = Vec::new();
        for machine in machines.unwrap_or_default() {
            let cases = machine.value.and_then(|value| tree.get(value, "TestCases"));
            let cases = cases.map(|cases| tree.members(cases)).unwrap_or_default();
            let is_used = selected.iter().any(|selected| {
                selected.machine.as_ref().is_none_or(|name| *name == machine.key.value)
                    && selected
                        .case
                        .as_ref()
                        .is_none_or(|name| cases.iter().any(|case| case.key.value == *name))
            });
            if is_used || machine.key.value == self.machine {
                places.extend(cases.iter().flat_map(|case| keys(tree, case.value, state)));
            }
        }
        places
    }
}

//! Where a test file names a state or a variable.

use std::ops::Range;

use super::places::{DefinedName, keys};
use crate::document::{Definition, Document};
use crate::syntax::{NodeId, Tree};

/// The places in a test file, without quotes. `own` are the objects that are about the definition.
pub(super) fn places(
    file: &Document,
    definition: &Definition,
    own: &[NodeId],
    named: DefinedName<'_>,
) -> Vec<Range<usize>> {
    let Some(found) = file.definitions().first() else { return Vec::new() };
    let tree = &found.tree;
    let mut places = Vec::new();
    for object in own {
        match named {
            DefinedName::State(name) => of_state(tree, definition, *object, name, &mut places),
            DefinedName::Variable(name) => {
                for case in cases(tree, *object) {
                    let expected = tree.get(case, "expect").and_then(|expect| tree.get(expect, "variables"));
                    places.extend(keys(tree, expected, name));
                }
            }
        }
    }
    places
}

fn cases(tree: &Tree, object: NodeId) -> impl Iterator<Item = NodeId> + use<'_> {
    tree.get(object, "cases").map(|cases| tree.items(cases)).unwrap_or_default().iter().copied()
}

fn of_state(
    tree: &Tree,
    definition: &Definition,
    object: NodeId,
    name: &str,
    places: &mut Vec<Range<usize>>,
) {
    let is_resource = is_resource(definition, name);
    let mocks = |of: NodeId| tree.get(of, "mocks").filter(|_| !is_resource);
    places.extend(keys(tree, mocks(object), name));
    for case in cases(tree, object) {
        places.extend(keys(tree, mocks(case), name));
        let Some(expect) = tree.get(case, "expect") else { continue };
        places.extend(keys(tree, tree.get(expect, "visits"), name));
        places.extend(keys(tree, tree.get(expect, "calls").filter(|_| !is_resource), name));
        let path = tree.get(expect, "path").map(|path| tree.items(path)).unwrap_or_default();
        let scalars = path.iter().filter_map(|item| tree.scalar(*item));
        places.extend(scalars.filter(|scalar| scalar.value == name).map(|scalar| scalar.inner.clone()));
    }
}

/// Whether a name of mocks also means the resource of another task, such as a function of this name.
fn is_resource(definition: &Definition, name: &str) -> bool {
    let others = definition.outline.states.iter().filter(|state| state.name != name);
    let mut resources = others.filter_map(|state| definition.tree.text_of(state.node?, "Resource"));
    resources.any(|resource| resource == name || resource.rsplit(':').next() == Some(name))
}

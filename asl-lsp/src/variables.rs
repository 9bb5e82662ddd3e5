//! [`Variables`]: where the variables of a definition are assigned and read.

use std::ops::Range;

use crate::document::Definition;
use crate::expression;
use crate::syntax::{Content, NodeId};

/// The variables of a definition.
#[derive(Debug, Clone, Default)]
pub(crate) struct Variables {
    pub(crate) assignments: Vec<Assignment>,
    pub(crate) uses: Vec<WrittenUse>,
}

/// A member of `Assign`.
#[derive(Debug, Clone)]
pub(crate) struct Assignment {
    pub(crate) machine: usize,
    pub(crate) state: usize,
    /// Without `.$`.
    pub(crate) name: String,
    /// Where the name is written, without quotes and `.$`.
    pub(crate) name_span: Range<usize>,
    /// The key with its quotes.
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Option<NodeId>,
}

/// `$total` in an expression.
#[derive(Debug, Clone)]
pub(crate) struct WrittenUse {
    pub(crate) machine: usize,
    pub(crate) name: String,
    /// Where the name is written, without its `$`.
    pub(crate) span: Range<usize>,
}

impl Variables {
    pub(crate) fn of(definition: &Definition) -> Variables {
        let mut variables = Variables::default();
        let (tree, outline) = (&definition.tree, &definition.outline);
        for (index, state) in outline.states.iter().enumerate() {
            let Some(node) = state.node else { continue };
            let lists = ["Choices", "Catch"].iter().filter_map(|list| tree.get(node, list));
            let inner = lists.flat_map(|list| tree.items(list).iter().copied());
            for assign in std::iter::once(node).chain(inner).filter_map(|node| tree.get(node, "Assign")) {
                variables.assigned(definition, index, assign);
            }
        }
        for (state, node, expression) in expression::all(definition) {
            let (Some(Content::Text(scalar)), Some(state)) = (tree.content(node), outline.states.get(state))
            else {
                continue;
            };
            let uses =
                expression::variables(&scalar.value, &expression).into_iter().map(|found| WrittenUse {
                    machine: state.machine,
                    name: found.name,
                    span: scalar.written_range(found.range),
                });
            variables.uses.extend(uses);
        }
        variables
    }

    fn assigned(&mut self, definition: &Definition, state: usize, assign: NodeId) {
        let Some(machine) = definition.outline.states.get(state).map(|state| state.machine) else { return };
        for member in definition.tree.members(assign).iter().filter(|member| member.has_colon) {
            let name = member.key.value.strip_suffix(".$").unwrap_or(&member.key.value);
            self.assignments.push(Assignment {
                machine,
                state,
                name: name.to_owned(),
                name_span: member.key.written_range(0..name.len()),
                key_span: member.key_span.clone(),
                value: member.value,
            });
        }
    }

    /// The machine whose variable a name is, in some machine: the innermost one around it that assigns it.
    pub(crate) fn owner(&self, definition: &Definition, machine: usize, name: &str) -> Option<usize> {
        let assigns = |machine: &usize| {
            self.assignments.iter().any(|found| found.machine == *machine && found.name == name)
        };
        definition.outline.enclosing(machine).into_iter().find(assigns)
    }

    /// The names that are visible in a machine, each once.
    pub(crate) fn visible(&self, definition: &Definition, machine: usize) -> Vec<&Assignment> {
        let machines = definition.outline.enclosing(machine);
        let mut found: Vec<&Assignment> = Vec::new();
        for assignment in self.assignments.iter().filter(|found| machines.contains(&found.machine)) {
            if !found.iter().any(|known| known.name == assignment.name) {
                found.push(assignment);
            }
        }
        found
    }
}

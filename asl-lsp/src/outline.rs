//! [`Outline`]: the machines, states and transitions of a definition.

use std::ops::Range;

use asl_model::QueryLanguage;

use crate::syntax::{NodeId, Tree};

/// The machines, states and transitions of a definition, as far as they are written.
#[derive(Debug, Clone, Default)]
pub(crate) struct Outline {
    /// The definition itself comes first.
    pub(crate) machines: Vec<MachineOutline>,
    pub(crate) states: Vec<StateOutline>,
    pub(crate) transitions: Vec<WrittenTransition>,
}

/// A machine: the definition, a branch, or the processor of a Map.
#[derive(Debug, Clone)]
pub(crate) struct MachineOutline {
    pub(crate) node: NodeId,
    /// The state that contains it.
    pub(crate) around: Option<usize>,
    /// The object `States`.
    pub(crate) states: Option<NodeId>,
}

/// A state.
#[derive(Debug, Clone)]
pub(crate) struct StateOutline {
    /// The machine that it belongs to.
    pub(crate) machine: usize,
    pub(crate) name: String,
    /// Where its name is written, with and without quotes.
    pub(crate) key_span: Range<usize>,
    pub(crate) key_inner: Range<usize>,
    /// Its value, which may be missing.
    pub(crate) node: Option<NodeId>,
    pub(crate) kind: String,
    pub(crate) language: QueryLanguage,
}

/// A field that names a state.
#[derive(Debug, Clone)]
pub(crate) struct WrittenTransition {
    pub(crate) machine: usize,
    /// The text with the name.
    pub(crate) node: NodeId,
    /// The state that it leaves; `None` for `StartAt`.
    pub(crate) from: Option<usize>,
    pub(crate) target: String,
}

impl Outline {
    pub(crate) fn of(tree: &Tree, root: NodeId) -> Outline {
        let mut outline = Outline::default();
        let language = language(tree, root).unwrap_or(QueryLanguage::JsonPath);
        let mut open = vec![(root, None)];
        while let Some((node, around)) = open.pop() {
            outline.machine(tree, node, around, language, &mut open);
        }
        outline
    }

    fn machine(
        &mut self,
        tree: &Tree,
        node: NodeId,
        around: Option<usize>,
        default: QueryLanguage,
        open: &mut Vec<(NodeId, Option<usize>)>,
    ) {
        let machine = self.machines.len();
        let states = tree.get(node, "States");
        self.machines.push(MachineOutline { node, around, states });
        self.transition(tree, machine, None, tree.get(node, "StartAt"));
        for member in states.map(|states| tree.members(states)).unwrap_or_default() {
            let state = self.states.len();
            let kind = member.value.and_then(|value| tree.text_of(value, "Type")).unwrap_or_default();
            self.states.push(StateOutline {
                machine,
                name: member.key.value.clone(),
                key_span: member.key_span.clone(),
                key_inner: member.key.inner.clone(),
                node: member.value,
                kind: kind.to_owned(),
                language: member.value.and_then(|value| language(tree, value)).unwrap_or(default),
            });
            let Some(value) = member.value else { continue };
            self.transition(tree, machine, Some(state), tree.get(value, "Next"));
            self.transition(tree, machine, Some(state), tree.get(value, "Default"));
            for list in ["Choices", "Catch"] {
                let items = tree.get(value, list).map(|list| tree.items(list)).unwrap_or_default();
                for item in items {
                    self.transition(tree, machine, Some(state), tree.get(*item, "Next"));
                }
            }
            let branches = tree.get(value, "Branches").map(|list| tree.items(list)).unwrap_or_default();
            let processors = ["ItemProcessor", "Iterator"].map(|name| tree.get(value, name));
            open.extend(
                branches
                    .iter()
                    .copied()
                    .chain(processors.into_iter().flatten())
                    .map(|inner| (inner, Some(state))),
            );
        }
    }

    fn transition(&mut self, tree: &Tree, machine: usize, from: Option<usize>, node: Option<NodeId>) {
        if let Some((node, target)) = node.and_then(|node| Some((node, tree.text(node)?.to_owned()))) {
            self.transitions.push(WrittenTransition { machine, node, from, target });
        }
    }

    /// The states of one machine.
    pub(crate) fn states_of(&self, machine: usize) -> impl Iterator<Item = (usize, &StateOutline)> {
        self.states.iter().enumerate().filter(move |(_, state)| state.machine == machine)
    }

    /// The state of a machine with this name.
    pub(crate) fn state(&self, machine: usize, name: &str) -> Option<(usize, &StateOutline)> {
        self.states_of(machine).filter(|(_, state)| state.name == name).last()
    }

    /// The innermost machine that contains a node.
    pub(crate) fn machine_of(&self, tree: &Tree, node: NodeId) -> usize {
        let mut at = Some(node);
        while let Some(node) = at {
            if let Some(machine) = self.machines.iter().position(|machine| machine.node == node) {
                return machine;
            }
            at = tree.parent(node);
        }
        0
    }

    /// The innermost state that contains a node.
    pub(crate) fn state_of(&self, tree: &Tree, node: NodeId) -> Option<usize> {
        let mut at = Some(node);
        while let Some(node) = at {
            if let Some(state) = self.states.iter().position(|state| state.node == Some(node)) {
                return Some(state);
            }
            at = tree.parent(node);
        }
        None
    }

    /// A machine, and those around it.
    pub(crate) fn enclosing(&self, machine: usize) -> Vec<usize> {
        let mut found = vec![machine];
        let mut at = machine;
        while let Some(around) = self.machines.get(at).and_then(|machine| self.states.get(machine.around?)) {
            at = around.machine;
            found.push(at);
        }
        found
    }
}

fn language(tree: &Tree, node: NodeId) -> Option<QueryLanguage> {
    match tree.text_of(node, "QueryLanguage")? {
        "JSONata" => Some(QueryLanguage::JsonAta),
        "JSONPath" => Some(QueryLanguage::JsonPath),
        _ => None,
    }
}

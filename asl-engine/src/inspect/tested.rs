//! [`TestedState`]: a state with the machine around it, ready to be tested.

use std::sync::Arc;

use asl_model::{InvalidDefinition, LONE_STATE, Parsed, Source, parse, parse_state};
use asl_value::Text;

use crate::Program;
use crate::compile::{Purpose, compile_with};
use crate::program::{Machine, Step};

/// A compiled state that is to be tested, see [`Engine::test_state`](crate::Engine::test_state).
#[derive(Debug, Clone)]
pub struct TestedState {
    program: Arc<Program>,
    name: Text,
}

/// A state in its machine.
#[derive(Clone, Copy)]
pub(super) struct FoundState<'a> {
    pub(super) machine: &'a Machine,
    pub(super) step: &'a Step,
    /// Whether the state is inside a Map.
    pub(super) is_inside_map: bool,
}

impl TestedState {
    /// A state that is defined alone: `{"Type": "Pass", "Next": "Ship"}`.
    ///
    /// # Errors
    /// The definition has errors.
    pub fn alone(definition: &Source) -> Result<TestedState, InvalidDefinition> {
        let state = compiled(definition, parse_state(definition), LONE_STATE)?;
        state.ok_or_else(|| InvalidDefinition::new(Some(definition.clone()), None, Vec::new()))
    }

    /// A state of a whole machine, including those in branches and item processors; `None` if it does not exist.
    ///
    /// # Errors
    /// The machine has errors.
    pub fn of_machine(definition: &Source, name: &str) -> Result<Option<TestedState>, InvalidDefinition> {
        compiled(definition, parse(definition), name)
    }

    /// The name of the state.
    pub fn name(&self) -> &Text {
        &self.name
    }

    /// Whether it is a Task state.
    pub fn is_task(&self) -> bool {
        self.found().step.kind.as_task().is_some()
    }

    pub(super) fn found(&self) -> FoundState<'_> {
        let root = &self.program.root;
        // INVARIANT: `compiled` has found it.
        find(root, &self.name, false).unwrap_or(FoundState {
            machine: root,
            step: root.step(root.start),
            is_inside_map: false,
        })
    }
}

fn compiled(source: &Source, parsed: Parsed, name: &str) -> Result<Option<TestedState>, InvalidDefinition> {
    let Parsed { machine, diagnostics, .. } = parsed;
    let refused = |machine, diagnostics| InvalidDefinition::new(Some(source.clone()), machine, diagnostics);
    let Some(machine) = machine else { return Err(refused(None, diagnostics)) };
    let (program, diagnostics) = compile_with(&machine, diagnostics, Purpose::TestState);
    let Some(program) = program else { return Err(refused(Some(machine), diagnostics)) };
    let found = find(&program.root, name, false).map(|found| found.step.name.clone());
    Ok(found.map(|name| TestedState { program, name }))
}

/// The recursion is bounded: machines nest no deeper than validation lets them.
pub(super) fn find<'a>(machine: &'a Machine, name: &str, is_inside_map: bool) -> Option<FoundState<'a>> {
    for step in &machine.states {
        if step.name.as_str() == name {
            return Some(FoundState { machine, step, is_inside_map });
        }
        let is_inside_map = is_inside_map || step.kind.as_map().is_some();
        let found = step.kind.machines().iter().find_map(|machine| find(machine, name, is_inside_map));
        if found.is_some() {
            return found;
        }
    }
    None
}

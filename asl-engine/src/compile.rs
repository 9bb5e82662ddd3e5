//! [`compile`] and [`load`]: from a definition to a program.

mod field;
mod map;
mod recovery;
mod state;
mod unassigned;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use asl_model::{
    Diagnostic, InvalidDefinition, Parsed, QueryLanguage, Resource, Source, StateMachine, States,
};
use asl_query::Language;
use asl_value::{Pointer, Text};

use crate::ids::StateId;
use crate::program::{Machine, Program};

/// The result of [`load`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Loaded {
    /// The definition.
    pub machine: StateMachine,
    /// The program.
    pub program: Arc<Program>,
    /// What was found: warnings, because with an error there is no program.
    pub diagnostics: Vec<Diagnostic>,
}

/// The result of [`compile`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Compiled {
    /// The program.
    pub program: Arc<Program>,
    /// What was found: warnings, because with an error there is no program.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compiles the text of a definition: parses it with [`asl_model::parse`], then does what [`compile`] does.
///
/// This is the usual way to a [`Program`]. Do it once per definition, when a process starts, and share the program
/// between executions.
///
/// Warnings come with a program, so show them, too.
///
/// # Errors
/// The definition has errors. Loading does not stop at the first problem: the error has everything that is wrong in the
/// text and in its expressions, and prints it with the lines of the text.
///
/// ```
/// use asl_model::Source;
/// let source = Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.[", "End": true}}}"#);
/// let error = asl_engine::load(&source).unwrap_err();
/// assert_eq!(error.diagnostics()[0].location.location(), "/States/A/InputPath");
/// assert!(error.to_string().contains(r#"1 | {"StartAt": "A", "States":"#));
/// ```
pub fn load(source: &Source) -> Result<Loaded, InvalidDefinition> {
    // `parse` has validated the machine.
    let Parsed { machine, fragment, diagnostics, .. } = asl_model::parse(source);
    let (program, diagnostics) = match machine.as_ref().or(fragment.as_ref()) {
        Some(readable) => compile_with(readable, diagnostics, Purpose::Run),
        None => (None, diagnostics),
    };
    match (machine, program) {
        (Some(machine), Some(program)) => Ok(Loaded { machine, program, diagnostics }),
        (machine, _) => Err(InvalidDefinition::new(Some(source.clone()), machine, diagnostics)),
    }
}

/// Compiles a machine that was built in Rust: validates it, resolves its names, and parses its paths and expressions.
///
/// For the text of a definition use [`load`], whose diagnostics know lines and columns.
///
/// # Errors
/// The machine has errors. Compiling does not stop at the first problem: the error has everything that is wrong.
///
/// ```
/// use asl_model::{Pass, State, StateKind, StateMachine, Transition};
/// let state = State::new("A", StateKind::Pass(Pass::new(Transition::Next("B".into()))));
/// let error = asl_engine::compile(&StateMachine::new("A", [state].into_iter().collect())).unwrap_err();
/// assert_eq!(error.diagnostics()[0].message, "Missing 'Next' target: B");
/// ```
pub fn compile(machine: &StateMachine) -> Result<Compiled, InvalidDefinition> {
    match compile_with(machine, asl_model::validate(machine), Purpose::Run) {
        (Some(program), diagnostics) => Ok(Compiled { program, diagnostics }),
        (None, diagnostics) => Err(InvalidDefinition::new(None, Some(machine.clone()), diagnostics)),
    }
}

/// What a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Run,
    /// A single state of it is tested, which may be a Map in DISTRIBUTED mode, too.
    TestState,
}

/// [`compile`] of a machine that has been validated already. Without errors there is a program.
pub(crate) fn compile_with(
    machine: &StateMachine,
    diagnostics: Vec<Diagnostic>,
    purpose: Purpose,
) -> (Option<Arc<Program>>, Vec<Diagnostic>) {
    let mut compiler =
        Compiler { query_language: machine.query_language, purpose, diagnostics, resources: Vec::new() };
    let root = compiler.machine(machine, &Pointer::root());
    let Compiler { mut diagnostics, resources, .. } = compiler;
    let refused = diagnostics.iter().any(Diagnostic::is_error);
    let root = root.filter(|_| !refused);
    // A state that is tested alone is given its variables.
    if let (Some(root), Purpose::Run) = (&root, purpose) {
        unassigned::check(root, machine, &Pointer::root(), &BTreeSet::new(), &mut diagnostics);
    }
    diagnostics.sort_by_key(Diagnostic::order);
    (root.map(|root| Arc::new(Program { root: Arc::new(root), resources: resources.into() })), diagnostics)
}

struct Compiler {
    /// Of the whole machine: the default of its states.
    query_language: Option<QueryLanguage>,
    purpose: Purpose,
    diagnostics: Vec<Diagnostic>,
    resources: Vec<Resource>,
}

/// The state that is being compiled.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// Where the state is in the definition.
    pointer: &'a Pointer,
    /// The states that it can transition to.
    states: &'a States,
    query_language: QueryLanguage,
    language: &'static dyn Language,
}

impl Compiler {
    /// `None` if something is wrong with it, which has then been reported.
    fn machine(&mut self, machine: &StateMachine, at: &Pointer) -> Option<Machine> {
        let states_at = at.key("States");
        let mut steps = Vec::with_capacity(machine.states.len());
        for state in &machine.states {
            steps.push(self.state(state, &machine.states, &states_at.key(&state.name)));
        }
        Some(Machine {
            states: steps.into_iter().collect::<Option<_>>()?,
            start: target(&machine.states, &machine.start_at)?,
            timeout: machine.timeout_seconds.map(Duration::from_secs),
        })
    }
}

/// The state of this name. Validation has reported a missing one.
fn target(states: &States, name: &Text) -> Option<StateId> {
    states.position(name).and_then(|place| u32::try_from(place).ok()).map(StateId)
}

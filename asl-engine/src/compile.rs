//! [`compile`]: from a definition to a program.

mod field;
mod map;
mod recovery;
mod state;
mod unassigned;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use asl_model::{Diagnostic, Parsed, QueryLanguage, Resource, Source, StateMachine, States};
use asl_query::Language;
use asl_value::{Pointer, Text};

use crate::ids::StateId;
use crate::program::{Machine, Program};

/// What [`load`] made of a definition's text.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The definition, unless some of it could not be read.
    pub machine: Option<StateMachine>,
    /// The program, unless an error was found.
    pub program: Option<Arc<Program>>,
    /// Everything that was found, warnings too.
    pub diagnostics: Vec<Diagnostic>,
}

/// What [`compile`] made of a machine.
#[derive(Debug, Clone)]
pub struct Compiled {
    /// The program, unless an error was found.
    pub program: Option<Arc<Program>>,
    /// Everything that was found, warnings too.
    pub diagnostics: Vec<Diagnostic>,
}

/// Makes a definition's text ready to run: [`asl_model::parse`], then what [`compile`] does.
///
/// Never fails early: everything that is wrong is reported at once, in the text and in its expressions.
///
/// ```
/// use asl_model::Source;
/// let source = Source::json(r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "InputPath": "$.[", "End": true}}}"#);
/// let loaded = asl_engine::load(&source);
/// assert!(loaded.program.is_none());
/// assert_eq!(loaded.diagnostics[0].location.location(), "/States/A/InputPath");
/// ```
pub fn load(source: &Source) -> Loaded {
    // Parsing has validated it.
    let Parsed { machine, fragment, diagnostics, .. } = asl_model::parse(source);
    let Some(readable) = machine.as_ref().or(fragment.as_ref()) else {
        return Loaded { machine: None, program: None, diagnostics };
    };
    let Compiled { program, diagnostics } = compile_with(readable, diagnostics, Purpose::Run);
    Loaded { program: program.filter(|_| machine.is_some()), machine, diagnostics }
}

/// Makes a machine ready to run: validates it, resolves its names, parses its paths and expressions.
///
/// For a machine made in Rust; [`load`] does it for a text. Never fails early: everything that is wrong is reported at
/// once.
///
/// ```
/// use asl_model::{Pass, State, StateKind, StateMachine, Transition};
/// let state = State::new("A", StateKind::Pass(Pass::new(Transition::Next("B".into()))));
/// let compiled = asl_engine::compile(&StateMachine::new("A", [state].into_iter().collect()));
/// assert_eq!(compiled.diagnostics[0].message, "Missing 'Next' target: B");
/// ```
pub fn compile(machine: &StateMachine) -> Compiled {
    compile_with(machine, asl_model::validate(machine), Purpose::Run)
}

/// What a program is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Run,
    /// One of its states is tested on its own, which may be a Map in DISTRIBUTED mode too.
    TestState,
}

/// [`compile`] of a machine that has been validated already.
pub(crate) fn compile_with(
    machine: &StateMachine,
    diagnostics: Vec<Diagnostic>,
    purpose: Purpose,
) -> Compiled {
    let mut compiler =
        Compiler { query_language: machine.query_language, purpose, diagnostics, resources: Vec::new() };
    let root = compiler.machine(machine, &Pointer::root());
    let Compiler { mut diagnostics, resources, .. } = compiler;
    let refused = diagnostics.iter().any(Diagnostic::is_error);
    let root = root.filter(|_| !refused);
    // A state that is tested on its own is given variables.
    if let (Some(root), Purpose::Run) = (&root, purpose) {
        unassigned::check(root, machine, &Pointer::root(), &BTreeSet::new(), &mut diagnostics);
    }
    diagnostics.sort_by_key(Diagnostic::order);
    let program = root.map(|root| Arc::new(Program { root, resources: resources.into() }));
    Compiled { program, diagnostics }
}

struct Compiler {
    /// Of the whole machine: what a state has that does not say its own.
    query_language: Option<QueryLanguage>,
    purpose: Purpose,
    diagnostics: Vec<Diagnostic>,
    resources: Vec<Resource>,
}

/// One state, while it is compiled.
#[derive(Clone, Copy)]
struct Place<'a> {
    /// The state's place in the definition.
    pointer: &'a Pointer,
    /// The states that it can go to.
    states: &'a States,
    query_language: QueryLanguage,
    language: &'static dyn Language,
}

impl Compiler {
    /// `None` if something is wrong with it, which has been reported then.
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

/// The state that a name stands for; validation has reported a missing one.
fn target(states: &States, name: &Text) -> Option<StateId> {
    states.position(name).and_then(|place| u32::try_from(place).ok()).map(StateId)
}

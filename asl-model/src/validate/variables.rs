//! The variables of `Assign`: their names, and that no enclosing machine assigns them.

use std::collections::HashSet;

use asl_value::{Pointer, Value};

use super::walk::inner_machines;
use crate::limits::VARIABLE_NAME_CHARS;
use crate::report::Report;
use crate::{Code, Diagnostic, ProcessorMode, QueryLanguage, State, StateKind, StateMachine};

pub(super) fn check(machine: &StateMachine, report: &mut Report) {
    let language = machine.query_language.unwrap_or(QueryLanguage::JsonPath);
    Variables { language, report }.machine(machine, &Pointer::root(), &Scope::default());
}

struct Variables<'r> {
    /// The query language of the whole machine, which is the default of its states.
    language: QueryLanguage,
    report: &'r mut Report,
}

/// The names that the states of one machine assign, and those of the machines around it.
#[derive(Default)]
struct Scope<'s> {
    names: HashSet<&'s str>,
    outer: Option<&'s Scope<'s>>,
}

impl Scope<'_> {
    fn assigns(&self, name: &str) -> bool {
        self.names.contains(name) || self.outer.is_some_and(|outer| outer.assigns(name))
    }
}

impl Variables<'_> {
    /// The recursion is as deep as machines nest, which the reader bounds.
    fn machine(&mut self, machine: &StateMachine, place: &Pointer, outer: &Scope<'_>) {
        let states = place.key("States");
        let mut names = HashSet::new();
        for state in &machine.states {
            let language = state.query_language.unwrap_or(self.language);
            let place = states.key(&state.name);
            let own = own_assignments(state, &place).map(|found| (found, true));
            // UNRECORDED: whether a branch may assign a variable that a catcher around it assigns. Here it may: when
            // the catcher assigns, the branches have ended.
            let caught = caught_assignments(state, &place).map(|found| (found, false));
            for ((place, assign), is_shadowed) in own.chain(caught) {
                for key in assign.as_object().into_iter().flat_map(|members| members.keys()) {
                    let name = variable(key, language);
                    if is_shadowed {
                        names.insert(name);
                    }
                    if let Some((code, message)) = problem(name, outer) {
                        self.report.push(Diagnostic::error(code, message, place.clone()).field(key));
                    }
                }
            }
        }
        let scope = Scope { names, outer: Some(outer) };
        for state in &machine.states {
            // The children of a distributed Map are separate executions, which cannot see the variables.
            let apart = matches!(&state.kind, StateKind::Map(map) if map.processor.mode == ProcessorMode::Distributed);
            let around = if apart { &Scope::default() } else { &scope };
            for (place, inner) in inner_machines(state, &states.key(&state.name)) {
                self.machine(inner, &place, around);
            }
        }
    }
}

/// What is wrong with assigning `name` inside the scope `outer`.
///
/// UNRECORDED: AWS's texts about names of variables, and the locations that it reports.
fn problem(name: &str, outer: &Scope<'_>) -> Option<(Code, String)> {
    if name == "states" {
        return Some((Code::RESERVED_VARIABLE, format!("Variable name '{name}' is reserved.")));
    }
    let length = name.chars().count();
    if length > VARIABLE_NAME_CHARS {
        let message = format!("Variable name '{name}' is longer than {VARIABLE_NAME_CHARS} characters.");
        return Some((Code::VARIABLE, message));
    }
    if !is_identifier(name) {
        return Some((Code::VARIABLE, format!("Variable name '{name}' is not a valid identifier.")));
    }
    let message = || format!("Variable '{name}' is already assigned in an outer scope.");
    outer.assigns(name).then(|| (Code::SHADOWED_VARIABLE, message()))
}

/// The variable that a member of `Assign` names.
fn variable(key: &str, language: QueryLanguage) -> &str {
    match language {
        QueryLanguage::JsonPath => key.strip_suffix(".$").unwrap_or(key),
        QueryLanguage::JsonAta => key,
    }
}

/// The standard library knows letters and digits only, so every other non-ASCII character that may join words is
/// accepted.
///
/// Spec: <https://www.unicode.org/reports/tr31/>
fn is_identifier(name: &str) -> bool {
    let follows = |c: char| match c.is_ascii() {
        true => c.is_ascii_alphanumeric() || c == '_',
        false => !c.is_whitespace() && !c.is_control(),
    };
    name.starts_with(char::is_alphabetic) && name.chars().all(follows)
}

/// Each `Assign` of a state, of its choice rules and of its catchers, with its place.
pub(super) fn assignments<'a>(
    state: &'a State,
    place: &Pointer,
) -> impl Iterator<Item = (Pointer, &'a Value)> {
    own_assignments(state, place).chain(caught_assignments(state, place))
}

/// Each `Assign` of a state and of its choice rules.
fn own_assignments<'a>(state: &'a State, place: &Pointer) -> impl Iterator<Item = (Pointer, &'a Value)> {
    let (rules, at) = match &state.kind {
        StateKind::Choice(choice) => (choice.choices.as_slice(), place.key("Choices")),
        _ => (&[][..], Pointer::root()),
    };
    let rules = rules.iter().enumerate().map(move |(index, rule)| (at.index(index), rule.assign.as_ref()));
    let all = std::iter::once((place.clone(), state.kind.assign())).chain(rules);
    all.filter_map(|(place, assign)| Some((place.key("Assign"), assign?)))
}

/// Each `Assign` of the catchers of a state.
fn caught_assignments<'a>(state: &'a State, place: &Pointer) -> impl Iterator<Item = (Pointer, &'a Value)> {
    let at = place.key("Catch");
    let catchers = state.kind.catchers().iter().enumerate();
    catchers
        .filter_map(move |(index, catcher)| Some((at.index(index).key("Assign"), catcher.assign.as_ref()?)))
}

//! [`edges`]: the transitions of a machine.

use asl_value::{Pointer, Text};

use crate::{State, StateKind, StateMachine, Transition};

/// A possible transition from one state to another of the same machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge<'a> {
    /// The state that it leaves.
    pub from: &'a Text,
    /// The state that it leads to, which may not exist.
    pub to: &'a Text,
    /// When it is taken.
    pub kind: EdgeKind,
}

/// When an [`Edge`] is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// `Next`: the state has succeeded.
    Next,
    /// The rule of a Choice at this index of `Choices` matches.
    Choice(usize),
    /// `Default`: no rule matches.
    Default,
    /// The catcher at this index of `Catch` matches.
    Catch(usize),
}

impl Edge<'_> {
    /// The place in the machine of the field that names the target: `/States/A/Choices/0/Next`.
    pub fn pointer(&self) -> Pointer {
        self.field(&Pointer::root().key("States").key(self.from))
    }

    /// The place of the field that names the target, if `state` is the place of the state that it leaves.
    pub(crate) fn field(&self, state: &Pointer) -> Pointer {
        match self.kind {
            EdgeKind::Next => state.key("Next"),
            EdgeKind::Choice(index) => state.key("Choices").index(index).key("Next"),
            EdgeKind::Default => state.key("Default"),
            EdgeKind::Catch(index) => state.key("Catch").index(index).key("Next"),
        }
    }
}

/// The transitions of a machine, in the order of the definition, without those inside its branches and maps.
///
/// ```
/// use asl_model::{EdgeKind, Source, edges, parse};
/// let text = r#"{"StartAt": "A", "States": {"A": {"Type": "Pass", "Next": "B"}, "B": {"Type": "Succeed"}}}"#;
/// let machine = parse(&Source::json(text)).machine.unwrap();
/// let edges: Vec<_> = edges(&machine).map(|edge| (edge.from.as_str(), edge.to.as_str(), edge.kind)).collect();
/// assert_eq!(edges, [("A", "B", EdgeKind::Next)]);
/// ```
pub fn edges(machine: &StateMachine) -> impl Iterator<Item = Edge<'_>> {
    machine.states.iter().flat_map(edges_of)
}

/// The transitions out of one state.
pub(crate) fn edges_of(state: &State) -> impl Iterator<Item = Edge<'_>> {
    let edge = |to, kind| Edge { from: &state.name, to, kind };
    let next = match state.kind.transition() {
        Some(Transition::Next(to)) => Some(edge(to, EdgeKind::Next)),
        Some(Transition::End) | None => None,
    };
    let (choices, default) = match &state.kind {
        StateKind::Choice(choice) => (choice.choices.as_slice(), choice.default.as_ref()),
        _ => (&[][..], None),
    };
    let choices =
        choices.iter().enumerate().map(move |(index, rule)| edge(&rule.next, EdgeKind::Choice(index)));
    let default = default.map(move |to| edge(to, EdgeKind::Default));
    let catch = state.kind.catchers().iter().enumerate();
    let catch = catch.map(move |(index, catcher)| edge(&catcher.next, EdgeKind::Catch(index)));
    next.into_iter().chain(choices).chain(default).chain(catch)
}

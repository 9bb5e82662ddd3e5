//! [`edges`]: which state leads where.

use asl_value::{Pointer, Text};

use crate::{State, StateKind, StateMachine, Transition};

/// A way from one state to another of the same machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Edge<'a> {
    /// The state it starts from.
    pub from: &'a Text,
    /// The state it leads to, which need not exist.
    pub to: &'a Text,
    /// When it is taken.
    pub kind: EdgeKind,
}

/// When an [`Edge`] is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EdgeKind {
    /// `Next`: the state has done its work.
    Next,
    /// The rule of a Choice at this index of `Choices` matches.
    Choice(usize),
    /// `Default`: no rule matches.
    Default,
    /// The catcher at this index of `Catch` matches.
    Catch(usize),
}

impl Edge<'_> {
    /// The field that says where it leads, in the machine: `/States/A/Choices/0/Next`.
    pub fn pointer(&self) -> Pointer {
        self.field(&Pointer::root().key("States").key(self.from))
    }

    /// The field that says where it leads, by the place of the state it starts from.
    pub(crate) fn field(&self, state: &Pointer) -> Pointer {
        match self.kind {
            EdgeKind::Next => state.key("Next"),
            EdgeKind::Choice(index) => state.key("Choices").index(index).key("Next"),
            EdgeKind::Default => state.key("Default"),
            EdgeKind::Catch(index) => state.key("Catch").index(index).key("Next"),
        }
    }
}

/// The ways out of the states of `machine`, in the order of the definition; not those inside its branches and maps.
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

/// The ways out of one state.
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

//! [`Region`]: consecutive states with one way in and one way out.

use std::collections::BTreeSet;
use std::ops::Range;

use asl_model::QueryLanguage;

use super::extraction::Refused;
use crate::document::{Definition, Document};
use crate::outline::{StateOutline, WrittenTransition};

/// The longest name of a state, in characters.
const LONGEST: usize = 80;

/// Consecutive states of one machine, with one way in and one way out.
pub(super) struct Region<'d> {
    pub(super) document: &'d Document,
    pub(super) definition: &'d Definition,
    pub(super) machine: usize,
    /// Their indices in the outline.
    pub(super) states: Range<usize>,
    /// From the first key to the end of the last value.
    pub(super) span: Range<usize>,
    /// The state where they are entered.
    pub(super) entry: &'d str,
    pub(super) exit: Exit<'d>,
}

/// Where states lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exit<'d> {
    Next(&'d str),
    /// The machine ends with them.
    End,
}

impl<'d> Region<'d> {
    /// The states whose names are in a selection, and what they are called; why they are not a region.
    pub(super) fn selected(
        document: &'d Document,
        range: &Range<usize>,
    ) -> Option<(String, Result<Region<'d>, Refused>)> {
        let definition = document.definition_at(range.start)?;
        let outline = &definition.outline;
        let is_within =
            |state: &&StateOutline| range.start <= state.key_inner.start && state.key_inner.end <= range.end;
        let first = outline.states.iter().filter(is_within).min_by_key(|state| state.key_span.start)?;
        let states: Vec<usize> = outline
            .states_of(first.machine)
            .filter(|(_, state)| is_within(state))
            .map(|(index, _)| index)
            .collect();
        let (from, to) = (*states.first()?, *states.last()?);
        let last = outline.states.get(to)?;
        let what = match from == to {
            true => format!("`{}`", first.name),
            false => format!("`{}` to `{}`", first.name, last.name),
        };
        let end = last.node.map_or(last.key_span.end, |node| definition.tree.span(node).end);
        let around = outline.machines.get(first.machine)?.states?;
        if range.end > definition.tree.span(around).end.max(end) + 1 {
            return None;
        }
        let span = first.key_span.start..end;
        Some((what, Region::of(document, definition, first.machine, from..to + 1, span)))
    }

    fn of(
        document: &'d Document,
        definition: &'d Definition,
        machine: usize,
        states: Range<usize>,
        span: Range<usize>,
    ) -> Result<Region<'d>, Refused> {
        if !document.is_exact() {
            return Err(
                "the text has errors, or forms of YAML such as aliases that edits do not know".to_owned()
            );
        }
        let outline = &definition.outline;
        let within = outline.states.get(states.clone()).unwrap_or_default();
        let names: BTreeSet<&str> = within.iter().map(|state| state.name.as_str()).collect();
        if names.len() != within.len() || within.iter().any(|state| state.node.is_none()) {
            return Err("a state has no fields, or another one the same name".to_owned());
        }
        let is_inside = |edge: &&WrittenTransition| edge.from.is_some_and(|from| states.contains(&from));
        let edges = || outline.transitions.iter().filter(|edge| edge.machine == machine);
        let entries: BTreeSet<&str> = edges()
            .filter(|edge| !is_inside(edge) && names.contains(edge.target.as_str()))
            .map(|edge| edge.target.as_str())
            .collect();
        let exits: BTreeSet<&str> = edges()
            .filter(|edge| is_inside(edge) && !names.contains(edge.target.as_str()))
            .map(|edge| edge.target.as_str())
            .collect();
        let entry = match entries.iter().copied().collect::<Vec<_>>().as_slice() {
            [entry] => *entry,
            [] => return Err("nothing leads to them".to_owned()),
            several => return Err(format!("they are entered at {}", listed(several))),
        };
        let ending = within.iter().find(|state| ends(definition, state));
        let exit = match (exits.iter().copied().collect::<Vec<_>>().as_slice(), ending) {
            ([], _) => Exit::End,
            ([exit], None) => Exit::Next(exit),
            ([exit], Some(state)) => {
                return Err(format!("they lead to `{exit}`, but `{}` ends the machine", state.name));
            }
            (several, _) => return Err(format!("they lead to {}", listed(several))),
        };
        Ok(Region { document, definition, machine, states, span, entry, exit })
    }

    /// Whether a transition leaves a state of the region.
    pub(super) fn is_from(&self, edge: &WrittenTransition) -> bool {
        edge.from.is_some_and(|from| self.states.contains(&from))
    }

    /// The transitions of the machine.
    pub(super) fn transitions(&self) -> impl Iterator<Item = &'d WrittenTransition> {
        let machine = self.machine;
        self.definition.outline.transitions.iter().filter(move |edge| edge.machine == machine)
    }

    /// The query language of states that do not name one.
    pub(super) fn language(&self) -> QueryLanguage {
        let (tree, root) = (&self.definition.tree, self.definition.root);
        match tree.text_of(root, "QueryLanguage") {
            Some("JSONata") => QueryLanguage::JsonAta,
            _ => QueryLanguage::JsonPath,
        }
    }

    /// A name for a new state: the name of the entry and a word, which no state has.
    pub(super) fn new_name(&self, word: &str) -> String {
        new_name(self.definition, self.entry, word)
    }
}

/// A name that no state has, of another name and a word.
pub(super) fn new_name(definition: &Definition, name: &str, word: &str) -> String {
    let is_taken = |name: &str| definition.outline.states.iter().any(|state| state.name == name);
    // Room for the word and a number.
    let start: String = name.chars().take(LONGEST - word.chars().count() - 8).collect();
    let start = start.trim_end();
    let numbered = (1_usize..).map(|number| match number {
        1 => format!("{start} {word}"),
        _ => format!("{start} {word} {number}"),
    });
    numbered.take(definition.outline.states.len() + 1).find(|name| !is_taken(name)).unwrap_or_default()
}

/// Whether the machine ends with a state, unless it fails.
fn ends(definition: &Definition, state: &StateOutline) -> bool {
    state.kind == "Succeed" || state.node.is_some_and(|node| definition.tree.member(node, "End").is_some())
}

fn listed(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(" and ")
}

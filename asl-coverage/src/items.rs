//! The parts of a definition that executions may reach, with their lines.

use asl_engine::Program;
use asl_model::{Code, Diagnostic, Excerpt, State, StateKind, StateMachine, Transition};
use asl_value::Pointer;

use crate::hits::{Hits, StateHits, Way};
use crate::item::{CoveredItem, ItemKind, Target};

/// A part whose line is not yet known.
struct Part {
    item: CoveredItem,
    place: Pointer,
}

/// All parts of a machine, in the order of the definition.
pub(crate) fn of(
    machine: &StateMachine,
    program: &Program,
    excerpt: &Excerpt,
    hits: &Hits,
) -> Vec<CoveredItem> {
    let mut parts = Vec::new();
    of_machine(machine, &Pointer::root(), hits, &mut parts);
    of_operands(program, hits, &mut parts);
    // A diagnostic knows its place in the file, whatever was substituted in it.
    let places: Vec<Diagnostic> =
        parts.iter().map(|part| Diagnostic::warning(Code::LIMIT, "", part.place.clone())).collect();
    let places = excerpt.places(&places);
    let mut items: Vec<CoveredItem> = parts
        .into_iter()
        .zip(places)
        .map(|(part, place)| CoveredItem { line: place.map_or(1, |place| place.start.line), ..part.item })
        .collect();
    items.sort_by_key(|item| item.line);
    items
}

/// As deep as machines nest, which the parser of definitions bounds.
fn of_machine(machine: &StateMachine, place: &Pointer, hits: &Hits, parts: &mut Vec<Part>) {
    for state in &machine.states {
        let place = place.key("States").key(&*state.name);
        let none = StateHits::default();
        of_state(state, &place, hits.state(&state.name).unwrap_or(&none), parts);
        for (index, inner) in StateMachine::children(state).iter().enumerate() {
            let inside = inside(state, &place, index);
            let begun = hits.state(&inner.start_at).map_or(0, |state| state.entered);
            let what = if matches!(state.kind, StateKind::Map(_)) { "the iterations" } else { "branch" };
            let label = match what {
                "branch" => format!("branch {index} of {}", state.name),
                _ => format!("the iterations of {}", state.name),
            };
            parts.push(part(state, ItemKind::Branch, label, inside.clone(), begun));
            of_machine(inner, &inside, hits, parts);
        }
    }
}

/// The place of a branch or an item processor.
fn inside(state: &State, place: &Pointer, index: usize) -> Pointer {
    match &state.kind {
        StateKind::Map(map) if map.processor.legacy.iterator => place.key("Iterator"),
        StateKind::Map(_) => place.key("ItemProcessor"),
        _ => place.key("Branches").index(index),
    }
}

fn of_state(state: &State, place: &Pointer, hits: &StateHits, parts: &mut Vec<Part>) {
    let name = &state.name;
    let mut parts = Parts { state, parts };
    parts.add(ItemKind::State, name.to_string(), place.clone(), hits.entered);
    if let Some(Transition::Next(to)) = state.kind.transition() {
        parts.lead(to, format!("{name} → {to}"), place.key("Next"), hits, Way::Next);
    }
    for (index, _) in state.kind.retriers().iter().enumerate() {
        let retried = count(&hits.retried, index);
        parts.add(
            ItemKind::Retrier,
            format!("retrier {index} of {name}"),
            place.key("Retry").index(index),
            retried,
        );
    }
    for (index, catcher) in state.kind.catchers().iter().enumerate() {
        let place = place.key("Catch").index(index);
        let label = format!("catcher {index} of {name}");
        parts.add(ItemKind::Catcher, label, place.clone(), count(&hits.caught, index));
        let label = format!("{name} → {} by catcher {index}", catcher.next);
        parts.lead(&catcher.next, label, place.key("Next"), hits, Way::Catcher(index));
    }
    let StateKind::Choice(choice) = &state.kind else { return };
    for (index, rule) in choice.choices.iter().enumerate() {
        let place = place.key("Choices").index(index);
        let matched = count(&hits.matched, index);
        parts.add(ItemKind::Rule, format!("rule {index} of {name} matches"), place.clone(), matched);
        let label = format!("rule {index} of {name} does not match");
        parts.add(ItemKind::Mismatch, label, place.clone(), hits.missed(index));
        let label = format!("{name} → {} by rule {index}", rule.next);
        parts.lead(&rule.next, label, place.key("Next"), hits, Way::Rule(index));
    }
    if let Some(to) = &choice.default {
        let label = format!("{name} → {to} by default");
        parts.lead(to, label, place.key("Default"), hits, Way::Default);
    }
}

/// The operands of conditions, each once for holding and once for not holding.
fn of_operands(program: &Program, hits: &Hits, parts: &mut Vec<Part>) {
    let none = StateHits::default();
    for (state, rules) in program.operands() {
        let hits = hits.state(state).unwrap_or(&none);
        for (rule, operands) in rules.into_iter().enumerate() {
            for (index, operand) in operands.into_iter().enumerate() {
                for (holds, verb) in [(true, "holds"), (false, "does not hold")] {
                    let label = format!("`{}` in rule {rule} of {state} {verb}", operand.label);
                    let hits = hits.tested(rule, index, holds);
                    let item = CoveredItem {
                        kind: ItemKind::Operand,
                        state: state.to_string(),
                        label,
                        line: 1,
                        hits,
                        to: None,
                    };
                    parts.push(Part { item, place: operand.place.clone() });
                }
            }
        }
    }
}

/// The parts of one state, as they are collected.
struct Parts<'a> {
    state: &'a State,
    parts: &'a mut Vec<Part>,
}

impl Parts<'_> {
    fn add(&mut self, kind: ItemKind, label: String, place: Pointer, hits: u64) {
        self.parts.push(part(self.state, kind, label, place, hits));
    }

    /// Adds a transition to another state.
    fn lead(&mut self, to: &str, label: String, place: Pointer, hits: &StateHits, way: Way) {
        let mut part = part(self.state, ItemKind::Transition, label, place, hits.left(way));
        part.item.to = Some(Target { state: to.to_owned(), by_catcher: matches!(way, Way::Catcher(_)) });
        self.parts.push(part);
    }
}

fn count(counts: &[u64], index: usize) -> u64 {
    counts.get(index).copied().unwrap_or_default()
}

fn part(state: &State, kind: ItemKind, label: String, place: Pointer, hits: u64) -> Part {
    Part { item: CoveredItem { kind, state: state.name.to_string(), label, line: 1, hits, to: None }, place }
}

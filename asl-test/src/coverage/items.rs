//! The parts of a definition that cases may reach, with their lines.

use asl_model::{Code, Diagnostic, State, StateKind, StateMachine, Transition};
use asl_value::Pointer;

use super::{CoveredItem, ItemKind};
use crate::hits::{Hits, StateHits, Way};
use crate::machine::Machine;

/// A part whose line is not yet known.
struct Part {
    item: CoveredItem,
    place: Pointer,
}

/// All parts of a machine, in the order of the definition.
pub(super) fn of(machine: &Machine, hits: &Hits) -> Vec<CoveredItem> {
    let mut parts = Vec::new();
    of_machine(&machine.model, &Pointer::root(), hits, &mut parts);
    of_operands(machine, hits, &mut parts);
    // A diagnostic knows its place in the file, whatever was substituted in it.
    let places: Vec<Diagnostic> =
        parts.iter().map(|part| Diagnostic::warning(Code::LIMIT, "", part.place.clone())).collect();
    let places = machine.excerpt.places(&places);
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
    let mut add = |kind, label, place, hits| parts.push(part(state, kind, label, place, hits));
    add(ItemKind::State, name.to_string(), place.clone(), hits.entered);
    if let Some(Transition::Next(to)) = state.kind.transition() {
        add(ItemKind::Transition, format!("{name} → {to}"), place.key("Next"), hits.left(Way::Next));
    }
    for (index, _) in state.kind.retriers().iter().enumerate() {
        let retried = count(&hits.retried, index);
        add(
            ItemKind::Retrier,
            format!("retrier {index} of {name}"),
            place.key("Retry").index(index),
            retried,
        );
    }
    for (index, catcher) in state.kind.catchers().iter().enumerate() {
        let place = place.key("Catch").index(index);
        let label = format!("catcher {index} of {name}");
        add(ItemKind::Catcher, label, place.clone(), count(&hits.caught, index));
        let (label, left) =
            (format!("{name} → {} by catcher {index}", catcher.next), hits.left(Way::Catcher(index)));
        add(ItemKind::Transition, label, place.key("Next"), left);
    }
    let StateKind::Choice(choice) = &state.kind else { return };
    for (index, rule) in choice.choices.iter().enumerate() {
        let place = place.key("Choices").index(index);
        let matched = count(&hits.matched, index);
        add(ItemKind::Rule, format!("rule {index} of {name} matches"), place.clone(), matched);
        let label = format!("rule {index} of {name} does not match");
        add(ItemKind::Mismatch, label, place.clone(), hits.missed(index));
        let label = format!("{name} → {} by rule {index}", rule.next);
        add(ItemKind::Transition, label, place.key("Next"), hits.left(Way::Rule(index)));
    }
    if let Some(to) = &choice.default {
        let label = format!("{name} → {to} by default");
        add(ItemKind::Transition, label, place.key("Default"), hits.left(Way::Default));
    }
}

/// The operands of conditions, each once for holding and once for not holding.
fn of_operands(machine: &Machine, hits: &Hits, parts: &mut Vec<Part>) {
    let none = StateHits::default();
    for (state, rules) in machine.program.operands() {
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
                    };
                    parts.push(Part { item, place: operand.place.clone() });
                }
            }
        }
    }
}

fn count(counts: &[u64], index: usize) -> u64 {
    counts.get(index).copied().unwrap_or_default()
}

fn part(state: &State, kind: ItemKind, label: String, place: Pointer, hits: u64) -> Part {
    Part { item: CoveredItem { kind, state: state.name.to_string(), label, line: 1, hits }, place }
}

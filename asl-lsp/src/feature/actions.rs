//! Code actions: corrections of problems, and the conversion of a state to JSONata.

use std::ops::Range;

use asl_model::Code;
use asl_value::{Value as AslValue, json as asl};
use serde_json::{Value, json};

use crate::convert::to_jsonata;
use crate::diagnostics::{self, placed::PlacedDiagnostic};
use crate::document::{Definition, Document, FileKind, definition_at};
use crate::edit::{self, DocumentEdit, yaml_text};
use crate::request_error::RequestError;

/// The actions for a part of a document: an array of `CodeAction`.
pub(crate) fn actions(document: &Document, range: &Range<usize>, shows_disabled: bool) -> Value {
    let touches = |other: &Range<usize>| other.start <= range.end && range.start <= other.end;
    let mut found: Vec<Value> = Vec::new();
    if matches!(document.kind(), FileKind::Definition | FileKind::Template) {
        for placed in diagnostics::of(document).iter().filter(|placed| touches(&placed.range)) {
            found.extend(corrections(document, placed));
        }
        found.extend(conversion(document, range.start, shows_disabled));
    }
    Value::Array(found)
}

/// Edits as a list of `TextEdit`.
pub(crate) fn text_edits(document: &Document, edits: &[DocumentEdit]) -> Value {
    edits
        .iter()
        .map(|edit| json!({"range": document.buffer.range(&edit.range), "newText": edit.text}))
        .collect()
}

/// Edits as a `WorkspaceEdit`.
pub(crate) fn workspace_edit(document: &Document, edits: &[DocumentEdit]) -> Value {
    let mut changes = serde_json::Map::new();
    changes.insert(document.uri.clone(), text_edits(document, edits));
    json!({"changes": changes})
}

fn corrections(document: &Document, placed: &PlacedDiagnostic) -> Vec<Value> {
    let definition = definition_at(document.definitions(), placed.range.start);
    let mut found = Vec::new();
    if let Some(name) = suggestion(placed.diagnostic.help.as_deref()) {
        let edit = respelled(document, placed, name);
        found.push((format!("Change to `{name}`"), edit));
    }
    let Some(definition) = definition else { return listed(document, placed, found) };
    match placed.diagnostic.code {
        Code::MISSING_TARGET => found.extend(missing_state(document, definition, &placed.range)),
        Code::UNREACHABLE => found.extend(unreachable(document, definition, &placed.range)),
        Code::EXCLUSIVE_FIELDS if placed.diagnostic.message.contains("[Next, End]") => {
            found.extend(missing_end(document, definition, &placed.range));
        }
        _ => {}
    }
    listed(document, placed, found)
}

fn listed(document: &Document, placed: &PlacedDiagnostic, found: Vec<(String, DocumentEdit)>) -> Vec<Value> {
    let diagnostic = diagnostics::to_json(placed, document, false);
    let only = found.len() == 1;
    let action = |(title, edit): (String, DocumentEdit)| {
        json!({
            "title": title,
            "kind": "quickfix",
            "diagnostics": [diagnostic],
            "isPreferred": only,
            "edit": workspace_edit(document, &[edit]),
        })
    };
    found.into_iter().map(action).collect()
}

/// The name in ``did you mean `Next`?``.
fn suggestion(help: Option<&str>) -> Option<&str> {
    help?.split_once("did you mean `")?.1.split('`').next().filter(|name| !name.is_empty())
}

fn respelled(document: &Document, placed: &PlacedDiagnostic, name: &str) -> DocumentEdit {
    let range = &placed.range;
    let written = document.buffer.text().get(range.clone()).unwrap_or_default();
    // A part of a longer text, such as the action in an ARN: the help names it before the suggestion.
    let help = placed.diagnostic.help.as_deref().unwrap_or_default();
    let before = help.split("did you mean").next().unwrap_or_default();
    let wrong = before.split('`').skip(1).step_by(2).last().filter(|wrong| !wrong.is_empty());
    let part = wrong.and_then(|wrong| Some((wrong, written.rfind(wrong)?)));
    if let Some((wrong, at)) = part {
        let start = range.start + at;
        return DocumentEdit { range: start..start + wrong.len(), text: name.to_owned() };
    }
    let text = match written.chars().next() {
        Some('"') => AslValue::from(name).to_json(),
        Some('\'') => format!("'{}'", name.replace('\'', "''")),
        _ => yaml_text(name),
    };
    DocumentEdit { range: range.clone(), text }
}

/// Adds the state that a transition leads to.
fn missing_state(
    document: &Document,
    definition: &Definition,
    range: &Range<usize>,
) -> Option<(String, DocumentEdit)> {
    let edge =
        definition.outline.transitions.iter().find(|edge| definition.tree.span(edge.node) == *range)?;
    let states = definition.outline.machines.get(edge.machine)?.states?;
    let state = asl!({"Type": "Pass", "End": true});
    let edit = edit::added(document, definition, states, &edge.target, &state)?;
    Some((format!("Add the state `{}`", edge.target), edit))
}

/// Removes a state that cannot be reached.
fn unreachable(
    document: &Document,
    definition: &Definition,
    range: &Range<usize>,
) -> Option<(String, DocumentEdit)> {
    let state = definition.outline.states.iter().find(|state| state.key_span.start == range.start)?;
    let states = definition.outline.machines.get(state.machine)?.states?;
    let members = definition.tree.members(states);
    let index = members.iter().position(|member| member.key_span == state.key_span)?;
    let edit = edit::removed(document, definition, states, index).filter(|_| document.is_exact())?;
    Some((format!("Remove the state `{}`", state.name), edit))
}

/// Ends the machine with a state that leads nowhere.
fn missing_end(
    document: &Document,
    definition: &Definition,
    range: &Range<usize>,
) -> Option<(String, DocumentEdit)> {
    let state = definition.outline.states.iter().find(|state| state.key_span.start == range.start)?;
    let node = state
        .node
        .filter(|node| ["Next", "End"].iter().all(|name| definition.tree.member(*node, name).is_none()))?;
    let edit = edit::added(document, definition, node, "End", &AslValue::Bool(true))?;
    Some((format!("End with `{}`", state.name), edit))
}

/// The edit that makes the innermost state at an offset one of JSONata, and the name of this state.
pub(crate) fn converted(document: &Document, offset: usize) -> Result<(String, DocumentEdit), RequestError> {
    let none = || RequestError::failed("there is no state of JSONPath here");
    let definition = document.definition_at(offset).ok_or_else(none)?;
    let (tree, outline) = (&definition.tree, &definition.outline);
    let contains = |state: &&crate::outline::StateOutline| {
        let end = state.node.map_or(state.key_span.end, |node| tree.span(node).end);
        state.key_span.start <= offset
            && offset <= end
            && state.language == asl_model::QueryLanguage::JsonPath
    };
    let state = outline
        .states
        .iter()
        .filter(contains)
        .min_by_key(|state| state.node.map_or(0, |node| tree.span(node).len()));
    let (state, node) = state.and_then(|state| Some((state, state.node?))).ok_or_else(none)?;
    if !document.is_exact() || edit::loses(document, definition, node) {
        return Err(RequestError::failed(
            "the text has errors, or forms of YAML that edits do not know: aliases, or a tag, an anchor or a comment in the state",
        ));
    }
    let value = tree.value(node).ok_or_else(none)?;
    let converted =
        to_jsonata(&value).map_err(|reason| RequestError::failed(format!("`{}`: {reason}", state.name)))?;
    Ok((state.name.clone(), edit::replaced(document, definition, node, &converted)))
}

fn conversion(document: &Document, offset: usize, shows_disabled: bool) -> Option<Value> {
    let kind = "refactor.rewrite";
    match converted(document, offset) {
        Ok((name, edit)) => Some(json!({
            "title": format!("Convert `{name}` to JSONata"), "kind": kind, "edit": workspace_edit(document, &[edit]),
        })),
        Err(error) if shows_disabled && error.message.starts_with('`') => Some(json!({
            "title": "Convert the state to JSONata", "kind": kind, "disabled": {"reason": error.message},
        })),
        Err(_) => None,
    }
}

//! Code actions: corrections of problems, the conversion of a state to JSONata, and extractions.

use std::ops::Range;

use asl_model::Code;
use asl_value::{Value as AslValue, json as asl};
use serde_json::{Value, json};

use crate::convert::to_jsonata;
use crate::diagnostics::{self, placed::PlacedDiagnostic};
use crate::document::{Definition, Document, FileKind, definition_at};
use crate::edit::{self, DocumentEdit, yaml_text};
use crate::extract::{self, Extraction, Refused};
use crate::request_error::RequestError;
use crate::uri;

/// Which actions a client asks for, and can show and do.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ActionSupport {
    /// It shows actions that cannot be done, with the reason.
    pub(crate) disabled: bool,
    /// It creates files.
    pub(crate) creates: bool,
}

const CORRECTION: &str = "quickfix";
const CONVERSION: &str = "refactor.rewrite";
const EXTRACTION: &str = "refactor.extract";

/// The actions for a part of a document: an array of `CodeAction`. `only` holds the kinds that the client wants, if it says so.
pub(crate) fn actions(
    document: &Document,
    range: &Range<usize>,
    only: Option<&[Value]>,
    support: ActionSupport,
) -> Value {
    let wants = |kind: &str| {
        let is_in = |wanted: &str| {
            wanted.is_empty()
                || kind.strip_prefix(wanted).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        only.is_none_or(|only| only.iter().filter_map(Value::as_str).any(is_in))
    };
    let touches = |other: &Range<usize>| other.start <= range.end && range.start <= other.end;
    let mut found: Vec<Value> = Vec::new();
    if !matches!(document.kind(), FileKind::Definition | FileKind::Template) {
        return Value::Array(found);
    }
    if wants(CORRECTION) {
        for placed in diagnostics::of(document).iter().filter(|placed| touches(&placed.range)) {
            found.extend(corrections(document, placed));
        }
    }
    if wants(CONVERSION) {
        found.extend(conversion(document, range.start, support));
    }
    if wants(EXTRACTION) {
        let offers = extract::offers(document, range).into_iter();
        found.extend(
            offers.filter_map(|(title, extraction)| extracting(document, title, extraction, support)),
        );
    }
    Value::Array(found)
}

/// An action that extracts something, or why it cannot be done.
fn extracting(
    document: &Document,
    title: String,
    extraction: Result<Extraction, Refused>,
    support: ActionSupport,
) -> Option<Value> {
    let extraction = match extraction {
        Ok(extraction) if extraction.created.is_some() && !support.creates => return None,
        Ok(extraction) => extraction,
        Err(reason) => {
            let disabled = || json!({"title": title, "kind": EXTRACTION, "disabled": {"reason": reason}});
            return support.disabled.then(disabled);
        }
    };
    let edit = match &extraction.created {
        None => workspace_edit(document, &extraction.edits),
        Some(file) => {
            let uri = uri::beside(&document.uri, &file.name)?;
            let start = json!({"line": 0, "character": 0});
            json!({"documentChanges": [
                {"kind": "create", "uri": uri},
                {
                    "textDocument": {"uri": uri, "version": null},
                    "edits": [{"range": {"start": start, "end": start}, "newText": file.text}],
                },
                {
                    "textDocument": {"uri": document.uri, "version": document.version},
                    "edits": text_edits(document, &extraction.edits),
                },
            ]})
        }
    };
    Some(json!({"title": title, "kind": EXTRACTION, "edit": edit}))
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
    workspace_edits(&[(document, edits)])
}

/// Edits of several files as a `WorkspaceEdit`.
pub(crate) fn workspace_edits(edits: &[(&Document, &[DocumentEdit])]) -> Value {
    let changes = edits.iter().map(|(document, edits)| (document.uri.clone(), text_edits(document, edits)));
    json!({"changes": changes.collect::<serde_json::Map<_, _>>()})
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
            "kind": CORRECTION,
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

fn conversion(document: &Document, offset: usize, support: ActionSupport) -> Option<Value> {
    match converted(document, offset) {
        Ok((name, edit)) => Some(json!({
            "title": format!("Convert `{name}` to JSONata"),
            "kind": CONVERSION,
            "edit": workspace_edit(document, &[edit]),
        })),
        Err(error) if support.disabled && error.message.starts_with('`') => Some(json!({
            "title": "Convert the state to JSONata", "kind": CONVERSION, "disabled": {"reason": error.message},
        })),
        Err(_) => None,
    }
}

//! Keys of objects: fields of the language, parameters of services, names of states.

use asl_model::{Format, QueryLanguage};

use super::item::{CompletionItem, Insertion, ItemKind};
use super::{resources, snippets};
use crate::cursor::Cursor;
use crate::document::Document;
use crate::schema::{Allowed, Schema, SchemaField};
use crate::variables::Variables;

/// The keys that an object may get.
pub(super) fn keys(document: &Document, cursor: &Cursor) -> Vec<CompletionItem> {
    if let Some(items) = of_template(cursor) {
        return items;
    }
    let is_states =
        cursor.definition.outline.machines.iter().any(|machine| machine.states == Some(cursor.node));
    if is_states {
        return snippets::states(cursor).into_iter().chain(missing_states(cursor)).collect();
    }
    let schema = Schema::of_kind(document.kind());
    let mut fields = schema.fields(cursor.tree(), cursor.definition.root, &cursor.path);
    fields.retain(|field| !cursor.has_member(&field.name));
    // Required fields come first.
    fields.sort_by_key(|field| !field.is_required);
    fields.iter().map(|field| of_field(field, schema, cursor)).collect()
}

fn of_field(field: &SchemaField, schema: &Schema, cursor: &Cursor) -> CompletionItem {
    let allowed = schema.allowed(std::slice::from_ref(&field.schema));
    let value = value_snippet(&field.name, &allowed, cursor);
    let insertion = Insertion::Key { name: field.name.clone(), value };
    let detail = if field.is_required { "required" } else { "" };
    CompletionItem::new(field.name.as_str(), ItemKind::Field, insertion)
        .detail(detail)
        .about(field.about.as_str())
}

/// A snippet for the value of a new field.
fn value_snippet(name: &str, allowed: &Allowed, cursor: &Cursor) -> String {
    let is_json = cursor.definition.format == Format::Json;
    let is_query = cursor.language() == QueryLanguage::JsonAta;
    let has = |name: &str| allowed.types.iter().any(|kind| kind == name);
    match name {
        "Condition" => return "\"{% $1 %\\}\"".to_owned(),
        "Output" if is_query => return "\"{% $1 %\\}\"".to_owned(),
        _ => {}
    }
    if name == "End" {
        return "true".to_owned();
    }
    if has("array") && !has("object") {
        return if is_json { "[$1]".to_owned() } else { "\n  - $1".to_owned() };
    }
    if has("object")
        || matches!(name, "Parameters" | "Arguments" | "Assign" | "ResultSelector" | "ItemSelector")
    {
        return if is_json { "{$1\\}".to_owned() } else { "\n  $1".to_owned() };
    }
    if is_json && !allowed.words.is_empty() && allowed.words.iter().all(|word| word.as_str().is_some()) {
        return "\"$1\"".to_owned();
    }
    match has("string") && is_json && !has("integer") && !has("number") {
        true => "\"$1\"".to_owned(),
        false => "$1".to_owned(),
    }
}

/// Keys inside templates of expressions: parameters of services, variables.
fn of_template(cursor: &Cursor) -> Option<Vec<CompletionItem>> {
    let state = cursor.state()?;
    match cursor.keys_below(state.node?)?.as_slice() {
        ["Parameters" | "Arguments", inner @ ..] if state.kind == "Task" => {
            Some(resources::parameters(cursor, state.node?, inner))
        }
        ["Assign"] | ["Choices" | "Catch", _, "Assign"] => Some(assigned(cursor)),
        [
            "Parameters" | "Arguments" | "Assign" | "Output" | "ResultSelector" | "ItemSelector" | "Result",
            ..,
        ] => Some(Vec::new()),
        _ => None,
    }
}

/// The variables that may be set again.
fn assigned(cursor: &Cursor) -> Vec<CompletionItem> {
    let definition = &cursor.definition;
    let variables = Variables::of(definition);
    let machine = definition.outline.machine_of(cursor.tree(), cursor.node);
    let visible = variables.visible(definition, machine).into_iter().filter(|found| found.machine == machine);
    let items = visible.filter(|found| !cursor.has_member(&found.name)).map(|found| {
        let insertion = Insertion::Key { name: found.name.clone(), value: "$1".to_owned() };
        CompletionItem::new(found.name.as_str(), ItemKind::Variable, insertion).detail("variable")
    });
    items.collect()
}

/// The states that transitions lead to and that do not exist.
fn missing_states(cursor: &Cursor) -> Vec<CompletionItem> {
    let outline = &cursor.definition.outline;
    let machine = outline.machine_of(cursor.tree(), cursor.node);
    let mut names: Vec<&str> = Vec::new();
    for edge in outline.transitions.iter().filter(|edge| edge.machine == machine) {
        if outline.state(machine, &edge.target).is_none() && !names.contains(&edge.target.as_str()) {
            names.push(&edge.target);
        }
    }
    let value = || match cursor.definition.format {
        Format::Json => "{$1\\}".to_owned(),
        _ => "\n  $1".to_owned(),
    };
    let item = |name: &str| {
        let insertion = Insertion::Key { name: name.to_owned(), value: value() };
        CompletionItem::new(name, ItemKind::Reference, insertion).detail("a transition leads to this state")
    };
    names.into_iter().map(item).collect()
}

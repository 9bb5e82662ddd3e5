//! Values of fields: names of states, words of the language, resources, error names.

use asl_value::Segment;

use super::item::{CompletionItem, Insertion, ItemKind};
use super::resources;
use crate::cursor::Cursor;
use crate::document::{Document, FileKind};
use crate::reference::errors::ERRORS;
use crate::schema::Schema;

/// The values that a field may have.
pub(super) fn values(document: &Document, cursor: &Cursor) -> Vec<CompletionItem> {
    if document.kind() == FileKind::Tests {
        return words(document.kind(), cursor);
    }
    match cursor.field() {
        "Next" | "Default" | "StartAt" if is_transition(cursor) => states(cursor),
        "ErrorEquals" => errors(cursor),
        "Resource" if is_reader(cursor) => storage(cursor),
        "Resource" => resources::resources(cursor),
        _ => {
            let words = words(document.kind(), cursor);
            if words.is_empty() { choices(cursor) } else { words }
        }
    }
}

/// Whether the value is that of a field of the language, and not of a field in a template of expressions.
fn is_transition(cursor: &Cursor) -> bool {
    let tree = cursor.tree();
    !Schema::of_kind(FileKind::Definition).at(tree, cursor.definition.root, &cursor.path).is_empty()
        && matches!(cursor.path.last(), Some(Segment::Key(_)))
}

fn states(cursor: &Cursor) -> Vec<CompletionItem> {
    let outline = &cursor.definition.outline;
    let machine = outline.machine_of(cursor.tree(), cursor.node);
    let own = outline.state_of(cursor.tree(), cursor.node);
    let item = |(_, state): (usize, &crate::outline::StateOutline)| {
        let insertion = Insertion::Text(state.name.clone());
        CompletionItem::new(state.name.as_str(), ItemKind::Reference, insertion).detail(state.kind.as_str())
    };
    // A state rarely leads to itself.
    let (others, this): (Vec<_>, Vec<_>) =
        outline.states_of(machine).partition(|(index, _)| Some(*index) != own);
    let is_start = cursor.field() == "StartAt";
    others.into_iter().chain(this.into_iter().filter(|_| !is_start)).map(item).collect()
}

fn errors(cursor: &Cursor) -> Vec<CompletionItem> {
    let in_list = matches!(cursor.path.last(), Some(Segment::Index(_)));
    let list = cursor.tree().parent(cursor.node).filter(|_| in_list);
    let written: Vec<&str> = list
        .map(|list| cursor.tree().items(list))
        .unwrap_or_default()
        .iter()
        .filter_map(|item| cursor.tree().text(*item))
        .collect();
    let reserved = ERRORS.iter().filter(|(name, _)| !written.contains(name)).map(|(name, about)| {
        CompletionItem::new(*name, ItemKind::Event, Insertion::Text((*name).to_owned())).about(*about)
    });
    // Errors of Fail states and those that are named elsewhere.
    let tree = cursor.tree();
    let mut own: Vec<&str> = Vec::new();
    for state in &cursor.definition.outline.states {
        let named = state.node.and_then(|node| tree.text_of(node, "Error"));
        own.extend(named.filter(|name| !name.contains("{%")));
    }
    own.sort_unstable();
    own.dedup();
    let own = own.into_iter().map(|name| {
        CompletionItem::new(name, ItemKind::Event, Insertion::Text(name.to_owned())).detail("of a Fail state")
    });
    reserved.chain(own).collect()
}

/// Whether the field is that of an `ItemReader` or a `ResultWriter`.
fn is_reader(cursor: &Cursor) -> bool {
    cursor.path.iter().rev().nth(1).is_some_and(|segment| {
        matches!(segment, Segment::Key(name) if matches!(name.as_str(), "ItemReader" | "ResultWriter"))
    })
}

fn storage(cursor: &Cursor) -> Vec<CompletionItem> {
    let is_writer = cursor
        .path
        .iter()
        .any(|segment| matches!(segment, Segment::Key(name) if name.as_str() == "ResultWriter"));
    let arns: &[&str] = match is_writer {
        true => &["arn:aws:states:::s3:putObject"],
        false => &["arn:aws:states:::s3:getObject", "arn:aws:states:::s3:listObjectsV2"],
    };
    arns.iter()
        .map(|arn| CompletionItem::new(*arn, ItemKind::Value, Insertion::Text((*arn).to_owned())))
        .collect()
}

/// The only values that the schema allows.
fn words(kind: FileKind, cursor: &Cursor) -> Vec<CompletionItem> {
    let schema = Schema::of_kind(kind);
    let schemas = schema.at(cursor.tree(), cursor.definition.root, &cursor.path);
    let allowed = schema.allowed(&schemas);
    let is_boolean = allowed.types.iter().any(|kind| kind == "boolean");
    let word = |word: &asl_value::Value| match word.as_str() {
        Some(text) => CompletionItem::new(text, ItemKind::Enum, Insertion::Text(text.to_owned())),
        None => CompletionItem::new(word.to_json(), ItemKind::Enum, Insertion::Written(word.to_json())),
    };
    let booleans = ["true", "false"].into_iter().filter(|_| is_boolean);
    let booleans =
        booleans.map(|word| CompletionItem::new(word, ItemKind::Value, Insertion::Written(word.to_owned())));
    allowed.words.iter().map(word).chain(booleans).collect()
}

/// The values that a parameter of a service may have.
fn choices(cursor: &Cursor) -> Vec<CompletionItem> {
    let Some(state) = cursor.state().and_then(|state| state.node) else { return Vec::new() };
    match cursor.keys_below(state).as_deref() {
        Some(["Parameters" | "Arguments", inside @ ..]) => resources::choices(cursor, state, inside),
        _ => Vec::new(),
    }
}

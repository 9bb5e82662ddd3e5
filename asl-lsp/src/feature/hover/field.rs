//! Fields of the language, and parameters of services.

use asl_model::{Resource, ResourceKind};
use asl_value::Segment;

use crate::document::{Definition, Document};
use crate::schema::{Allowed, Schema};
use crate::services;
use crate::syntax::NodeId;

/// What a key of an object is.
pub(super) fn of_key(
    document: &Document,
    definition: &Definition,
    object: NodeId,
    name: &str,
) -> Option<String> {
    let tree = &definition.tree;
    let path = tree.path(definition.root, object)?;
    let schema = Schema::of_kind(document.kind());
    let fields = schema.fields(tree, definition.root, &path);
    if let Some(field) = fields.iter().find(|field| field.name == name) {
        let allowed = schema.allowed(std::slice::from_ref(&field.schema));
        let mut text = format!("**`{name}`**");
        if field.is_required {
            text.push_str(" (required)");
        }
        let about = if field.about.is_empty() { "A field of the language." } else { &field.about };
        text.push_str(&format!("\n\n{about}{}", shape(&allowed)));
        return Some(text);
    }
    of_parameter(definition, &path, name)
}

/// `An integer from 1 to 99999999.`
fn shape(allowed: &Allowed) -> String {
    if !allowed.words.is_empty() {
        let words: Vec<String> = allowed
            .words
            .iter()
            .map(|word| format!("`{}`", word.as_str().map_or_else(|| word.to_json(), str::to_owned)))
            .collect();
        return format!("\n\nOne of {}.", words.join(", "));
    }
    if allowed.types.is_empty() {
        return String::new();
    }
    let bounds = match (allowed.min, allowed.max) {
        (Some(min), Some(max)) => format!(", from {min} to {max}"),
        (Some(min), None) => format!(", at least {min}"),
        _ => String::new(),
    };
    format!("\n\nType: {}{bounds}.", allowed.types.join(" or "))
}

/// A parameter of the resource of the task.
fn of_parameter(definition: &Definition, path: &[Segment], name: &str) -> Option<String> {
    let tree = &definition.tree;
    let at = path.iter().rposition(
        |segment| matches!(segment, Segment::Key(key) if matches!(key.as_str(), "Parameters" | "Arguments")),
    )?;
    let state = tree.at(definition.root, path.get(..at)?)?;
    let resource = Resource::from(tree.text_of(state, "Resource")?);
    let ResourceKind::Service { service, action, .. } = resource.kind() else { return None };
    let inside: Vec<&str> = path
        .get(at + 1..)?
        .iter()
        .map(|segment| match segment {
            Segment::Key(name) => name.as_str(),
            Segment::Index(_) => "0",
        })
        .collect();
    parameter(service, action, &inside, name.strip_suffix(".$").unwrap_or(name))
}

fn parameter(service: &str, action: &str, inside: &[&str], name: &str) -> Option<String> {
    let found =
        services::parameters(service, action, inside).into_iter().find(|parameter| parameter.name == name)?;
    let required = if found.is_required { ", required" } else { "" };
    let mut text = format!("**`{name}`** ({}{required})\n\nA parameter of `{service}:{action}`.", found.kind);
    if !found.choices.is_empty() {
        text.push_str(&format!("\n\nOne of `{}`.", found.choices.join("`, `")));
    }
    Some(text)
}

//! Hover: what a field, a name, a resource or an expression is.

mod expression;
mod field;
mod hover_text;
mod name;
mod resource;

use serde_json::{Value, json};

use crate::document::{Definition, Document};
use crate::syntax::{Content, NodeId, Tree};
use crate::{expression as expressions, target};
use hover_text::HoverText;

/// What is said about an offset: a `Hover`, or null.
pub(crate) fn hover(document: &Document, offset: usize) -> Value {
    match document.definition_at(offset).and_then(|definition| text(document, definition, offset)) {
        Some(found) => json!({
            "contents": {"kind": "markdown", "value": found.markdown},
            "range": document.buffer.range(&found.range),
        }),
        None => Value::Null,
    }
}

fn text(document: &Document, definition: &Definition, offset: usize) -> Option<HoverText> {
    let tree = &definition.tree;
    let node = inner(tree, definition.root, offset);
    let key = tree
        .members(node)
        .iter()
        .find(|member| member.key_span.start <= offset && offset <= member.key_span.end);
    if let Some(member) = key {
        let markdown = name::of_target(document, offset)
            .or_else(|| field::of_key(document, definition, node, &member.key.value))?;
        return Some(HoverText { markdown, range: member.key_span.clone() });
    }
    let Some(Content::Text(scalar)) = tree.content(node) else { return None };
    if let Some(state) =
        definition.outline.state_of(tree, node).and_then(|index| definition.outline.states.get(index))
        && let Some(written) = expressions::of(tree, node, scalar, state.language)
    {
        return expression::of(document, definition, node, scalar, &written, offset);
    }
    if let Some((_, _, range)) = target::at(document, offset) {
        return Some(HoverText { markdown: name::of_target(document, offset)?, range });
    }
    let markdown = resource::of_value(definition, node, &scalar.value)?;
    Some(HoverText { markdown, range: tree.span(node) })
}

/// The innermost node of a definition at an offset.
fn inner(tree: &Tree, root: NodeId, offset: usize) -> NodeId {
    let touches = |id: NodeId| {
        let span = tree.span(id);
        span.start <= offset && offset <= span.end
    };
    let mut at = root;
    loop {
        let next = match tree.content(at) {
            Some(Content::Object(members)) => {
                members.iter().filter_map(|member| member.value).find(|id| touches(*id))
            }
            Some(Content::Array(items)) => items.iter().copied().find(|id| touches(*id)),
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return at,
        }
    }
}

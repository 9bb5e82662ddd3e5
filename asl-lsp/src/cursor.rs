//! [`Cursor`]: what the author is about to write at a place.
//!
//! A marker is put into the text at the place, and the text is read with it. Where the marker ends up says what is being
//! written there: a key, a value, or a part of either. So half-typed text needs no rules of its own.

use std::ops::Range;
use std::sync::Arc;

use asl_model::{Format, QueryLanguage};
use asl_value::Segment;

use crate::document::{Definition, Document};
use crate::outline::StateOutline;
use crate::schema::Schema;
use crate::syntax::{Content, NodeId, Quoting, Tree};

/// A character for private use, which no definition has.
const MARKER: char = '\u{e5a1}';

/// A place in a document, and what is written there.
pub(crate) struct Cursor {
    /// The definition, read with the marker.
    pub(crate) definition: Definition,
    /// The object that gets the key, or the node of the value.
    pub(crate) node: NodeId,
    /// The way from the definition to this node.
    pub(crate) path: Vec<Segment>,
    pub(crate) slot: Slot,
    /// What is written before the cursor, from the beginning of the key or of the value.
    pub(crate) prefix: String,
    /// What is replaced, quotes included, in offsets of the document.
    pub(crate) replaced: Range<usize>,
    /// How the key or the value is quoted.
    pub(crate) quoting: Quoting,
}

/// What is being written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Slot {
    /// A key of an object.
    Key {
        has_colon: bool,
        /// Where a comma is missing in JSON: after the member before, in offsets of the document.
        comma_at: Option<usize>,
        /// Whether another member follows without a comma between.
        is_followed: bool,
    },
    /// A value.
    Value,
}

/// The place of the marker in a tree.
enum Found {
    Key(NodeId, usize),
    Value(NodeId),
}

impl Cursor {
    /// The cursor at an offset of a document. `None` outside of definitions.
    pub(crate) fn at(document: &Document, offset: usize) -> Option<Cursor> {
        let original = document.buffer.text();
        let mut text = String::with_capacity(original.len() + MARKER.len_utf8());
        text.push_str(original.get(..offset)?);
        text.push(MARKER);
        text.push_str(original.get(offset..)?);
        let definitions = document.definitions_of(&text);
        // The last one is the innermost: a text in a template has a tree of its own.
        let (definition, found) = definitions.into_iter().rev().find_map(|definition| {
            let found = find(&definition.tree, definition.root)?;
            Some((definition, found))
        })?;
        Cursor::of(document, definition, found, text, offset)
    }

    fn of(
        document: &Document,
        definition: Definition,
        found: Found,
        text: String,
        offset: usize,
    ) -> Option<Cursor> {
        let original = |at: usize| if at > offset { at - MARKER.len_utf8() } else { at };
        let tree = Arc::clone(&definition.tree);
        let (node, slot, scalar, span) = match found {
            Found::Value(node) => {
                let (Content::Text(scalar) | Content::Word(scalar)) = tree.content(node)? else {
                    return None;
                };
                (node, Slot::Value, scalar, tree.span(node))
            }
            Found::Key(node, index) => {
                let members = tree.members(node);
                let member = members.get(index)?;
                let before = index.checked_sub(1).and_then(|before| members.get(before));
                let before = before
                    .map(|before| before.value.map_or(before.key_span.end, |value| tree.span(value).end));
                let needs_comma =
                    |from: usize, to: usize| text.get(from..to).is_some_and(|between| !between.contains(','));
                let after = member.value.map_or(member.key_span.end, |value| tree.span(value).end);
                let next = members.get(index + 1).map(|next| next.key_span.start);
                let slot = Slot::Key {
                    has_colon: member.has_colon,
                    comma_at: before.filter(|end| needs_comma(*end, member.key_span.start)).map(original),
                    is_followed: next.is_some_and(|next| needs_comma(after, next)),
                };
                (node, slot, &member.key, member.key_span.clone())
            }
        };
        let prefix = scalar.value.split(MARKER).next().unwrap_or_default().to_owned();
        let path = tree.path(definition.root, node)?;
        let quoting = scalar.quoting;
        let replaced = original(span.start)..original(span.end);
        let slot = match slot {
            Slot::Value
                if begins_line(&definition, node, &text) && takes_object(&definition, &path, document) =>
            {
                Slot::Key { has_colon: false, comma_at: None, is_followed: false }
            }
            slot => slot,
        };
        Some(Cursor { definition, node, path, slot, prefix, replaced, quoting })
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.definition.tree
    }

    /// The innermost state around the cursor.
    pub(crate) fn state(&self) -> Option<&StateOutline> {
        let outline = &self.definition.outline;
        outline.states.get(outline.state_of(self.tree(), self.node)?)
    }

    /// The query language at the cursor.
    pub(crate) fn language(&self) -> QueryLanguage {
        let root = || match self.tree().text_of(self.definition.root, "QueryLanguage") {
            Some("JSONata") => QueryLanguage::JsonAta,
            _ => QueryLanguage::JsonPath,
        };
        self.state().map_or_else(root, |state| state.language)
    }

    /// The name of the field that the value belongs to; for an item, that of the list.
    pub(crate) fn field(&self) -> &str {
        let keys = self.path.iter().rev().filter_map(|segment| match segment {
            Segment::Key(name) => Some(name.as_str()),
            Segment::Index(_) => None,
        });
        keys.into_iter().next().unwrap_or_default()
    }

    /// The way from a state, or another node above, to the node: its keys, and `0` for any item of a list.
    pub(crate) fn keys_below(&self, ancestor: NodeId) -> Option<Vec<&str>> {
        let depth = self.tree().path(self.definition.root, ancestor)?.len();
        let keys = self.path.get(depth..)?.iter().map(|segment| match segment {
            Segment::Key(name) => name.as_str(),
            Segment::Index(_) => "0",
        });
        Some(keys.collect())
    }

    /// Whether a key of the object is written already, apart from the one at the cursor.
    pub(crate) fn has_member(&self, name: &str) -> bool {
        self.tree().members(self.node).iter().any(|member| member.key.value == name)
    }
}

/// Whether a value of YAML is an unfinished word at the beginning of a line, which may become a key.
fn begins_line(definition: &Definition, node: NodeId, text: &str) -> bool {
    let tree = &definition.tree;
    let is_plain = tree.scalar(node).is_some_and(|scalar| scalar.quoting == Quoting::Plain);
    let before = text.get(..tree.span(node).start).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    definition.format == Format::Yaml && is_plain && line.chars().all(|c| matches!(c, ' ' | '\t' | '-'))
}

/// Whether the value at a place may be an object, and not a text.
fn takes_object(definition: &Definition, path: &[Segment], document: &Document) -> bool {
    let schema = Schema::of_kind(document.kind());
    let schemas = schema.at(&definition.tree, definition.root, path);
    let allowed = schema.allowed(&schemas);
    allowed.words.is_empty() && !allowed.types.iter().any(|kind| kind == "string")
}

fn find(tree: &Tree, root: NodeId) -> Option<Found> {
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match tree.content(node)? {
            Content::Object(members) => {
                if let Some(index) = members.iter().position(|member| member.key.value.contains(MARKER)) {
                    return Some(Found::Key(node, index));
                }
                open.extend(members.iter().filter_map(|member| member.value));
            }
            Content::Array(items) => open.extend(items),
            Content::Text(scalar) | Content::Word(scalar) if scalar.value.contains(MARKER) => {
                return Some(Found::Value(node));
            }
            _ => {}
        }
    }
    None
}

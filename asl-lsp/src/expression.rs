//! Expressions in the texts of a definition, read word by word: that works for half-typed ones, too.

pub(crate) mod jsonata;
pub(crate) mod path;
mod variable_use;

use std::collections::HashSet;
use std::ops::Range;

use asl_model::QueryLanguage;

use crate::document::Definition;
use crate::syntax::{Content, NodeId, Scalar, Tree};
pub(crate) use variable_use::VariableUse;

/// The expression that a text contains, and its place in the value of the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum WrittenExpression {
    /// The text between `{%` and `%}`.
    Jsonata(Range<usize>),
    /// A path, or a call of an intrinsic function.
    Path(Range<usize>),
}

/// The expression of a text in a state.
pub(crate) fn of(
    tree: &Tree,
    node: NodeId,
    scalar: &Scalar,
    language: QueryLanguage,
) -> Option<WrittenExpression> {
    let value = scalar.value.as_str();
    if language == QueryLanguage::JsonAta {
        let trimmed = value.trim_start();
        let start = value.len() - trimmed.len() + 2;
        let inner = trimmed.strip_prefix("{%")?;
        let end = inner.find("%}").map_or(value.len(), |end| start + end);
        return Some(WrittenExpression::Jsonata(start..end));
    }
    let name = tree.member_of(node).map(|member| member.key.value.as_str())?;
    is_path_field(name).then_some(WrittenExpression::Path(0..value.len()))
}

/// Whether the text of a field is a path.
pub(crate) fn is_path_field(name: &str) -> bool {
    name.ends_with(".$") || name == "Variable" || name.ends_with("Path")
}

/// The variables that an expression reads.
pub(crate) fn variables(value: &str, expression: &WrittenExpression) -> Vec<VariableUse> {
    match expression {
        WrittenExpression::Jsonata(range) => {
            jsonata::variables(value.get(range.clone()).unwrap_or_default(), range.start)
        }
        WrittenExpression::Path(range) => {
            path::variables(value.get(range.clone()).unwrap_or_default(), range.start)
        }
    }
}

/// All texts of a definition that are expressions, each with the state that contains it.
pub(crate) fn all(definition: &Definition) -> Vec<(usize, NodeId, WrittenExpression)> {
    let tree = &definition.tree;
    let mut found = Vec::new();
    let machines: HashSet<NodeId> =
        definition.outline.machines.iter().filter_map(|machine| machine.states).collect();
    for (index, state) in definition.outline.states.iter().enumerate() {
        let mut open: Vec<NodeId> = state.node.into_iter().collect();
        while let Some(node) = open.pop() {
            match tree.content(node) {
                // The states of an inner machine are visited on their own.
                Some(Content::Object(members)) => {
                    let values = members.iter().filter_map(|member| member.value);
                    open.extend(values.filter(|value| !machines.contains(value)));
                }
                Some(Content::Array(items)) => open.extend(items),
                Some(Content::Text(scalar)) => {
                    found.extend(
                        of(tree, node, scalar, state.language).map(|expression| (index, node, expression)),
                    );
                }
                _ => {}
            }
        }
    }
    found
}

//! Folding, and selections that grow with the syntax.

use std::ops::Range;

use serde_json::{Value, json};

use crate::document::Document;
use crate::syntax::{self, Content};

/// The objects, arrays and texts of several lines.
pub(crate) fn folding(document: &Document) -> Value {
    let tree = syntax::parse(document.buffer.text(), document.format);
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for id in tree.ids() {
        let span = tree.span(id);
        let start = tree.member_of(id).map_or(span.start, |member| member.key_span.start);
        let (first, mut last) = (document.buffer.line_of(start), document.buffer.line_of(span.end));
        let is_bracketed =
            document.buffer.text().get(..span.end).is_some_and(|text| text.ends_with(['}', ']']));
        if is_bracketed
            && document.buffer.text().get(span.start..).is_some_and(|text| text.starts_with(['{', '[']))
        {
            // The line with the closing bracket stays visible.
            last = last.saturating_sub(1);
        }
        if last > first && !ranges.iter().rev().take(8).any(|(start, _)| *start == first) {
            ranges.push((first, last));
        }
    }
    ranges.into_iter().map(|(first, last)| json!({"startLine": first, "endLine": last})).collect()
}

/// For each offset the ranges around it, from the innermost outwards.
pub(crate) fn selections(document: &Document, offsets: &[usize]) -> Value {
    let tree = syntax::parse(document.buffer.text(), document.format);
    let around = |offset: usize| {
        let mut ranges: Vec<Range<usize>> = Vec::new();
        let mut at = tree.node_at(offset);
        if let Some(node) = at {
            let key = tree
                .members(node)
                .iter()
                .find(|member| member.key_span.start <= offset && offset <= member.key_span.end);
            ranges.extend(key.map(|member| member.key_span.clone()));
        }
        while let Some(node) = at {
            let span = tree.span(node);
            if let Some(Content::Text(scalar)) = tree.content(node) {
                ranges.push(scalar.inner.clone());
            }
            ranges.push(span.clone());
            ranges.extend(tree.member_of(node).map(|member| member.key_span.start.min(span.start)..span.end));
            at = tree.parent(node);
        }
        ranges.dedup();
        let mut outer = Value::Null;
        for range in ranges.iter().rev() {
            outer = match outer {
                Value::Null => json!({"range": document.buffer.range(range)}),
                parent => json!({"range": document.buffer.range(range), "parent": parent}),
            };
        }
        match outer {
            Value::Null => json!({"range": document.buffer.range(&(offset..offset))}),
            found => found,
        }
    };
    offsets.iter().map(|offset| around(*offset)).collect()
}

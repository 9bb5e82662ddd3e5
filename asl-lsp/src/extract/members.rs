//! The states of a region as a machine of their own has them: what left the region ends the machine.

use asl_value::json as asl;

use super::extraction::Refused;
use super::layout::{Piece, Place, Style, TakenMembers, member};
use super::region::{Exit, Region};
use crate::edit::{self, DocumentEdit, state_name};
use crate::outline::WrittenTransition;

/// How the states of a region are written, and where.
pub(super) fn place(region: &Region<'_>) -> Place {
    Place::of_state(region.document, region.definition, region.machine, region.span.start)
}

/// The members, from the first key on, with the edits that make a machine of them.
pub(super) fn members(region: &Region<'_>) -> Result<TakenMembers, Refused> {
    let place = place(region);
    let end = region.new_name("end");
    let Exit::Next(exit) = region.exit else { return Ok(taken(region, Vec::new(), place, None)) };
    let mut edits = Vec::new();
    let mut needs_end = false;
    for edge in region.transitions().filter(|edge| region.is_from(edge) && edge.target == exit) {
        edits.push(match ended(region, edge)? {
            Some(edit) => edit,
            // A Choice and a catcher cannot end a machine, so a state does that for them.
            None => {
                needs_end = true;
                let name = region.definition.tree.scalar(edge.node).ok_or("a transition is not a text")?;
                state_name(region.document, &name.inner, &end)
            }
        });
    }
    Ok(taken(region, edits, place, needs_end.then_some(end.as_str())))
}

/// `End` in place of the `Next` of a state; `None` for other transitions.
fn ended(region: &Region<'_>, edge: &WrittenTransition) -> Result<Option<DocumentEdit>, Refused> {
    let (tree, text) = (&region.definition.tree, region.document.buffer.text());
    let state = edge.from.and_then(|from| region.definition.outline.states.get(from));
    let own = state.filter(|state| state.node.is_some() && state.node == tree.parent(edge.node));
    let member = tree.member_of(edge.node).ok_or("a transition has no name")?;
    if own.is_none_or(|state| state.kind == "Choice") || member.key.value != "Next" {
        return Ok(None);
    }
    let value = tree.span(edge.node);
    // A tag or a comment would be lost.
    if text.get(member.key_span.end..value.start).map(str::trim) != Some(":") {
        return Err(format!(
            "`Next` of `{}` has a tag, an anchor or a comment",
            state.map_or("", |state| &state.name)
        ));
    }
    let is_quoted = text.get(member.key_span.clone()).is_some_and(|key| key.starts_with('"'));
    let written = if is_quoted { "\"End\": true" } else { "End: true" };
    Ok(Some(DocumentEdit { range: member.key_span.start..value.end, text: written.to_owned() }))
}

fn taken(region: &Region<'_>, edits: Vec<DocumentEdit>, place: Place, end: Option<&str>) -> TakenMembers {
    let mut text = edit::applied(region.document.buffer.text(), written(region, place), edits);
    if let Some(name) = end {
        text.push_str(&place.separator());
        text.push_str(&member(name, &Piece::Value(asl!({"Type": "Succeed"})), place));
    }
    TakenMembers { text, indent: place.indent }
}

/// Where the region is written, with a comment at the end of its last line.
pub(super) fn written(region: &Region<'_>, place: Place) -> std::ops::Range<usize> {
    let text = region.document.buffer.text();
    let rest = text.get(region.span.end..).unwrap_or_default();
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let is_comment = place.style == Style::Block && line.trim_start().starts_with('#');
    region.span.start..region.span.end + if is_comment { line.len() } else { 0 }
}

//! Finds the places of [`Pointer`]s in a text, all of them with one scan.

use std::collections::HashMap;

use asl_value::{Pointer, Segment, Text};

use super::event::{At, Event, Step};
use crate::Span;

/// The spans that were found for a place.
#[derive(Clone, Default)]
pub(crate) struct Located {
    /// The value.
    pub(crate) value: Option<Span>,
    /// Whether the value is an object or an array.
    pub(crate) container: bool,
    /// The key, if the value is a member.
    pub(crate) key: Option<Span>,
    /// The key of the innermost value on the path or, for an item, the empty span at its beginning.
    pub(crate) nearest: Option<Span>,
}

/// The wanted places as a tree, the root first, with the spans that a scan has found.
pub(crate) struct Places {
    nodes: Vec<PlaceNode>,
}

#[derive(Default)]
struct PlaceNode {
    members: HashMap<Text, usize>,
    items: HashMap<usize, usize>,
    located: Located,
}

/// A container around the current event.
struct Around {
    /// Its node; `None` if no wanted place is inside it.
    node: Option<usize>,
    /// The node of the last key, and the span of that key.
    key: Option<(Option<usize>, Span)>,
    /// The number of items before the current one; `None` in an object.
    items: Option<usize>,
}

impl Places {
    pub(crate) fn of<'p>(wanted: impl IntoIterator<Item = &'p Pointer>) -> Places {
        let mut places = Places { nodes: vec![PlaceNode::default()] };
        for place in wanted {
            let mut at = 0;
            for segment in place.segments() {
                let next = places.nodes.len();
                let Some(node) = places.nodes.get_mut(at) else { break };
                at = match segment {
                    Segment::Key(name) => *node.members.entry(name.clone()).or_insert(next),
                    Segment::Index(index) => *node.items.entry(*index).or_insert(next),
                };
                if at == next {
                    places.nodes.push(PlaceNode::default());
                }
            }
        }
        places
    }

    fn member(&self, node: Option<usize>, name: &str) -> Option<usize> {
        self.nodes.get(node?)?.members.get(name).copied()
    }

    fn item(&self, node: Option<usize>, index: usize) -> Option<usize> {
        self.nodes.get(node?)?.items.get(&index).copied()
    }

    /// The spans of a place, which must be among the wanted ones.
    pub(crate) fn find(&self, place: &Pointer) -> Located {
        let mut at = Some(0);
        let mut found = Located::default();
        let mut nearest = None;
        for segment in std::iter::once(None).chain(place.segments().iter().map(Some)) {
            at = match segment {
                None => at,
                Some(Segment::Key(name)) => self.member(at, name),
                Some(Segment::Index(index)) => self.item(at, *index),
            };
            found = at.and_then(|at| self.nodes.get(at)).map(|node| node.located.clone()).unwrap_or_default();
            if let Some(value) = &found.value {
                nearest = Some(found.key.clone().unwrap_or(value.start..value.start));
            }
        }
        Located { nearest, ..found }
    }

    /// Follows the events. If a key is repeated, the last one counts, as it does in the value.
    pub(crate) fn scan<'t>(&mut self, events: impl Iterator<Item = Step<'t>>) {
        let mut around: Vec<Around> = Vec::new();
        for At { event, span, .. } in events.map_while(Result::ok) {
            match event {
                Event::End => {
                    let ended = around.pop().and_then(|around| around.node);
                    if let Some(value) = ended.and_then(|at| self.nodes.get_mut(at)?.located.value.as_mut()) {
                        value.end = span.end.max(value.start);
                    }
                    continue;
                }
                Event::Key(name) => {
                    if let Some(around) = around.last_mut() {
                        around.key = Some((self.member(around.node, &name), span));
                    }
                    continue;
                }
                #[cfg(feature = "yaml")]
                Event::Merge => {
                    if let Some(around) = around.last_mut() {
                        around.key = Some((None, span));
                    }
                    continue;
                }
                _ => {}
            }
            let (node, key) = match around.last_mut() {
                None => (Some(0), None),
                Some(Around { node, key, items }) => match items {
                    Some(index) => {
                        let here = *index;
                        *index += 1;
                        (self.item(*node, here), None)
                    }
                    None => key.take().map_or((None, None), |(node, span)| (node, Some(span))),
                },
            };
            let container = matches!(event, Event::Object | Event::Array);
            if let Some(node) = node.and_then(|at| self.nodes.get_mut(at)) {
                node.located = Located { value: Some(span), container, key, nearest: None };
            }
            if container {
                let items = matches!(event, Event::Array).then_some(0);
                around.push(Around { node, key: None, items });
            }
        }
    }
}

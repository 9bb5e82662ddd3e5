//! Where in the text a [`Pointer`] leads.

use asl_value::{Pointer, Segment};

use super::event::{At, Event, Step};
use crate::Span;

/// What was found of a place.
#[derive(Default)]
pub(crate) struct Located {
    /// The value.
    pub(crate) value: Option<Span>,
    /// Whether the value is an object or an array.
    pub(crate) container: bool,
    /// The key, if the value is a member.
    pub(crate) key: Option<Span>,
    /// The key, or else the empty beginning, of the innermost value on the way.
    pub(crate) nearest: Option<Span>,
}

/// A container around the current event.
struct Around {
    /// Steps of the pointer that lead here; `None` off the way.
    matched: Option<usize>,
    /// The key just read, and whether it is the one that is looked for.
    key: Option<(bool, Span)>,
    /// Items before the current one; `None` in an object.
    items: Option<usize>,
}

/// Follows the events to `place`. Of a key that is there twice, the last one counts, as in the value.
pub(crate) fn locate<'t>(events: impl Iterator<Item = Step<'t>>, place: &Pointer) -> Located {
    let steps = place.segments();
    let mut around: Vec<Around> = Vec::new();
    let mut located = Located::default();
    let mut ending: Option<usize> = None;
    let mut nearest = 0;
    for At { event, span, .. } in events.map_while(Result::ok) {
        match event {
            Event::End => {
                around.pop();
                if ending == Some(around.len()) {
                    ending = None;
                    if let Some(value) = &mut located.value {
                        value.end = span.end.max(value.start);
                    }
                }
                continue;
            }
            Event::Key(name) => {
                if let Some(Around { matched, key, .. }) = around.last_mut() {
                    let step = matched.and_then(|matched| steps.get(matched));
                    *key = Some((matches!(step, Some(Segment::Key(wanted)) if **wanted == *name), span));
                }
                continue;
            }
            #[cfg(feature = "yaml")]
            Event::Merge => {
                if let Some(Around { key, .. }) = around.last_mut() {
                    *key = Some((false, span));
                }
                continue;
            }
            _ => {}
        }
        let (matched, key) = match around.last_mut() {
            None => (Some(0), None),
            Some(Around { matched, key, items }) => {
                let step = matched.and_then(|matched| steps.get(matched));
                let (on_the_way, key) = match items {
                    Some(index) => {
                        let here = *index;
                        *index += 1;
                        (matches!(step, Some(Segment::Index(wanted)) if *wanted == here), None)
                    }
                    None => key.take().map_or((false, None), |(wanted, span)| (wanted, Some(span))),
                };
                (matched.filter(|_| on_the_way).map(|matched| matched + 1), key)
            }
        };
        let container = matches!(event, Event::Object | Event::Array);
        if let Some(matched) = matched {
            if matched >= nearest {
                nearest = matched;
                located.nearest = Some(key.clone().unwrap_or(span.start..span.start));
            }
            if matched == steps.len() {
                located.value = Some(span);
                located.key = key;
                located.container = container;
                ending = container.then_some(around.len());
            }
        }
        if container {
            let items = matches!(event, Event::Array).then_some(0);
            around.push(Around { matched, key: None, items });
        }
    }
    located
}

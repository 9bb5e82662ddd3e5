//! Values that are known only when a template is deployed: `${Name}` where nothing was substituted.

use std::collections::HashSet;

use asl_value::{Pointer, Segment, Text, Value};

use super::assembly::Assembly;
use super::substitute::is_placeholder;
use crate::source::event::{At, Event};
use crate::{Code, Diagnostic, Format, Span, vocabulary};

/// The places of a definition whose values are not known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unknown {
    places: HashSet<Pointer>,
}

impl Unknown {
    /// Finds them. A value that is no part of a longer text has a stand-in of the right type in the text answered.
    pub(super) fn find(assembly: &Assembly, format: Format) -> (Unknown, Assembly) {
        let mut unknown = Unknown::default();
        let mut stand_ins: Vec<(Span, String)> = Vec::new();
        // The members or items around, by the segment that leads to the value at hand.
        let mut around: Vec<Segment> = Vec::new();
        for At { event, span, .. } in crate::source::events(assembly.text(), format).map_while(Result::ok) {
            match event {
                Event::Key(name) => {
                    if let Some(last) = around.last_mut() {
                        *last = Segment::Key(Text::from(&*name));
                    }
                    continue;
                }
                Event::Object => around.push(Segment::Key(Text::default())),
                Event::Array => around.push(Segment::Index(0)),
                Event::End => {
                    around.pop();
                    step(&mut around);
                }
                Event::Scalar(value) => {
                    if let Value::String(text) = &value
                        && text.contains("${")
                    {
                        unknown.places.insert(around.iter().cloned().collect());
                        let name = match around.last() {
                            Some(Segment::Key(name)) if is_placeholder(text) => Some(name.as_str()),
                            _ => None,
                        };
                        let stand_in = name.and_then(vocabulary::stand_in);
                        stand_ins.extend(stand_in.map(|stand_in| (span, stand_in.to_owned())));
                    }
                    step(&mut around);
                }
                #[cfg(feature = "yaml")]
                Event::Alias(_) => step(&mut around),
                #[cfg(feature = "yaml")]
                Event::Merge => {}
            }
        }
        (unknown, assembly.with(stand_ins))
    }

    /// Whether a problem may be gone when the values are known.
    pub(super) fn excuses(&self, diagnostic: &Diagnostic) -> bool {
        if self.places.is_empty() {
            return false;
        }
        let place = &diagnostic.location;
        if self.places.contains(place) {
            return true;
        }
        match diagnostic.code {
            Code::EXPRESSION | Code::INVALID_JSONATA | Code::UNSUPPORTED_JSONATA => {
                self.places.iter().any(|unknown| unknown.segments().starts_with(place.segments()))
            }
            Code::UNREACHABLE | Code::NO_TERMINAL_STATE => self.places.iter().any(|unknown| {
                let last = unknown.segments().last();
                matches!(last, Some(Segment::Key(name)) if ["Next", "Default", "StartAt"].contains(&name.as_str()))
            }),
            _ => false,
        }
    }
}

/// To the next item, in an array.
fn step(around: &mut [Segment]) {
    if let Some(Segment::Index(index)) = around.last_mut() {
        *index += 1;
    }
}

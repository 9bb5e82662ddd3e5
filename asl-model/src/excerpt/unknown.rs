//! Values that are known only when a template is deployed: each `${Name}` that was not substituted.

use std::collections::HashSet;

use asl_value::{Pointer, Segment};

use super::assembly::Assembly;
use super::placeholder::{Site, sites};
use super::substitute::is_placeholder;
use crate::{Code, Diagnostic, Format, Span, vocabulary};

/// The places of a definition whose values are not known yet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unknown {
    places: HashSet<Pointer>,
}

impl Unknown {
    /// Finds the unknown values. In the returned text, a value that is not part of a longer text is replaced by a
    /// stand-in of the right type.
    pub(super) fn find(assembly: &Assembly, format: Format) -> (Unknown, Assembly) {
        let mut unknown = Unknown::default();
        let mut stand_ins: Vec<(Span, String)> = Vec::new();
        for Site { place, text, span, .. } in
            sites(assembly.text(), format).into_iter().filter(|site| !site.is_key)
        {
            let name = match place.segments().last() {
                Some(Segment::Key(name)) if is_placeholder(&text) => Some(name.as_str()),
                _ => None,
            };
            let stand_in = name.and_then(vocabulary::stand_in);
            stand_ins.extend(stand_in.map(|stand_in| (span, stand_in.to_owned())));
            unknown.places.insert(place);
        }
        (unknown, assembly.with(stand_ins))
    }

    /// Whether a problem may disappear when the values are known.
    pub(super) fn excuses(&self, diagnostic: &Diagnostic) -> bool {
        if self.places.is_empty() || diagnostic.code == Code::PLACEHOLDER {
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

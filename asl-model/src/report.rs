//! [`Report`]: collects diagnostics.

use std::collections::HashSet;

use asl_value::{Pointer, Segment};

use crate::diagnostic::TOO_MANY;
use crate::{Code, Diagnostic};

/// The number of errors, and of warnings, that are kept: a hostile text may have a problem in every byte.
const MOST: usize = 1000;

/// The size of all messages and locations, in bytes: a name may be as long as the text and occur in every location.
const MOST_BYTES: usize = 4 << 20;

/// The problems that reading and validation have found.
#[derive(Default)]
pub(crate) struct Report {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    bytes: usize,
    /// Whether a part of the document is missing from the model.
    lossy: bool,
    /// The states that have transitions which are missing from the model.
    lacking_transitions: HashSet<Pointer>,
}

impl Report {
    pub(crate) fn push(&mut self, diagnostic: Diagnostic) {
        let kept = if diagnostic.is_error() { &mut self.errors } else { &mut self.warnings };
        *kept += 1;
        if *kept < MOST && self.bytes < MOST_BYTES {
            self.bytes += size(&diagnostic);
            self.diagnostics.push(diagnostic);
        } else if *kept <= MOST {
            *kept = MOST + 1;
            let rest = Diagnostic::error(Code::LIMIT, TOO_MANY, Pointer::root());
            self.diagnostics.push(Diagnostic { severity: diagnostic.severity, ..rest });
        }
    }

    /// Whether a further diagnostic would be kept, so that it is worth the time to make it helpful.
    pub(crate) fn has_room(&self) -> bool {
        self.diagnostics.len() < MOST
    }

    pub(crate) fn error(&mut self, code: Code, message: impl Into<String>, place: Pointer) {
        self.push(Diagnostic::error(code, message, place));
    }

    /// Notes that a part of the document is missing from the model.
    pub(crate) fn lose(&mut self) {
        self.lossy = true;
    }

    /// Notes that a transition out of the state at `place` is missing from the model.
    pub(crate) fn lose_transition(&mut self, place: &Pointer) {
        self.lossy = true;
        self.lacking_transitions.insert(place.clone());
    }

    pub(crate) fn is_lossy(&self) -> bool {
        self.lossy
    }

    pub(crate) fn lacks_transitions(&self, state: &Pointer) -> bool {
        !self.lacking_transitions.is_empty() && self.lacking_transitions.contains(state)
    }

    pub(crate) fn len(&self) -> usize {
        self.diagnostics.len()
    }

    /// The diagnostics since the count was `start`.
    pub(crate) fn since(&mut self, start: usize) -> &mut [Diagnostic] {
        self.diagnostics.get_mut(start..).unwrap_or_default()
    }

    pub(crate) fn into_diagnostics(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(Diagnostic::order);
        self.diagnostics
    }
}

fn size(diagnostic: &Diagnostic) -> usize {
    let places = [Some(&diagnostic.location), diagnostic.inner.as_ref()].into_iter().flatten();
    let names = places.flat_map(Pointer::segments).map(|segment| match segment {
        Segment::Key(name) => name.len(),
        Segment::Index(_) => 0,
    });
    diagnostic.message.len() + names.sum::<usize>()
}

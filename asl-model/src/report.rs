//! [`Report`]: where diagnostics are collected.

use std::collections::HashSet;

use asl_value::{Pointer, Segment};

use crate::diagnostic::TOO_MANY;
use crate::{Code, Diagnostic};

/// Of errors and of warnings, each: a hostile text has a problem in every byte.
const MOST: usize = 1000;

/// Bytes of all messages and locations: a name can be as long as the text, and stand in every location.
const MOST_BYTES: usize = 4 << 20;

/// What reading and validation have found.
#[derive(Default)]
pub(crate) struct Report {
    diagnostics: Vec<Diagnostic>,
    errors: usize,
    warnings: usize,
    bytes: usize,
    /// Something of the document is missing from the model.
    lossy: bool,
    /// States of which not every way out is in the model.
    astray: HashSet<Pointer>,
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

    /// Whether a further diagnostic would be kept, so that making it helpful is worth the time.
    pub(crate) fn has_room(&self) -> bool {
        self.diagnostics.len() < MOST
    }

    pub(crate) fn error(&mut self, code: Code, message: impl Into<String>, place: Pointer) {
        self.push(Diagnostic::error(code, message, place));
    }

    /// Notes that something of the document is missing from the model.
    pub(crate) fn lose(&mut self) {
        self.lossy = true;
    }

    /// Notes that a way out of the state at `place` is missing from the model.
    pub(crate) fn lose_way(&mut self, place: &Pointer) {
        self.lossy = true;
        self.astray.insert(place.clone());
    }

    pub(crate) fn is_lossy(&self) -> bool {
        self.lossy
    }

    pub(crate) fn is_astray(&self, state: &Pointer) -> bool {
        !self.astray.is_empty() && self.astray.contains(state)
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

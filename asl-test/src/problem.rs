//! [`Problem`]: what is wrong with a test file, and where.

use std::fmt;

use asl_model::{LineCol, Source, nearest};
use asl_value::{Pointer, Value};

/// How many problems of a file are kept.
const MOST: usize = 50;

/// Something that is wrong with a test file.
///
/// Displayed as ``12:5: unknown field `expects` at `/cases[0]`; did you mean `expect`?``, with the line and column.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Problem {
    /// Where in the file.
    pub place: LineCol,
    /// What is wrong, in one line.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.place.line, self.place.column, self.message)
    }
}

/// A problem whose place is not yet looked up.
struct Found {
    place: Pointer,
    /// Whether it is about the key of the member and not about its value.
    of_key: bool,
    message: String,
}

/// Collects the problems of a file.
#[derive(Default)]
pub(crate) struct Problems {
    found: Vec<Found>,
}

impl Problems {
    /// A problem of a value.
    pub(crate) fn at(&mut self, place: &Pointer, message: impl Into<String>) {
        self.push(place.clone(), false, message.into());
    }

    /// A problem of a key.
    pub(crate) fn at_key(&mut self, place: &Pointer, message: impl Into<String>) {
        self.push(place.clone(), true, message.into());
    }

    fn push(&mut self, place: Pointer, of_key: bool, message: String) {
        if self.found.len() < MOST {
            self.found.push(Found { place, of_key, message });
        }
    }

    pub(crate) fn expected(&mut self, place: &Pointer, what: &str, found: &Value) {
        self.at(place, format!("expected {what} at `{}`, found {}", place.location(), found.type_name()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.found.len()
    }

    /// The problems with their lines and columns, in the order of the text.
    pub(crate) fn placed(self, source: &Source) -> Vec<Problem> {
        let place = |found: &Found| {
            let key = found.of_key.then(|| source.key_span(&found.place)).flatten();
            let span = key.or_else(|| source.span(&found.place));
            // An item may be written without its list.
            let span = span.or_else(|| source.span(&found.place.parent()?));
            source.line_col(span.map_or(0, |span| span.start))
        };
        let found = self.found.iter();
        let mut placed: Vec<Problem> =
            found.map(|found| Problem { place: place(found), message: found.message.clone() }).collect();
        placed.sort_by_key(|problem| (problem.place.line, problem.place.column));
        placed
    }
}

/// `; did you mean …?`, if a known name is near.
pub(crate) fn hint<'c>(name: &str, known: impl IntoIterator<Item = &'c str>) -> String {
    nearest(name, known).map_or_else(String::new, |near| format!("; did you mean `{near}`?"))
}

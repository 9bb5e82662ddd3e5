//! What a check reports.

use std::fmt;

use crate::source::Source;

/// Something that must be changed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// A file, or a package.
    pub(super) place: String,
    pub(super) line: Option<usize>,
    pub(super) message: String,
}

impl Finding {
    pub(super) fn new(place: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding { place: place.into(), line: None, message: message.into() }
    }

    pub(super) fn at(source: &Source, line: usize, message: impl Into<String>) -> Finding {
        Finding { line: Some(line), ..Finding::new(&source.path, message) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.place, self.message),
            None => write!(f, "{}: {}", self.place, self.message),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_print_like_the_compiler_does() {
        let source = Source { path: "a.rs".to_owned(), text: String::new() };
        assert_eq!(Finding::at(&source, 3, "no").to_string(), "a.rs:3: no");
        assert_eq!(Finding::new("asl-x", "no").to_string(), "asl-x: no");
    }
}

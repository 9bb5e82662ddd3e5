//! [`Effort`]: how much one read may still do.

use asl_query::Host;

use crate::error::{PathError, PathErrorKind};

/// The most values that one read may visit, or as much other work: each `..` over a deep document multiplies them, and so does
/// each criterion of a filter.
///
/// UNRECORDED: AWS's limit on the values that a path may visit; payloads of 256 KiB bound them there.
const MAX_VISITS: u32 = 10_000_000;

/// How many visits pass between two questions to the host.
const BETWEEN_QUESTIONS: u32 = 4_096;

/// How many bytes of text a pattern is compared with at the cost of one visit.
const BYTES_PER_VISIT: usize = 8;

/// Counts the work of one read, and asks the host from time to time whether it still needs the result.
pub(super) struct Effort<'h> {
    left: u32,
    host: Option<&'h dyn Host>,
}

impl<'h> Effort<'h> {
    pub(super) fn new(host: Option<&'h dyn Host>) -> Effort<'h> {
        Effort { left: MAX_VISITS, host }
    }

    /// Counts one visit.
    pub(super) fn visit(&mut self) -> Result<(), PathError> {
        self.spend(1)
    }

    /// Counts the comparison of a pattern with a text.
    pub(super) fn match_text(&mut self, text: &str) -> Result<(), PathError> {
        self.spend(u32::try_from(text.len() / BYTES_PER_VISIT).unwrap_or(u32::MAX))
    }

    fn spend(&mut self, visits: u32) -> Result<(), PathError> {
        let left = self.left.checked_sub(visits).ok_or_else(exceeded)?;
        let asks = left / BETWEEN_QUESTIONS != self.left / BETWEEN_QUESTIONS;
        self.left = left;
        match self.host.filter(|_| asks) {
            Some(host) if host.must_stop() => Err(interrupted()),
            _ => Ok(()),
        }
    }
}

#[cold]
fn exceeded() -> PathError {
    PathError::new(PathErrorKind::TooMuch, format!("The path visits more than {MAX_VISITS} values"))
}

#[cold]
fn interrupted() -> PathError {
    PathError::new(PathErrorKind::TooMuch, "The path was interrupted")
}

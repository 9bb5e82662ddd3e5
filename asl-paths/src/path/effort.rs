//! [`Effort`]: how much reads may still do.

use asl_query::{Env, FixedHost, Host, Spent, StateWork};

use crate::error::{PathError, PathErrorKind};

/// How many bytes of a text are looked at in one step.
pub(crate) const TEXT_BYTES: u64 = 32;

/// Counts the work of reads: the values they visit (each `..` over a deep document multiplies them), the conditions of
/// filters, and the texts that these compare.
#[derive(Clone, Copy)]
pub(super) struct Effort<'w> {
    work: &'w StateWork,
    host: &'w dyn Host,
}

impl<'w> Effort<'w> {
    /// The work of a read outside of states.
    pub(super) fn new(work: &'w StateWork) -> Effort<'w> {
        Effort { work, host: &FixedHost }
    }

    /// The work of a state; `own` is that of a read which is not counted together with others.
    pub(super) fn of(env: &Env<'w>, own: &'w StateWork) -> Effort<'w> {
        Effort { work: env.work.unwrap_or(own), host: env.host }
    }

    /// Counts one visit.
    pub(super) fn visit(self) -> Result<(), PathError> {
        self.spend(1)
    }

    /// Counts steps, whose number may come from the length of something.
    pub(super) fn visits(self, count: usize) -> Result<(), PathError> {
        self.spend(count as u64)
    }

    /// Counts one look at a text.
    pub(super) fn look_at(self, text: &str) -> Result<(), PathError> {
        self.spend(text.len() as u64 / TEXT_BYTES)
    }

    /// Counts the comparison of a text with a pattern of so many parts: each of its characters is compared with each part.
    pub(super) fn match_text(self, text: &str, parts: u64) -> Result<(), PathError> {
        // A long pattern is compiled first.
        self.spend((text.len() as u64).saturating_add(4).saturating_mul(parts))
    }

    #[inline]
    fn spend(self, steps: u64) -> Result<(), PathError> {
        self.work.spend(steps, self.host).map_err(ended)
    }
}

#[cold]
fn ended(spent: Spent) -> PathError {
    PathError::new(PathErrorKind::TooMuch, spent.message())
}

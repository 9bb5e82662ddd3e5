//! [`Redrives`]: how often an execution was redriven, and where it continues.

use std::collections::VecDeque;
use std::time::Duration;

use asl_engine::{CancelToken, Checkpoint};
use asl_value::Timestamp;

/// How many client tokens are kept, and for how long.
const MOST_TOKENS: usize = 10;
const TOKEN_PERIOD: Duration = Duration::from_secs(15 * 60);

/// A checkpoint of more bytes is not kept in memory if there are journals.
const MOST_BYTES: u64 = 1 << 20;

/// The state of an execution that a redrive changes.
#[derive(Default)]
pub(crate) struct Redrives {
    /// Stops the current run.
    pub(crate) cancel: CancelToken,
    /// The number of redrives.
    pub(crate) count: u32,
    /// The date of the last redrive.
    pub(crate) date: Option<Timestamp>,
    /// Where the last run stopped, for the next one to resume.
    pub(crate) checkpoint: Option<Checkpoint>,
    /// The memory that it takes: a Map Run keeps its items and results.
    checkpoint_bytes: usize,
    /// Whether the journals of its runs are kept, from which a checkpoint follows.
    pub(crate) is_journalled: bool,
    /// The last client tokens, each with the date that it returned.
    tokens: VecDeque<(String, Timestamp)>,
}

/// What a record says about redrives: how it was when the record was sent, not when it is written.
#[derive(Debug, Clone)]
pub(crate) struct Redriven {
    pub(crate) count: u32,
    pub(crate) date: Option<Timestamp>,
    pub(crate) is_journalled: bool,
    pub(crate) tokens: Vec<(String, Timestamp)>,
}

impl Redrives {
    /// A copy of what is recorded.
    pub(crate) fn redriven(&self) -> Redriven {
        let Redrives { count, date, is_journalled, .. } = *self;
        Redriven { count, date, is_journalled, tokens: self.tokens.iter().cloned().collect() }
    }

    /// Redrives as they were kept.
    pub(crate) fn restored(
        count: u32,
        date: Option<Timestamp>,
        is_journalled: bool,
        tokens: impl Iterator<Item = (String, Timestamp)>,
    ) -> Redrives {
        Redrives { count, date, is_journalled, tokens: tokens.collect(), ..Redrives::default() }
    }

    /// No redrives yet, and a run that this token stops.
    pub(crate) fn of(cancel: CancelToken) -> Redrives {
        Redrives { cancel, ..Redrives::default() }
    }

    /// Whether there is a checkpoint, or one can be made.
    pub(crate) fn can_begin(&self) -> bool {
        self.checkpoint.is_some() || self.is_journalled
    }

    /// The run that begins is that of a redrive, by a Map Run.
    pub(crate) fn continue_as(&mut self, count: u32, date: Option<Timestamp>) {
        self.count = count;
        self.date = date;
    }

    /// The date that was returned for a client token.
    pub(crate) fn answered(&self, token: &str, now: Timestamp) -> Option<Timestamp> {
        let known = self.tokens.iter().find(|(known, _)| known == token);
        known.map(|(_, date)| *date).filter(|date| now.since(*date) <= TOKEN_PERIOD)
    }

    /// Keeps the checkpoint of a run. A large one that follows from journals is made again if it is needed.
    pub(crate) fn keep(&mut self, checkpoint: Option<Checkpoint>, is_journalled: bool) {
        self.is_journalled = is_journalled && checkpoint.is_some();
        let bytes = checkpoint.as_ref().map_or(0, Checkpoint::memory_bytes);
        self.checkpoint = checkpoint.filter(|_| !is_journalled || bytes <= MOST_BYTES);
        self.checkpoint_bytes =
            self.checkpoint.as_ref().map_or(0, |_| usize::try_from(bytes).unwrap_or(usize::MAX));
    }

    /// The bytes of the checkpoint in memory.
    pub(crate) fn bytes(&self) -> usize {
        if self.checkpoint.is_some() { self.checkpoint_bytes } else { 0 }
    }

    /// Counts a redrive and returns the checkpoint to resume from.
    pub(crate) fn begin(&mut self, token: Option<&str>, date: Timestamp) -> Option<Checkpoint> {
        let checkpoint = self.checkpoint.take()?;
        self.cancel = CancelToken::new();
        self.count += 1;
        self.date = Some(date);
        if let Some(token) = token {
            self.tokens.retain(|(known, _)| known != token);
            self.tokens.push_back((token.to_owned(), date));
            if self.tokens.len() > MOST_TOKENS {
                self.tokens.pop_front();
            }
        }
        Some(checkpoint)
    }
}

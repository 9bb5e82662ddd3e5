//! [`Redrives`]: how often an execution was redriven, and where it continues.

use std::collections::VecDeque;
use std::time::Duration;

use asl_engine::{CancelToken, Checkpoint};
use asl_value::Timestamp;

/// Client tokens that are remembered, and how long.
const MOST_TOKENS: usize = 10;
const TOKEN_PERIOD: Duration = Duration::from_secs(15 * 60);

/// What of an execution changes with a redrive.
#[derive(Default)]
pub(crate) struct Redrives {
    /// Of the run that is going on.
    pub(crate) cancel: CancelToken,
    /// How many there were.
    pub(crate) count: u32,
    /// When the last one was.
    pub(crate) date: Option<Timestamp>,
    /// Where the last run stopped.
    pub(crate) checkpoint: Option<Checkpoint>,
    /// The last ones, with the date that each was answered.
    tokens: VecDeque<(String, Timestamp)>,
}

impl Redrives {
    /// None so far, of a run that this token ends.
    pub(crate) fn of(cancel: CancelToken) -> Redrives {
        Redrives { cancel, ..Redrives::default() }
    }

    /// What was answered to a client token.
    pub(crate) fn answered(&self, token: &str, now: Timestamp) -> Option<Timestamp> {
        let known = self.tokens.iter().find(|(known, _)| known == token);
        known.map(|(_, date)| *date).filter(|date| now.since(*date) <= TOKEN_PERIOD)
    }

    /// Counts a redrive, and hands over where it goes on.
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

//! What is said about a turn that does not fit the execution.

use super::turn::{Learned, News, Stopped, Turn};
use super::turnstile::Turnstile;
use crate::{JournalEnd, JournalError, OpenEffect, Report};

/// Checks that all news of a recorded turn can be granted now: that the execution waits for it.
#[inline]
pub(super) fn check(turnstile: &Turnstile, turn: &Turn) -> Result<(), JournalError> {
    for (place, news) in turn.news.iter().enumerate() {
        let is_told = |other: &News| other.of == news.of && other.learned.is_end();
        if turn.news.iter().take(place).any(is_told) {
            let message = format!("turn {}: `{}` has ended in this turn already", turn.number, news.of);
            return Err(JournalError::mismatch(message, news.of.clone()));
        }
        turnstile.find(news).map_err(|found| unfit(turnstile, turn, news, found))?;
        if let Learned::Stopped(Stopped { after: Some(after), .. }) = &news.learned
            && !turnstile.gate(&news.of).is_some_and(|gate| gate.is_closed())
        {
            let message = format!(
                "turn {}: expected at least {} events in the turn before, after which the execution was stopped, \
                 found {}",
                turn.number,
                after.events,
                turnstile.place().events,
            );
            return Err(JournalError::mismatch(message, news.of.clone()));
        }
    }
    Ok(())
}

#[inline]
fn unfit(turnstile: &Turnstile, turn: &Turn, news: &News, found: Option<OpenEffect>) -> JournalError {
    let (number, name, of) = (turn.number, news.learned.name(), &news.of);
    let message = match found {
        Some(effect) => format!("turn {number}: expected news of {effect}, found `{name}`"),
        None => format!("turn {number}: expected {}, found `{name}` of `{of}`", waits(turnstile)),
    };
    JournalError::mismatch(message, of.clone())
}

/// What the execution waits for: ``news of a task (`1`) in state `Pay` ``
#[inline]
fn waits(turnstile: &Turnstile) -> String {
    /// A Map may wait for thousands.
    const SHOWN: usize = 5;
    let mut open = turnstile.open_effects();
    // A stop and an update need not come.
    let all = open.len();
    open.retain(OpenEffect::must_come);
    if open.is_empty() {
        return if all == 0 { "no more turns".to_owned() } else { "the stop of the execution".to_owned() };
    }
    let more = if open.len() > SHOWN { " or others" } else { "" };
    let shown: Vec<String> = open.iter().take(SHOWN).map(OpenEffect::to_string).collect();
    format!("news of {}{more}", shown.join(" or "))
}

/// The execution has ended although there are more turns.
#[inline]
pub(super) fn ended_early(turn: &Turn) -> JournalError {
    let number = turn.number;
    let Some(news) = turn.news.first() else {
        return JournalError::order(format!("expected the end of the execution, found turn {number}"));
    };
    let (of, name) = (&news.of, news.learned.name());
    let message =
        format!("turn {number}: expected nothing after the end of the execution, found `{name}` of `{of}`");
    JournalError::mismatch(message, of.clone())
}

/// The execution waits although its journal says that it has ended.
#[inline]
pub(super) fn still_open(turnstile: &Turnstile, end: &JournalEnd) -> JournalError {
    let JournalEnd { status, events, .. } = end;
    let waits = waits(turnstile);
    JournalError::differs(format!(
        "expected the execution to end as {status} after {events} events, found that it waits for {waits}"
    ))
}

/// Checks that an execution has ended as its journal says.
#[inline]
pub(super) fn check_end(report: &Report, end: &JournalEnd) -> Result<(), JournalError> {
    let found = JournalEnd::new(report.outcome.status(), report.stopped, report.events);
    if found == *end {
        return Ok(());
    }
    let say = |end: &JournalEnd| format!("{} at {} after {} events", end.status, end.at, end.events);
    let state = report.state.as_ref().map(|state| format!(" in state `{state}`")).unwrap_or_default();
    Err(JournalError::differs(format!(
        "expected the execution to end as {}, found that it ends as {}{state}",
        say(end),
        say(&found)
    )))
}

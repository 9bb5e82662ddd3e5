//! [`drive`]: runs a journalled execution turn by turn.

use std::future::poll_fn;
use std::iter::Peekable;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use super::mismatch;
use super::turn::{Learned, News, Stopped, Turn};
use super::turnstile::Turnstile;
use super::{Journal, Parked};
use crate::clock::Timeline;
use crate::turn::{YIELD_EVERY, yield_now};
use crate::woken::Woken;
use crate::{JournalEnd, JournalError, JournalRecord, OpenEffect, Snapshot};

/// How a journalled execution is driven.
///
/// It is generic over the journal, and so compiled in the crate whose journal it is, as small or as fast as that one.
/// So is what only it calls, which is marked `#[inline]`.
pub(crate) struct Drive<'a, J: ?Sized> {
    pub(crate) timeline: &'a Timeline,
    pub(crate) turnstile: &'a Turnstile,
    /// Whether it begins now, rather than being resumed.
    pub(crate) is_new: bool,
    pub(crate) end: Option<&'a JournalEnd>,
    /// Where the turns after them are recorded. Without it, the execution does not go on.
    pub(crate) journal: Option<&'a J>,
    /// Called when the recorded turns are used up.
    pub(crate) on_live: &'a (dyn Fn() + Sync),
    /// The execution as it is while it waits.
    pub(crate) snapshot: &'a (dyn Fn() -> Option<Snapshot> + Sync),
}

impl<J: Journal + ?Sized> Drive<'_, J> {
    /// Runs an execution from turn to turn.
    pub(super) async fn run<T>(
        &self,
        root: impl Future<Output = T>,
        mut recorded: Turns<'_>,
    ) -> Result<Driven<T>, JournalError> {
        let mut root = pin!(root);
        // Dropped before the strands are: what they do when they are dropped does not belong to the execution.
        let _abandoned = Abandoned(self.turnstile);
        let mut last = Turn { number: self.turnstile.turn(), at: self.timeline.now(), news: Vec::new() };
        self.arm(&mut recorded);
        let mut live = Live::default();
        if self.is_new {
            live.begin(self);
        }
        let mut strands = Strands { is_quiet: false, is_parked: false };
        loop {
            let next = poll_fn(|cx| strands.poll(self, root.as_mut(), cx)).await;
            let turn = match (next, recorded.next()) {
                (Quiet::Ended(_), Some(turn)) => return Err(mismatch::ended_early(&turn)),
                (Quiet::Ended(ended), None) => return Ok(Driven::Ended(ended)),
                (_, Some(turn)) => {
                    mismatch::check(self.turnstile, &turn)?;
                    turn
                }
                (Quiet::Waits, None) => {
                    if let Some(end) = self.end {
                        return Err(mismatch::still_open(self.turnstile, end));
                    }
                    if self.journal.is_none() {
                        return Ok(Driven::Open(self.turnstile.open_effects()));
                    }
                    live.begin(self);
                    self.turnstile.begin_effects();
                    strands.is_quiet = false;
                    continue;
                }
                (Quiet::Holds, None) => {
                    self.begin_effects().await?;
                    strands.is_quiet = false;
                    continue;
                }
                (Quiet::Learned(news), None) => {
                    live.note(self);
                    let turn = Turn { number: last.number + 1, at: self.instant(&last), news };
                    self.record(turn).await?
                }
            };
            self.timeline.step(turn.at);
            self.turnstile.grant(&turn);
            self.arm(&mut recorded);
            last = Turn { news: Vec::new(), ..turn };
            if last.number.is_multiple_of(u64::from(YIELD_EVERY)) {
                // A replay yields to other tasks, too.
                yield_now().await;
            }
            strands = Strands { is_quiet: false, is_parked: false };
        }
    }

    /// Runs an execution whose turns are chosen while it waits. `None` if there is no next turn.
    pub(crate) async fn run_chosen<T>(
        &self,
        root: impl Future<Output = T>,
        mut next: impl FnMut() -> Option<Turn>,
    ) -> Option<T> {
        let mut root = pin!(root);
        loop {
            let mut strands = Strands { is_quiet: false, is_parked: false };
            if let Quiet::Ended(ended) = poll_fn(|cx| strands.poll(self, root.as_mut(), cx)).await {
                return Some(ended);
            }
            let turn = next()?;
            self.timeline.step(turn.at);
            self.turnstile.grant(&turn);
            if turn.number.is_multiple_of(u64::from(YIELD_EVERY)) {
                yield_now().await;
            }
        }
    }

    /// The instant of a turn that happens now.
    fn instant(&self, last: &Turn) -> asl_value::Timestamp {
        self.timeline.at(self.timeline.passed()).to_millis().max(last.at)
    }

    async fn record(&self, turn: Turn) -> Result<Turn, JournalError> {
        // Virtual time must not jump while a turn is stored.
        let _in_flight = self.timeline.in_flight();
        let record = JournalRecord::Turn(turn);
        if let Some(journal) = self.journal {
            journal.append(&record).await?;
        }
        match record {
            JournalRecord::Turn(turn) => Ok(turn),
            // It is the record made above.
            _ => Err(JournalError::order("expected a turn")),
        }
    }

    /// Starts the effects of a new execution, once its header is stored.
    async fn begin_effects(&self) -> Result<(), JournalError> {
        // Virtual time must not jump meanwhile.
        let _in_flight = self.timeline.in_flight();
        if let Some(journal) = self.journal {
            journal.begin_effects().await?;
        }
        self.turnstile.begin_effects();
        Ok(())
    }

    /// The turn that begins now may have been interrupted, as the next one says. If there is none, the recorded turns are
    /// used up.
    fn arm(&self, left: &mut Turns<'_>) {
        let Some(next) = left.peek() else {
            if self.journal.is_some() && self.end.is_none() {
                self.turnstile.past().use_up(self.timeline.passed());
            }
            return;
        };
        for News { of, learned } in &next.news {
            if let Learned::Stopped(Stopped { after: Some(after), .. }) = learned {
                self.turnstile.arm(of, *after);
            }
        }
    }
}

/// The turns to begin with. Each is dropped when it has been granted: an execution may wait for a year after them.
pub(super) type Turns<'a> = Peekable<Box<dyn Iterator<Item = Turn> + Send + 'a>>;

/// Whether the execution goes on after what was recorded.
#[derive(Default)]
struct Live {
    is_noted: bool,
}

impl Live {
    /// What comes now is new to the host.
    fn note(&mut self, drive: &Drive<'_, impl Journal + ?Sized>) {
        if drive.journal.is_some() && !std::mem::replace(&mut self.is_noted, true) {
            (drive.on_live)();
        }
    }

    /// Begins to start effects.
    fn begin(&mut self, drive: &Drive<'_, impl Journal + ?Sized>) {
        self.note(drive);
        if drive.journal.is_some() {
            drive.turnstile.go_live();
        }
    }
}

/// What came of driving an execution.
pub(super) enum Driven<T> {
    Ended(T),
    /// The recorded turns are used up, and it is not to go on. It waits for these.
    Open(Vec<OpenEffect>),
}

struct Abandoned<'a>(&'a Turnstile);

impl Drop for Abandoned<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

/// What comes when all strands wait.
enum Quiet<T> {
    /// The execution has ended.
    Ended(T),
    /// Something was learned.
    Learned(Vec<News>),
    /// Recorded turns come next.
    Waits,
    /// The execution is new, and its effects have not been started.
    Holds,
}

/// How often the strands are polled in a row before the driver yields to other tasks of its runtime.
const POLLS: u32 = 16;

/// The instants at which timers were due may be this late without being late for each other.
const LATE: Duration = Duration::from_millis(100);

struct Strands {
    /// Whether all strands wait.
    is_quiet: bool,
    /// Whether the journal knows.
    is_parked: bool,
}

impl Strands {
    /// Polls the strands until all wait, then returns what comes next.
    fn poll<T>(
        &mut self,
        drive: &Drive<'_, impl Journal + ?Sized>,
        mut root: Pin<&mut impl Future<Output = T>>,
        cx: &mut Context<'_>,
    ) -> Poll<Quiet<T>> {
        let turnstile = drive.turnstile;
        turnstile.set_driver(cx.waker());
        let mut has_polled_woken = false;
        for _ in 0..POLLS {
            if !self.is_quiet {
                let woken = Woken::new(cx.waker());
                let waker = Waker::from(Arc::clone(&woken));
                if let Poll::Ready(ended) = root.as_mut().poll(&mut Context::from_waker(&waker)) {
                    return Poll::Ready(Quiet::Ended(ended));
                }
                self.is_quiet = !woken.is_set();
                continue;
            }
            if !turnstile.has_effects() {
                // What was interrupted before must not start an effect.
                let stops = turnstile.take_stops();
                let waits = if turnstile.is_live() { Quiet::Holds } else { Quiet::Waits };
                return Poll::Ready(if stops.is_empty() { waits } else { Quiet::Learned(stops) });
            }
            if !has_polled_woken && turnstile.poll_woken() {
                (has_polled_woken, self.is_quiet, self.is_parked) = (true, false, false);
                continue;
            }
            let news = drive.arrived();
            if !news.is_empty() {
                return Poll::Ready(Quiet::Learned(news));
            }
            if turnstile.has_woken() {
                break;
            }
            if let Some(journal) = drive.journal.filter(|_| !std::mem::replace(&mut self.is_parked, true)) {
                journal.parked(&Parked { turnstile, snapshot: drive.snapshot });
            }
            return Poll::Pending;
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<J: Journal + ?Sized> Drive<'_, J> {
    /// Takes the news of the next turn. A stop in the middle of the last turn comes first.
    fn arrived(&self) -> Vec<News> {
        let stops = self.turnstile.take_stops();
        if stops.is_empty() {
            self.turnstile.take_arrived(self.timeline.passed().saturating_sub(LATE))
        } else {
            stops
        }
    }
}

//! [`Ticket`]: the claim of a strand on the news of one effect.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use asl_value::Text;

use super::gate::Gate;
use super::turn::{Learned, News};
use super::turnstile::Turnstile;
use crate::{EffectId, EffectKind};

/// The claim of a strand on the news of one effect. Dropping it gives up the effect.
pub(crate) struct Ticket {
    turnstile: Turnstile,
    of: EffectId,
    /// Wakes the work of the effect.
    waker: Waker,
    /// Whether an earlier process may have started the effect.
    is_resumed: bool,
}

impl Ticket {
    pub(crate) fn new(turnstile: &Turnstile, of: EffectId, state: &Text, kind: EffectKind) -> Ticket {
        Ticket::with_gate(turnstile, of, state, kind, None)
    }

    pub(super) fn with_gate(
        turnstile: &Turnstile,
        of: EffectId,
        state: &Text,
        kind: EffectKind,
        gate: Option<Gate>,
    ) -> Ticket {
        turnstile.open(&of, state, kind, gate);
        let waker = Arc::new(Bell { turnstile: turnstile.clone(), of: of.clone() }).into();
        Ticket { turnstile: turnstile.clone(), of, waker, is_resumed: !turnstile.is_live() }
    }

    /// The name of the effect.
    pub(crate) fn effect(&self) -> &EffectId {
        &self.of
    }

    /// Whether the effect was opened while recorded turns were replayed: an earlier process may have started it.
    pub(crate) fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// Whether the execution is dropped although it has not ended.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.turnstile.is_abandoned()
    }

    /// Whether the task is refused now if its check says so. Otherwise the recorded turns decide.
    pub(super) fn obeys_checks(&self) -> bool {
        self.turnstile.obeys_checks()
    }

    /// Whether the task was refused according to the recorded turns.
    pub(super) fn was_refused(&self) -> bool {
        self.turnstile.past().has_refused(&self.of)
    }

    pub(super) fn is_live(&self) -> bool {
        self.turnstile.is_live()
    }

    /// The work of the effect has news.
    pub(crate) fn report(&self, learned: Learned, due: Option<Duration>) {
        self.turnstile.arrive(News { of: self.of.clone(), learned }, due);
    }

    /// Changes what is known of the effect.
    pub(crate) fn describe(&self, change: impl FnOnce(&mut EffectKind)) {
        self.turnstile.describe(&self.of, change);
    }

    /// Gives the news that was granted to `learn`, until it returns something. Then, if the effect may have news, polls
    /// `work`, whose news arrives at the turnstile.
    pub(super) fn poll<T>(
        &self,
        cx: &Context<'_>,
        work: &mut impl FnMut(&mut Context<'_>) -> Option<(Learned, Option<Duration>)>,
        learn: &mut impl FnMut(Learned) -> Option<T>,
    ) -> Poll<T> {
        while let Some(learned) = self.turnstile.next_news(&self.of, cx.waker()) {
            if let Some(done) = learn(learned) {
                return Poll::Ready(done);
            }
        }
        if self.turnstile.take_due(&self.of) {
            let mut cx = Context::from_waker(&self.waker);
            while let Some((learned, due)) = work(&mut cx) {
                let is_end = learned.is_end();
                self.report(learned, due);
                if is_end {
                    break;
                }
            }
        }
        Poll::Pending
    }

    /// Waits for the news with which `learn` returns something. Meanwhile, polls `work` when it may have news.
    pub(super) async fn wait<T>(
        &self,
        mut work: impl FnMut(&mut Context<'_>) -> Option<(Learned, Option<Duration>)>,
        mut learn: impl FnMut(Learned) -> Option<T>,
    ) -> T {
        poll_fn(|cx| self.poll(cx, &mut work, &mut learn)).await
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.turnstile.close(&self.of);
    }
}

/// Tells the turnstile that the work of an effect asks to be polled.
struct Bell {
    turnstile: Turnstile,
    of: EffectId,
}

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.turnstile.wake(&self.of);
    }
}

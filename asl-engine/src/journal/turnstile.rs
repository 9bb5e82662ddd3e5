//! [`Turnstile`]: lets what comes from outside into a journalled execution, one turn at a time.
//!
//! A strand that waits opens an effect and sleeps until news of it is granted. The work of an effect, such as the call
//! of a handler, is polled with a waker of its own, which does not wake the strand. What the work returns arrives
//! here. When all strands wait, the driver makes a turn of what has arrived, has it recorded, and grants it. So the order
//! in which strands run follows from the turns alone.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use asl_value::Text;
use sha2::{Digest, Sha256};

use super::arrivals::Arrivals;
use super::gate::{Gate, Gates};
use super::past::Past;
use super::sorted::sorted;
use super::turn::{Learned, News, Stopped, Turn};
use crate::{EffectId, EffectKind, MidTurn, OpenEffect, Outcome, Seed};

/// Clones are the same turnstile.
#[derive(Clone)]
pub(crate) struct Turnstile(Arc<Shared>);

struct Shared {
    seed: Seed,
    /// Whether the recorded turns are used up.
    is_live: AtomicBool,
    /// Whether effects are started.
    has_effects: AtomicBool,
    past: Past,
    is_abandoned: AtomicBool,
    gates: Gates,
    state: Mutex<State>,
}

struct State {
    /// The number of the last turn.
    turn: u64,
    /// What the random numbers of this turn follow from.
    key: [u8; 32],
    open: HashMap<EffectId, Open>,
    /// How many effects have been opened.
    opened: u64,
    arrivals: Arrivals,
    /// Effects whose work may have news.
    woken: Vec<EffectId>,
    driver: Option<Waker>,
}

/// An effect that a strand waits for.
struct Open {
    order: u64,
    state: Text,
    kind: EffectKind,
    /// Of a stop.
    gate: Option<Gate>,
    /// Of the strand.
    waker: Option<Waker>,
    granted: VecDeque<Learned>,
    /// How many pieces of news it has had.
    told: u64,
    /// Whether its work is to be polled.
    is_due: bool,
    has_ended: bool,
    /// Whether it is a stop that a strand has noticed: what arrived of it before does not count.
    is_midway: bool,
}

impl Open {
    /// What the execution waits for, as others see it.
    fn as_effect(&self, of: EffectId) -> OpenEffect {
        OpenEffect { of, state: self.state.clone(), kind: self.kind.clone() }
    }

    fn awaits(&self, news: &News) -> bool {
        !self.is_midway || news.learned.is_midway()
    }
}

impl State {
    /// Whether something still waits for this news.
    fn is_wanted(open: &HashMap<EffectId, Open>, news: &News) -> bool {
        open.get(&news.of).is_some_and(|open| open.awaits(news))
    }
}

impl Turnstile {
    /// The turnstile of an execution that has a journal with these turns, or that follows something else.
    pub(crate) fn new(seed: Seed, recorded: Option<&[Turn]>) -> Turnstile {
        let key = Sha256::digest(seed.as_bytes()).into();
        let state = State {
            turn: 0,
            key,
            open: HashMap::new(),
            opened: 0,
            arrivals: Arrivals::default(),
            woken: Vec::new(),
            driver: None,
        };
        Turnstile(Arc::new(Shared {
            seed,
            is_live: AtomicBool::new(false),
            has_effects: AtomicBool::new(false),
            past: Past::new(recorded),
            is_abandoned: AtomicBool::new(false),
            gates: Gates::default(),
            state: Mutex::new(state),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the recorded turns are used up, and stops are noticed.
    pub(crate) fn is_live(&self) -> bool {
        self.0.is_live.load(Ordering::Relaxed)
    }

    /// Whether effects are started.
    pub(super) fn has_effects(&self) -> bool {
        self.0.has_effects.load(Ordering::Relaxed)
    }

    pub(super) fn past(&self) -> &Past {
        &self.0.past
    }

    /// Whether a stop may be noticed, as soon as [`is_interruptible`](Turnstile::is_interruptible) agrees.
    pub(crate) fn is_used_up(&self) -> bool {
        self.is_live() || self.past().is_used_up()
    }

    /// Whether an execution may be interrupted at this instant.
    pub(crate) fn is_interruptible(&self, now: Duration) -> bool {
        self.is_live() || self.past().is_over(now, self.place().checks)
    }

    /// Whether a task is refused if its check says so. Otherwise the recorded turns decide.
    pub(super) fn obeys_checks(&self) -> bool {
        self.is_used_up() || !self.past().is_journal()
    }

    /// Whether the execution is dropped although it has not ended: it may be resumed.
    pub(crate) fn is_abandoned(&self) -> bool {
        self.0.is_abandoned.load(Ordering::Relaxed)
    }

    pub(super) fn abandon(&self) {
        self.0.is_abandoned.store(true, Ordering::Relaxed);
    }

    /// The number of the last turn.
    pub(crate) fn turn(&self) -> u64 {
        self.lock().turn
    }

    /// Numbers turns from here on.
    pub(super) fn go_on(&self, turn: u64) {
        self.lock().turn = turn;
    }

    /// The number of the last turn, and what its random numbers follow from.
    pub(super) fn chance(&self) -> (u64, [u8; 32]) {
        let state = self.lock();
        (state.turn, state.key)
    }

    fn gates(&self) -> &Gates {
        &self.0.gates
    }

    /// How far the current turn has come.
    pub(super) fn place(&self) -> MidTurn {
        self.gates().place()
    }

    /// A strand checks whether to stop.
    pub(super) fn count_check(&self) {
        self.close_gates(&self.gates().count_check());
    }

    /// Whether an execution with this gate may emit an event now.
    pub(crate) fn admits_event(&self, gate: &Gate) -> bool {
        self.close_gates(&self.gates().before_event());
        if gate.is_closed() {
            return false;
        }
        self.gates().count_event();
        true
    }

    fn close_gates(&self, stops: &[EffectId]) {
        for of in stops {
            self.gate(of).iter().for_each(|gate| {
                gate.close();
            });
        }
    }
}

/// What strands and effects do.
impl Turnstile {
    pub(super) fn open(&self, of: &EffectId, state: &Text, kind: EffectKind, gate: Option<Gate>) {
        let mut shared = self.lock();
        shared.opened += 1;
        let open = Open {
            order: shared.opened,
            state: state.clone(),
            kind,
            gate,
            waker: None,
            granted: VecDeque::new(),
            told: 0,
            is_due: true,
            has_ended: false,
            is_midway: false,
        };
        shared.open.insert(of.clone(), open);
    }

    pub(super) fn close(&self, of: &EffectId) {
        let open = self.lock().open.remove(of);
        // Its waker may own more: not under the lock.
        drop(open);
    }

    /// The next news of an effect. If there is none, `waker` is woken when there is.
    pub(super) fn next_news(&self, of: &EffectId, waker: &Waker) -> Option<Learned> {
        let mut state = self.lock();
        let open = state.open.get_mut(of)?;
        let news = open.granted.pop_front();
        match &news {
            // A task that has started may have a clock that runs now.
            Some(_) => open.is_due = true,
            None => open.waker = Some(waker.clone()),
        }
        news
    }

    /// Whether the work of an effect is to be polled now.
    pub(super) fn take_due(&self, of: &EffectId) -> bool {
        if !self.has_effects() {
            return false;
        }
        let mut state = self.lock();
        let Some(open) = state.open.get_mut(of) else { return false };
        std::mem::take(&mut open.is_due) && !open.has_ended
    }

    /// The work of an effect has news.
    pub(super) fn arrive(&self, news: News, due: Option<Duration>) {
        let mut state = self.lock();
        let State { open, arrivals, .. } = &mut *state;
        let Some(open) = open.get_mut(&news.of).filter(|open| !open.has_ended) else { return };
        open.has_ended = news.learned.is_end();
        arrivals.add(news, due, open.order);
    }

    /// An execution must stop, which a strand has noticed in the middle of a turn.
    pub(super) fn stop(&self, of: &EffectId, gate: &Gate, outcome: Outcome) {
        if !gate.close() {
            return;
        }
        let after = Some(self.gates().place());
        let mut state = self.lock();
        let State { open, arrivals, .. } = &mut *state;
        let Some(open) = open.get_mut(of) else { return };
        (open.has_ended, open.is_midway) = (true, true);
        let news = News { of: of.clone(), learned: Learned::Stopped(Stopped { outcome, after }) };
        arrivals.add(news, None, open.order);
    }

    /// Changes what is known of an effect.
    pub(super) fn describe(&self, of: &EffectId, change: impl FnOnce(&mut EffectKind)) {
        if let Some(open) = self.lock().open.get_mut(of) {
            change(&mut open.kind);
        }
    }

    /// The work of an effect asks to be polled.
    pub(super) fn wake(&self, of: &EffectId) {
        let driver = {
            let mut state = self.lock();
            state.woken.push(of.clone());
            state.driver.clone()
        };
        driver.into_iter().for_each(Waker::wake);
    }
}

/// What the driver does.
impl Turnstile {
    pub(super) fn set_driver(&self, waker: &Waker) {
        self.lock().driver = Some(waker.clone());
    }

    /// Wakes the strands whose effects have work that asked to be polled. Returns whether there are any.
    pub(super) fn poll_woken(&self) -> bool {
        let mut wakers = Vec::new();
        {
            let mut state = self.lock();
            for of in std::mem::take(&mut state.woken) {
                if let Some(open) = state.open.get_mut(&of).filter(|open| !open.has_ended) {
                    open.is_due = true;
                    wakers.extend(open.waker.take());
                }
            }
        }
        let are_woken = !wakers.is_empty();
        wakers.into_iter().for_each(Waker::wake);
        are_woken
    }

    pub(super) fn has_woken(&self) -> bool {
        !self.lock().woken.is_empty()
    }

    /// The recorded turns are used up.
    pub(super) fn go_live(&self) {
        self.0.is_live.store(true, Ordering::Relaxed);
    }

    /// Begins to start effects.
    #[inline]
    pub(super) fn begin_effects(&self) {
        self.0.has_effects.store(true, Ordering::Relaxed);
        let mut wakers = Vec::new();
        {
            let mut state = self.lock();
            let mut open: Vec<&mut Open> = state.open.values_mut().collect();
            for place in sorted(open.iter().map(|open| open.order)) {
                wakers.extend(open.get_mut(place).and_then(|open| open.waker.take()));
            }
        }
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Takes the stops in the middle of the last turn.
    #[inline]
    pub(super) fn take_stops(&self) -> Vec<News> {
        self.take(&Arrivals::take_stops)
    }

    /// Takes the news of the next turn. Timers that came due at different instants while nobody looked ring one after the
    /// other, before anything else that has arrived: if the first is later than `late`.
    #[inline]
    pub(super) fn take_arrived(&self, late: Duration) -> Vec<News> {
        let first = {
            let State { arrivals, open, .. } = &mut *self.lock();
            arrivals.first_due(|news| State::is_wanted(open, news))
        };
        self.take(&|arrivals| {
            let is_late = first.is_some_and(|first| first < late.as_millis());
            let mut taken = if is_late { Vec::new() } else { arrivals.take_rest() };
            taken.extend(first.into_iter().flat_map(|first| arrivals.take_due(first)));
            taken
        })
    }

    /// Takes news as far as something still waits for it. What arrived together is sorted as the execution began to wait
    /// for it: that order is the same if the execution is resumed.
    #[inline]
    fn take(&self, take: &dyn Fn(&mut Arrivals) -> Vec<News>) -> Vec<News> {
        let State { arrivals, open, .. } = &mut *self.lock();
        let mut taken = take(arrivals);
        taken.retain(|news| State::is_wanted(open, news));
        if taken.len() < 2 {
            return taken;
        }
        let order = |news: &News| open.get(&news.of).map_or(0, |open| open.order);
        let places = sorted(taken.iter().map(order));
        places.into_iter().filter_map(|place| taken.get(place)).cloned().collect()
    }

    /// What is open, in the order in which it was opened.
    #[inline]
    pub(crate) fn open_effects(&self) -> Vec<OpenEffect> {
        let state = self.lock();
        let open: Vec<(&EffectId, &Open)> = state.open.iter().collect();
        let mut effects = Vec::with_capacity(open.len());
        for (of, open) in
            sorted(open.iter().map(|(_, open)| open.order)).into_iter().filter_map(|place| open.get(place))
        {
            effects.push(open.as_effect((*of).clone()));
        }
        effects
    }

    /// The execution with this stop is interrupted in the turn that begins.
    pub(super) fn arm(&self, of: &EffectId, at: MidTurn) {
        self.gates().arm(at, of.clone());
    }

    /// The gate of a stop that is open.
    pub(super) fn gate(&self, of: &EffectId) -> Option<Gate> {
        self.lock().open.get(of).and_then(|open| open.gate.clone())
    }

    /// What waits for this news: `Ok` if it can be granted.
    pub(super) fn find(&self, news: &News) -> Result<(), Option<OpenEffect>> {
        let state = self.lock();
        let Some(open) = state.open.get(&news.of) else { return Err(None) };
        if open.kind.admits(&news.learned) {
            return Ok(());
        }
        Err(Some(open.as_effect(news.of.clone())))
    }

    /// Grants a turn: random numbers follow from it, and the strands that it concerns are woken in its order.
    pub(super) fn grant(&self, turn: &Turn) {
        self.gates().begin_turn();
        let mut wakers = Vec::new();
        {
            let mut state = self.lock();
            let mut key = Sha256::new_with_prefix(self.0.seed.as_bytes());
            state.turn = turn.number;
            for news in &turn.news {
                let Some(open) = state.open.get_mut(&news.of) else { continue };
                open.told += 1;
                open.has_ended |= news.learned.is_end();
                open.granted.push_back(news.learned.clone());
                wakers.extend(open.waker.take());
                key.update(news.of.as_text().as_bytes());
                key.update([0]);
                key.update(open.told.to_le_bytes());
            }
            state.key = key.finalize().into();
        }
        wakers.into_iter().for_each(Waker::wake);
    }
}

//! [`Clock`]: the one place where the engine reads the time and sets a timer.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, SystemTime};

use asl_value::Timestamp;
use tokio::time::Instant;

use crate::turn::{self, YIELD_EVERY};
use crate::woken::Woken;

/// Where executions get their time from: real time for a host, virtual time for tests and dry runs.
///
/// With virtual time an execution that waits for a day ends at once, and its history shows the day. Time is real while
/// a task is in flight, so a call over the network has the time it needs.
///
/// Both kinds read the wall clock when an execution begins, since a sandbox may have been frozen before, and continue
/// with tokio's clock. So `start_paused` of a tokio test fixes the timestamps, too.
///
/// ```
/// use asl_engine::Clock;
/// let clock = Clock::virtual_time();
/// assert!(clock.is_virtual());
/// ```
#[derive(Debug, Clone, Default)]
pub struct Clock {
    skips: bool,
    start: Option<Timestamp>,
    /// What the wall clock shows at an instant of tokio's clock, which it then follows.
    shown: Option<(Instant, Timestamp)>,
    wait_scale: Option<f64>,
}

impl Clock {
    /// Waits take as long as they say. Needs a tokio runtime with timers enabled.
    pub fn real() -> Clock {
        Clock::default()
    }

    /// While no task is in flight, time jumps to the next timer: waits and retry delays end at once. While a task is in
    /// flight, time is real, so that a call over the network is not cut off.
    ///
    /// Needs a tokio runtime with timers enabled only while it waits for a task.
    pub fn virtual_time() -> Clock {
        Clock { skips: true, ..Clock::default() }
    }

    /// The same clock, but executions begin at `start`: for golden histories.
    #[must_use]
    pub fn starting_at(self, start: Timestamp) -> Clock {
        Clock { start: Some(start), ..self }
    }

    /// The same clock, but its wall clock shows `now` at this moment, and continues with tokio's clock: for simulations, in
    /// which a paused runtime decides what time it is. Unlike with [`starting_at`](Clock::starting_at), executions that begin
    /// later begin at a later time.
    #[must_use]
    pub fn showing(self, now: Timestamp) -> Clock {
        Clock { shown: Some((Instant::now(), now)), ..self }
    }

    /// The same clock, but a Wait lasts `scale` times as long as its state says: 0.5 half as long, 0 or less not at all.
    /// Retry delays, timeouts and heartbeats stay as they are.
    ///
    /// Use it for executions without a journal. One that is resumed must have had the same scale.
    ///
    /// Source: `WAIT_TIME_SCALE` of Step Functions Local.
    #[must_use]
    pub fn with_wait_scale(self, scale: f64) -> Clock {
        Clock { wait_scale: Some(scale), ..self }
    }

    /// Whether time is virtual.
    pub fn is_virtual(&self) -> bool {
        self.skips
    }

    /// The time at which an execution begins that is run now.
    pub fn now(&self) -> Timestamp {
        self.start.unwrap_or_else(|| self.wall())
    }

    /// What the wall clock shows.
    fn wall(&self) -> Timestamp {
        match self.shown {
            Some((instant, shown)) => shown.plus(instant.elapsed()),
            None => SystemTime::now().into(),
        }
    }

    /// The time of one execution, which begins now, but not before `earliest`: virtual time may have jumped ahead.
    pub(crate) fn begin(&self, earliest: Timestamp) -> Timeline {
        let anchor = self.now().max(earliest);
        let jumps = self.skips.then(|| Arc::new(Jumps::default()));
        Timeline {
            anchor,
            begun: Instant::now(),
            noted: AtomicU64::new(0),
            turn: AtomicU64::new(0),
            is_stepped: false,
            before: Duration::ZERO,
            wait_scale: self.wait_scale,
            jumps,
        }
    }

    /// The time of a journalled execution, which began at `started`, or begins now. It stands still until it is stepped.
    /// What passes for timers and tasks is real, and not before `earliest`.
    pub(crate) fn begin_stepped(&self, started: Option<Timestamp>, earliest: Timestamp) -> Timeline {
        let now = self.begin(earliest);
        let anchor = started.unwrap_or(now.anchor).to_millis();
        Timeline { before: now.anchor.since(anchor), anchor, is_stepped: true, ..now }
    }
}

/// The time of one execution.
#[derive(Debug)]
pub(crate) struct Timeline {
    anchor: Timestamp,
    begun: Instant,
    /// The last reading of [`elapsed`](Timeline::elapsed), in nanoseconds, which lasts for 500 years.
    noted: AtomicU64,
    /// The reading with which the execution's turn on its thread began.
    turn: AtomicU64,
    /// Whether the execution is journalled: its time is that of its turns.
    is_stepped: bool,
    /// How much of its time had passed before this process took part in it.
    before: Duration,
    /// What a Wait lasts, in relation to what its state says.
    wait_scale: Option<f64>,
    /// Only if time is virtual.
    jumps: Option<Arc<Jumps>>,
}

/// The state of virtual time: the time skipped so far, the timers that are set, the tasks in flight.
#[derive(Debug, Default)]
pub(crate) struct Jumps {
    state: Mutex<JumpState>,
    in_flight: AtomicUsize,
}

#[derive(Debug, Default)]
struct JumpState {
    skipped: Duration,
    timers: BTreeMap<TimerKey, Option<Waker>>,
    next_id: u64,
}

/// When a timer is due, as time since the execution began, including skipped time; then the order in which timers were
/// set.
type TimerKey = (Duration, u64);

impl Jumps {
    fn lock(&self) -> MutexGuard<'_, JumpState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Timeline {
    /// Time since the execution began, as the execution sees it.
    pub(crate) fn elapsed(&self) -> Duration {
        if self.is_stepped {
            return Duration::from_nanos(self.noted.load(Ordering::Relaxed));
        }
        let elapsed = self.measured();
        self.noted.store(nanos(elapsed), Ordering::Relaxed);
        elapsed
    }

    /// Time since the execution began, as timers and tasks see it. It differs from [`elapsed`](Timeline::elapsed) in a
    /// journalled execution, whose time stands still inside a turn.
    pub(crate) fn passed(&self) -> Duration {
        if self.is_stepped { self.measured().saturating_add(self.before) } else { self.elapsed() }
    }

    fn measured(&self) -> Duration {
        let skipped = self.jumps.as_ref().map_or(Duration::ZERO, |jumps| jumps.lock().skipped);
        self.begun.elapsed().saturating_add(skipped)
    }

    /// A turn of a journalled execution begins at this instant.
    pub(crate) fn step(&self, at: Timestamp) {
        let at = nanos(self.instant(at));
        self.noted.store(at, Ordering::Relaxed);
        self.turn.store(at, Ordering::Relaxed);
    }

    /// The time until an instant of this execution. `None`, without reading the clock, if the instant is too far away
    /// to matter to a computation.
    pub(crate) fn until(&self, at: Duration) -> Option<Duration> {
        const FAR: Duration = Duration::from_secs(3_600);
        let noted = Duration::from_nanos(self.noted.load(Ordering::Relaxed));
        (at.saturating_sub(noted) < FAR).then(|| at.saturating_sub(self.passed()))
    }

    /// What a Wait of this length lasts.
    pub(crate) fn scaled(&self, wait: Duration) -> Duration {
        let Some(scale) = self.wait_scale else { return wait };
        // It fails for a time that a `Duration` cannot hold.
        Duration::try_from_secs_f64(wait.as_secs_f64() * scale.max(0.0)).unwrap_or(Duration::MAX)
    }

    /// A turn of the execution on its thread begins.
    pub(crate) fn begin_turn(&self) {
        self.elapsed();
        self.turn.store(self.noted.load(Ordering::Relaxed), Ordering::Relaxed);
    }

    /// Whether the turn was already too long at the last reading of the clock.
    pub(crate) fn is_turn_over(&self) -> bool {
        let took = self.noted.load(Ordering::Relaxed).saturating_sub(self.turn.load(Ordering::Relaxed));
        Duration::from_nanos(took) > turn::LONGEST
    }

    /// Lets virtual time pass, unless a task is in flight: then time is real.
    pub(crate) fn skip(&self, time: Duration) {
        if let Some(jumps) = self.jumps.as_ref().filter(|jumps| jumps.in_flight.load(Ordering::Relaxed) == 0)
        {
            jumps.lock().skipped += time;
        }
    }

    /// The time of the last reading of the clock, in whole milliseconds. The clock is read on transitions and after
    /// every wait, which is close enough for the timestamp of an event.
    pub(crate) fn noted(&self) -> Timestamp {
        self.at(Duration::from_nanos(self.noted.load(Ordering::Relaxed))).to_millis()
    }

    /// The wall-clock time of an instant of this execution.
    pub(crate) fn at(&self, elapsed: Duration) -> Timestamp {
        self.anchor.plus(elapsed)
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.at(self.elapsed())
    }

    /// The instant of this execution at which the wall clock shows `time`; zero for a time before the execution.
    pub(crate) fn instant(&self, time: Timestamp) -> Duration {
        time.since(self.anchor)
    }

    /// Completes at an instant of this execution.
    pub(crate) fn sleep_until(&self, at: Duration) -> Sleep<'_> {
        match &self.jumps {
            None => {
                let at = later(self.begun, at.saturating_sub(self.before));
                Sleep::Real(Box::pin(tokio::time::sleep_until(at)))
            }
            Some(jumps) => {
                let mut state = jumps.lock();
                let key = (at, state.next_id);
                state.next_id += 1;
                state.timers.insert(key, None);
                Sleep::Virtual { timeline: self, jumps, key }
            }
        }
    }

    /// Keeps time real until the guard is dropped.
    pub(crate) fn in_flight(&self) -> Option<InFlight> {
        let jumps = self.jumps.as_ref()?;
        jumps.in_flight.fetch_add(1, Ordering::Relaxed);
        Some(InFlight(Arc::clone(jumps)))
    }

    /// Runs a future whose only timers are those of this timeline. If time is virtual, jumps over its waits, and yields
    /// to the runtime after many jumps in a row.
    pub(crate) async fn drive<T>(&self, work: impl Future<Output = T>) -> T {
        let mut work = pin!(work);
        let Some(jumps) = &self.jumps else { return work.await };
        let mut real: Option<(Duration, Pin<Box<tokio::time::Sleep>>)> = None;
        let mut jumped = 0u32;
        std::future::poll_fn(|cx| {
            loop {
                let woken = Woken::new(cx.waker());
                if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(&woken.clone().into()))
                {
                    return Poll::Ready(done);
                }
                let first = jumps.lock().timers.first_key_value().map(|(key, _)| *key);
                let Some((next, _)) = first else { return Poll::Pending };
                if woken.is_set() {
                    // The future asked to be polled again: it has more to do and does not wait for time.
                    return Poll::Pending;
                }
                if jumps.in_flight.load(Ordering::Relaxed) == 0 {
                    let missing = next.saturating_sub(self.passed());
                    jumps.lock().skipped += missing;
                    // This timer would now fire too late, by the skipped time.
                    real = None;
                    jumped += 1;
                } else {
                    let at = later(Instant::now(), next.saturating_sub(self.passed()));
                    let timer = match &mut real {
                        Some((known, timer)) if *known == next => timer,
                        _ => &mut real.insert((next, Box::pin(tokio::time::sleep_until(at)))).1,
                    };
                    if timer.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    real = None;
                }
                self.wake_due(jumps);
                if jumped == YIELD_EVERY {
                    jumped = 0;
                    cx.waker().wake_by_ref();
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    fn wake_due(&self, jumps: &Jumps) {
        let now = self.passed();
        let due: Vec<Waker> = jumps
            .lock()
            .timers
            .iter_mut()
            .take_while(|((at, _), _)| *at <= now)
            .filter_map(|(_, waker)| waker.take())
            .collect();
        due.into_iter().for_each(Waker::wake);
    }
}

/// It lasts for 500 years.
fn nanos(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(time.subsec_nanos().into())
}

/// Thirty years replace a time that is out of the clock's range.
fn later(start: Instant, time: Duration) -> Instant {
    const FAR: Duration = Duration::from_secs(30 * 365 * 86_400);
    start.checked_add(time).unwrap_or_else(|| start + FAR)
}

/// A task is in flight until this is dropped.
#[derive(Debug)]
pub(crate) struct InFlight(Arc<Jumps>);

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

/// See [`Timeline::sleep_until`].
pub(crate) enum Sleep<'a> {
    Real(Pin<Box<tokio::time::Sleep>>),
    Virtual { timeline: &'a Timeline, jumps: &'a Jumps, key: TimerKey },
}

impl Future for Sleep<'_> {
    type Output = ();
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut *self {
            Sleep::Real(sleep) => sleep.as_mut().poll(cx),
            Sleep::Virtual { timeline, key: (at, _), .. } if timeline.passed() >= *at => Poll::Ready(()),
            Sleep::Virtual { jumps, key, .. } => {
                if let Some(waker) = jumps.lock().timers.get_mut(key) {
                    *waker = Some(cx.waker().clone());
                }
                Poll::Pending
            }
        }
    }
}

impl Drop for Sleep<'_> {
    fn drop(&mut self) {
        if let Sleep::Virtual { jumps, key, .. } = self {
            jumps.lock().timers.remove(key);
        }
    }
}

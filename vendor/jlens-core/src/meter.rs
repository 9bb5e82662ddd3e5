//! What one evaluation may use: steps, time, memory.
//!
//! Everything an evaluation does is charged here. Work is charged in steps, with [`spend`]: one for each node
//! evaluated, each function called back, each item or field visited by a function or an operator, and each
//! [`BYTES_OF_STEP`] bytes of text read or written. The arguments and the result of a built-in or host function are
//! charged by the evaluator, for all functions at one place; only what takes more than one pass over them, or enters
//! nested values, charges itself.
//!
//! Memory is charged by the constructors of values, and given back by their drops, so that no function can leave it
//! out. A constructor cannot fail: past the limit, the next [`spend`] does.
//!
//! The state lies in the thread, not in the evaluator: drops need it, and values belong to one thread.

use std::cell::{Cell, RefCell};

use web_time::{Duration, Instant};

use crate::CancelToken;
use crate::error::{Error, Result};
use crate::eval::Limits;

/// How many steps pass between two looks at the clock and the cancellation token: reading the clock costs about as much
/// as a step.
const CLOCK_EVERY: u64 = 256;

/// The bytes of text whose reading or writing costs about as much as a step.
const BYTES_OF_STEP: usize = 64;

thread_local! {
    static METER: Meter = const {
        Meter {
            fuel: Cell::new(u64::MAX),
            reserve: Cell::new(0),
            live: Cell::new(0),
            max_live: Cell::new(usize::MAX),
            max_string: Cell::new(usize::MAX),
            max_items: Cell::new(usize::MAX),
        }
    };
    static RULES: RefCell<Rules> = const { RefCell::new(Rules::NONE) };
}

/// What is looked at all the time: together, so that it is found once each time.
struct Meter {
    /// The steps left until the next checkpoint: the end of the budget, the next look at the
    /// clock, or at once when the memory is used up.
    fuel: Cell<u64>,
    /// The steps of the budget left after the next checkpoint.
    reserve: Cell<u64>,
    /// Bytes held by the values of the evaluation.
    live: Cell<usize>,
    /// Bytes they may hold.
    max_live: Cell<usize>,
    /// The bytes of a string, and the items of an array, that the evaluation may build.
    max_string: Cell<usize>,
    max_items: Cell<usize>,
}

/// What is looked at now and then.
struct Rules {
    max_steps: Option<u64>,
    timeout: Option<Duration>,
    /// When the timeout ends the evaluation.
    end: Option<Instant>,
    cancel_token: Option<CancelToken>,
    max_memory: usize,
    max_string: usize,
    max_items: usize,
}

impl Rules {
    const NONE: Rules = Rules {
        max_steps: None,
        timeout: None,
        end: None,
        cancel_token: None,
        max_memory: usize::MAX,
        max_string: usize::MAX,
        max_items: usize::MAX,
    };

    /// Copies what is looked at often to where that costs nothing.
    fn publish(&self) {
        METER.with(|meter| meter.max_live.set(self.max_memory));
        METER.with(|meter| meter.max_string.set(self.max_string));
        METER.with(|meter| meter.max_items.set(self.max_items));
    }

    fn are_timed(&self) -> bool {
        self.end.is_some() || self.cancel_token.is_some()
    }
}

/// Metering one evaluation. Evaluations nest: when it is dropped, the one around it goes on where it was.
pub(crate) struct Metered {
    fuel: u64,
    reserve: u64,
    live: usize,
    rules: Option<Rules>,
}

/// Begins to meter an evaluation.
pub(crate) fn begin(limits: &Limits) -> Metered {
    let rules = Rules {
        max_steps: limits.max_steps,
        timeout: limits.timeout,
        end: limits
            .timeout
            .and_then(|timeout| Instant::now().checked_add(timeout)),
        cancel_token: limits.cancel_token.clone(),
        max_memory: limits.max_memory,
        max_string: limits.max_string_length,
        max_items: limits.max_array_length,
    };
    let budget = limits.max_steps.unwrap_or(u64::MAX);
    let first = if rules.are_timed() {
        budget.min(CLOCK_EVERY)
    } else {
        budget
    };
    rules.publish();
    Metered {
        fuel: METER.with(|meter| meter.fuel.replace(first)),
        reserve: METER.with(|meter| meter.reserve.replace(budget - first)),
        live: METER.with(|meter| meter.live.replace(0)),
        rules: Some(RULES.replace(rules)),
    }
}

impl Drop for Metered {
    fn drop(&mut self) {
        METER.with(|meter| meter.fuel.set(self.fuel));
        METER.with(|meter| meter.reserve.set(self.reserve));
        METER.with(|meter| meter.live.set(self.live));
        if let Some(rules) = self.rules.take() {
            rules.publish();
            RULES.set(rules);
        }
    }
}

/// Spends steps. Fails once the evaluation has none left (`U1006`), its time is over (`D1012`), it is cancelled
/// (`U1003`), or it holds too much memory (`U1001`).
#[inline]
pub(crate) fn spend(steps: u64) -> Result<()> {
    METER.with(|meter| match meter.fuel.get().checked_sub(steps) {
        Some(left) => {
            meter.fuel.set(left);
            Ok(())
        }
        None => checkpoint(steps),
    })
}

/// The steps of reading or writing `bytes` of text.
#[inline]
pub(crate) fn steps_of_text(bytes: usize) -> u64 {
    1 + (bytes / BYTES_OF_STEP) as u64
}

/// Spends the steps of reading or writing `bytes` of text.
#[inline]
pub(crate) fn spend_text(bytes: usize) -> Result<()> {
    spend(steps_of_text(bytes))
}

#[cold]
#[inline(never)]
fn checkpoint(steps: u64) -> Result<()> {
    RULES.with_borrow(|rules| {
        let Some(left) = (METER.with(|meter| meter.fuel.get())
            + METER.with(|meter| meter.reserve.get()))
        .checked_sub(steps) else {
            METER.with(|meter| meter.fuel.set(0));
            METER.with(|meter| meter.reserve.set(0));
            return Err(Error::new("U1006").with("value", rules.max_steps.unwrap_or(u64::MAX)));
        };
        let next = if rules.are_timed() {
            left.min(CLOCK_EVERY)
        } else {
            left
        };
        METER.with(|meter| meter.fuel.set(next));
        METER.with(|meter| meter.reserve.set(left - next));
        check_memory()?;
        look(rules)
    })
}

/// Fails if the time is over or the token is cancelled, without a step.
pub(crate) fn check_time() -> Result<()> {
    RULES.with_borrow(look)
}

fn look(rules: &Rules) -> Result<()> {
    if rules.end.is_some_and(|end| Instant::now() > end) {
        let timeout = rules
            .timeout
            .map_or(0, |timeout| timeout.as_millis() as u64);
        return Err(Error::new("D1012").with("value", timeout));
    }
    match &rules.cancel_token {
        Some(token) if token.is_cancelled() => Err(Error::new("U1003")),
        _ => Ok(()),
    }
}

/// Fails if the evaluation holds more memory than it may, without a step.
#[inline]
pub(crate) fn check_memory() -> Result<()> {
    if METER.with(|meter| meter.live.get()) > METER.with(|meter| meter.max_live.get()) {
        Err(out_of_memory())
    } else {
        Ok(())
    }
}

#[cold]
#[inline(never)]
pub(crate) fn out_of_memory() -> Error {
    let limit = METER.with(|meter| meter.max_live.get());
    Error::new("U1001").with(
        "message",
        format!("The evaluation would hold more than {limit} bytes"),
    )
}

/// Counts bytes that a value now holds.
#[inline]
pub(crate) fn hold(bytes: usize) {
    METER.with(|meter| {
        let live = meter.live.get().saturating_add(bytes);
        meter.live.set(live);
        if live > meter.max_live.get() {
            stop_soon(meter);
        }
    });
}

/// Has the next step look at the limits.
#[cold]
#[inline(never)]
fn stop_soon(meter: &Meter) {
    meter
        .reserve
        .set(meter.reserve.get() + meter.fuel.replace(0));
}

/// Counts bytes that a value has held.
#[inline]
pub(crate) fn release(bytes: usize) {
    METER.with(|meter| meter.live.set(meter.live.get().saturating_sub(bytes)));
}

/// Bytes that a function uses while it works.
pub(crate) struct Scratch(usize);

/// Takes `bytes` for as long as the answer lives, if the evaluation may hold that much more.
pub(crate) fn scratch(bytes: usize) -> Result<Scratch> {
    hold(bytes);
    let scratch = Scratch(bytes);
    check_memory()?;
    Ok(scratch)
}

impl Scratch {
    /// Nothing taken yet.
    pub(crate) fn none() -> Scratch {
        Scratch(0)
    }

    /// Takes `bytes` more.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<()> {
        hold(bytes);
        self.0 += bytes;
        check_memory()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        release(self.0);
    }
}

/// The steps the evaluation has taken.
pub(crate) fn steps_taken() -> u64 {
    let budget = RULES.with_borrow(|rules| rules.max_steps.unwrap_or(u64::MAX));
    budget - METER.with(|meter| meter.fuel.get()) - METER.with(|meter| meter.reserve.get())
}

/// Fails with `U1001` when a string of `bytes` would exceed the size limit.
#[inline]
pub(crate) fn check_string(bytes: usize) -> Result<()> {
    let limit = METER.with(|meter| meter.max_string.get());
    if bytes > limit {
        Err(crate::value::string_too_long(limit))
    } else {
        Ok(())
    }
}

/// Fails with `U1001` when an array of `items` would exceed the size limit.
#[inline]
pub(crate) fn check_array(items: usize) -> Result<()> {
    let limit = METER.with(|meter| meter.max_items.get());
    if items > limit {
        Err(array_too_long(limit))
    } else {
        Ok(())
    }
}

/// The items an array may have.
pub(crate) fn max_items() -> usize {
    METER.with(|meter| meter.max_items.get())
}

/// The error of an array that would exceed the size limit of `limit` items.
fn array_too_long(limit: usize) -> Error {
    Error::new("U1001").with(
        "message",
        format!("An array would exceed the size limit of {limit} items"),
    )
}

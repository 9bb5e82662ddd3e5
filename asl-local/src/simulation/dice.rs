//! Random numbers of the simulation that this thread runs, from one seed.

use std::cell::Cell;
use std::time::Duration;

thread_local! {
    static STATE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// From now on, numbers on this thread follow from a seed.
pub(super) fn seed(seed: u64) {
    STATE.set(Some(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d));
}

pub(super) fn is_seeded() -> bool {
    STATE.get().is_some()
}

/// SplitMix64.
fn next() -> u64 {
    let state = STATE.get().unwrap_or_default().wrapping_add(0x9e37_79b9_7f4a_7c15);
    STATE.set(Some(state));
    mixed(state)
}

/// A number that follows from another one, and looks random.
pub(super) fn mixed(number: u64) -> u64 {
    let mut mixed = number;
    mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ mixed >> 31
}

/// A number below `bound`.
pub(super) fn below(bound: u64) -> u64 {
    next() % bound.max(1)
}

pub(super) fn one_in(bound: u64) -> bool {
    below(bound) == 0
}

pub(super) fn choose<T>(among: &[T]) -> Option<&T> {
    among.get(usize::try_from(below(among.len() as u64)).unwrap_or_default())
}

/// No time, or some of any size up to a minute: many things happen at the same instant, and few are far apart.
pub(super) fn pause() -> Duration {
    let millis = match below(8) {
        0 | 1 => 0,
        2 => 1 + below(3),
        3 => below(100),
        4 | 5 => below(2_000),
        6 => below(10_000),
        _ => below(60_000),
    };
    Duration::from_millis(millis)
}

/// Sleeps for a [`pause`].
pub(super) async fn sleep() {
    tokio::time::sleep(pause()).await;
}

//! [`StrandPath`]: the place of a strand in its execution, and how many effects it has had.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::EffectId;

/// The place of a strand in a journalled execution. It numbers what the strand waits for, and the Parallels and Maps in
/// it.
#[derive(Debug)]
pub(crate) struct StrandPath {
    /// Empty for the machine itself, otherwise it ends with a slash.
    text: Box<str>,
    last: AtomicU64,
}

impl StrandPath {
    /// The path of the machine itself.
    pub(crate) fn root() -> StrandPath {
        StrandPath::new(String::new())
    }

    fn new(text: String) -> StrandPath {
        StrandPath { text: text.into(), last: AtomicU64::new(0) }
    }

    /// The path of strand `index` of the Parallel or Map that has this number.
    pub(crate) fn inside(&self, number: u64, index: usize) -> StrandPath {
        StrandPath::new(format!("{}{number}.{index}/", self.text))
    }

    /// Takes the next number.
    pub(crate) fn next_number(&self) -> u64 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// The last number that was taken.
    pub(crate) fn last_number(&self) -> u64 {
        self.last.load(Ordering::Relaxed)
    }

    /// Makes a number the next one.
    pub(crate) fn go_before(&self, number: u64) {
        self.last.store(number.saturating_sub(1), Ordering::Relaxed);
    }

    /// The effect with a number of this strand.
    pub(crate) fn effect(&self, number: u64) -> EffectId {
        EffectId::of(&self.text, number)
    }

    /// The name of the next effect.
    pub(crate) fn next_effect(&self) -> EffectId {
        self.effect(self.next_number())
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

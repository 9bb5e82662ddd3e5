//! [`Hits`]: what executions have reached of a machine.

use std::collections::HashMap;

use asl_value::Text;

/// What executions have reached of a machine, state by state. Names of states are unique in a machine and its branches.
///
/// It takes a few numbers for each part of the definition, however many executions are counted.
#[derive(Debug, Clone, Default)]
pub struct Hits {
    states: HashMap<Text, StateHits>,
}

/// What executions have reached of a state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct StateHits {
    /// How often it was entered.
    pub(crate) entered: u64,
    /// How often it was left, by its way out.
    pub(crate) ways: HashMap<Way, u64>,
    /// How often the rule of each index matched.
    pub(crate) matched: Vec<u64>,
    /// How often no rule matched.
    pub(crate) unmatched: u64,
    /// How often each operand of each rule did not hold, and held: by the indices of the rule and of the operand.
    tested: HashMap<(usize, usize), [u64; 2]>,
    /// How often each retrier retried.
    pub(crate) retried: Vec<u64>,
    /// How often each catcher handled an error.
    pub(crate) caught: Vec<u64>,
}

/// A way out of a state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Way {
    /// `Next` or `End`.
    Next,
    /// The rule of this index.
    Rule(usize),
    Default,
    /// The catcher of this index.
    Catcher(usize),
}

impl Hits {
    pub(crate) fn state(&self, name: &str) -> Option<&StateHits> {
        self.states.get(name)
    }

    /// How often a state was entered.
    pub fn entries(&self, state: &str) -> u64 {
        self.state(state).map_or(0, |hits| hits.entered)
    }

    /// The states that were entered.
    pub fn names(&self) -> impl Iterator<Item = &Text> {
        self.states.keys()
    }

    pub(crate) fn entered(&mut self, state: &Text) {
        self.of(state).entered += 1;
    }

    pub(crate) fn of(&mut self, state: &Text) -> &mut StateHits {
        self.states.entry(state.clone()).or_default()
    }

    /// Adds what others have reached.
    pub fn add(&mut self, other: &Hits) {
        for (name, hits) in &other.states {
            self.of(name).add(hits);
        }
    }
}

impl StateHits {
    /// How often the state was left in this way.
    pub(crate) fn left(&self, way: Way) -> u64 {
        self.ways.get(&way).copied().unwrap_or_default()
    }

    /// How often the rule of this index was evaluated and did not match: a later one did, or none.
    pub(crate) fn missed(&self, rule: usize) -> u64 {
        self.unmatched + self.matched.iter().skip(rule + 1).sum::<u64>()
    }

    /// How often an operand of a rule held, or did not.
    pub(crate) fn tested(&self, rule: usize, operand: usize, holds: bool) -> u64 {
        let [not, held] = self.tested.get(&(rule, operand)).copied().unwrap_or_default();
        if holds { held } else { not }
    }

    pub(crate) fn test(&mut self, operand: (usize, usize), [not, held]: [u64; 2]) {
        let [all_not, all_held] = self.tested.entry(operand).or_default();
        *all_not += not;
        *all_held += held;
    }

    fn add(&mut self, other: &StateHits) {
        other.tested.iter().for_each(|(operand, counts)| self.test(*operand, *counts));
        self.entered += other.entered;
        self.unmatched += other.unmatched;
        for (way, count) in &other.ways {
            *self.ways.entry(*way).or_default() += count;
        }
        for (own, others) in [
            (&mut self.matched, &other.matched),
            (&mut self.retried, &other.retried),
            (&mut self.caught, &other.caught),
        ] {
            for (index, count) in others.iter().enumerate() {
                bump(own, index, *count);
            }
        }
    }
}

pub(crate) fn bump(counts: &mut Vec<u64>, index: usize, by: u64) {
    if counts.len() <= index {
        counts.resize(index + 1, 0);
    }
    if let Some(count) = counts.get_mut(index) {
        *count += by;
    }
}

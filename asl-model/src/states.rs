//! [`States`]: the states of a machine by name.

use std::collections::HashMap;
use std::fmt;

use asl_value::Text;

use crate::State;

/// The states of a machine, in the order of the definition. Lookups by name are O(1).
#[derive(Clone, Default)]
pub struct States {
    list: Vec<State>,
    places: HashMap<Text, usize>,
}

impl States {
    /// An empty collection.
    pub fn new() -> States {
        States::default()
    }

    /// The state `name`.
    pub fn get(&self, name: &str) -> Option<&State> {
        self.list.get(self.position(name)?)
    }

    /// The index of the state `name` in the order of the definition.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.places.get(name).copied()
    }

    /// The states in the order of the definition.
    pub fn iter(&self) -> std::slice::Iter<'_, State> {
        self.list.iter()
    }

    /// The number of states.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are no states.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Adds a state at the end, or replaces the state of the same name.
    pub fn push(&mut self, state: State) {
        match self.position(&state.name).and_then(|place| self.list.get_mut(place)) {
            Some(present) => *present = state,
            None => {
                self.places.insert(state.name.clone(), self.list.len());
                self.list.push(state);
            }
        }
    }
}

impl FromIterator<State> for States {
    fn from_iter<I: IntoIterator<Item = State>>(states: I) -> Self {
        let mut collected = States::new();
        states.into_iter().for_each(|state| collected.push(state));
        collected
    }
}

impl<'a> IntoIterator for &'a States {
    type Item = &'a State;
    type IntoIter = std::slice::Iter<'a, State>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for States {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.list).finish()
    }
}

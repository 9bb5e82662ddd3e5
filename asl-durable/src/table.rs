//! [`Table`]: values by names.

use std::collections::BTreeMap;

use asl_value::Text;

/// Values by names. All tables share the code of one map, which maps of several types would repeat.
pub(crate) struct Table<V> {
    places: BTreeMap<Text, usize>,
    values: Vec<V>,
}

impl<V> Default for Table<V> {
    fn default() -> Table<V> {
        Table { places: BTreeMap::new(), values: Vec::new() }
    }
}

impl<V> Table<V> {
    #[cfg(feature = "engine")]
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.values.get(*self.places.get(name)?)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        self.values.get_mut(*self.places.get(name)?)
    }

    /// Adds a value, or replaces the one with this name.
    pub(crate) fn put(&mut self, name: &Text, value: V) {
        match self.get_mut(name) {
            Some(known) => *known = value,
            None => {
                self.places.insert(name.clone(), self.values.len());
                self.values.push(value);
            }
        }
    }
}

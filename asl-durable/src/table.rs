//! [`Table`]: values by names.

use asl_value::{Object, Text, Value};

/// Values by names. All tables share the code of one map, that of JSON objects, which maps of other types would repeat.
pub(crate) struct Table<V> {
    places: Object,
    values: Vec<V>,
}

impl<V> Default for Table<V> {
    fn default() -> Table<V> {
        Table { places: Object::new(), values: Vec::new() }
    }
}

impl<V> Table<V> {
    #[cfg(feature = "engine")]
    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    pub(crate) fn get(&self, name: &str) -> Option<&V> {
        self.values.get(self.place(name)?)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut V> {
        let place = self.place(name)?;
        self.values.get_mut(place)
    }

    /// Adds a value, or replaces the one with this name.
    pub(crate) fn put(&mut self, name: &Text, value: V) {
        match self.get_mut(name) {
            Some(known) => *known = value,
            None => {
                self.places.insert(name.clone(), (self.values.len() as u64).into());
                self.values.push(value);
            }
        }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.places.get(name).and_then(Value::as_i64)?.try_into().ok()
    }
}

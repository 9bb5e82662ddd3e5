//! [`Writer`]: the engine's result as a [`Value`].

use std::rc::Rc;

use asl_value::{NameCache, Number, Object, Text, Value};
use jlens_core::output::{Builder, Member};

use crate::arena::Arena;

/// Builds values. Unchanged parts of the input become parts of the result without a copy.
pub(crate) struct Writer<'w, 'a> {
    arena: &'w Rc<Arena<'a>>,
    names: NameCache,
    /// Whether there were too many containers, which makes the result useless.
    pub(crate) is_full: bool,
    /// Whether the result is a piece of the input.
    pub(crate) is_input: bool,
    /// How many containers may still be built. The engine limits only bytes, and an empty container has only two.
    room: usize,
}

/// More than twice as many as a document of 256 KiB can have.
const MAX_CONTAINERS: usize = 300_000;

impl<'w, 'a> Writer<'w, 'a> {
    pub(crate) fn new(arena: &'w Rc<Arena<'a>>) -> Self {
        let names = NameCache::default();
        Writer { arena, names, is_full: false, is_input: false, room: MAX_CONTAINERS }
    }

    fn built(&mut self, value: impl FnOnce() -> Value) -> Value {
        self.is_input = false;
        match self.room.checked_sub(1) {
            Some(room) => {
                self.room = room;
                value()
            }
            // A builder cannot fail: the rest is written but not kept.
            None => {
                self.is_full = true;
                Value::Null
            }
        }
    }
}

impl Builder for Writer<'_, '_> {
    type Value = Value;
    type Array = Vec<Value>;
    type Object = Vec<(Text, Value)>;

    fn null(&mut self) -> Value {
        Value::Null
    }

    fn bool(&mut self, value: bool) -> Value {
        Value::Bool(value)
    }

    fn number(&mut self, value: f64) -> Value {
        number(value)
    }

    fn integer(&mut self, value: i64) -> Value {
        Value::from(value)
    }

    fn string(&mut self, value: &str) -> Value {
        Value::from(value)
    }

    fn array(&mut self, len: usize) -> Vec<Value> {
        Vec::with_capacity(len)
    }

    fn push(&mut self, array: &mut Vec<Value>, item: Value) {
        array.push(item);
    }

    fn end_array(&mut self, array: Vec<Value>) -> Value {
        self.built(|| Value::Array(array.into()))
    }

    fn object(&mut self, len: usize) -> Vec<(Text, Value)> {
        Vec::with_capacity(len)
    }

    fn insert(&mut self, object: &mut Vec<(Text, Value)>, key: &str, value: Value) {
        object.push((self.names.share(key), value));
    }

    fn end_object(&mut self, object: Vec<(Text, Value)>) -> Value {
        self.built(|| Value::Object(Object::from_distinct(object)))
    }

    fn input(&mut self, member: Member) -> Option<Value> {
        // Observed: JSONata reads `1.0` as `1`, and an integer beyond 64 bits as a double.
        let value = self.arena.value(member)?.normalised();
        self.is_input = true;
        Some(value)
    }
}

/// Whole numbers that fit 64 bits are integers, all others doubles: `9.223372036854776E18` is observed.
pub(crate) fn number(value: f64) -> Value {
    const TWO_63: f64 = 9_223_372_036_854_775_808.0;
    match value.fract() == 0.0 && (-TWO_63..TWO_63).contains(&value) {
        true => Value::from(value as i64),
        false => Number::from_f64(value).map_or_else(|| Value::from(not_finite(value)), Value::Number),
    }
}

/// Observed: AWS writes numbers that JSON does not have as strings.
fn not_finite(value: f64) -> &'static str {
    match value.is_nan() {
        true => "NaN",
        false if value > 0.0 => "Infinity",
        false => "-Infinity",
    }
}

//! [`Handles`]: the numbers by which a client asks for the parts of a value.

use asl_value::{Pointer, Text, Value};

use crate::change::Slot;
use crate::world::StrandId;

/// The numbers by which a client asks for the parts of a value. They are valid until the execution continues.
#[derive(Debug, Default)]
pub(super) struct Handles(Vec<Handle>);

/// Something that has parts.
#[derive(Debug, Clone)]
pub(super) enum Handle {
    /// Named values: a scope.
    List(Vec<Item>),
    /// An array or an object.
    Value(Item),
}

/// A value with a name, and where it comes from.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) value: Value,
    /// The expression that yields it.
    pub(super) expression: String,
    pub(super) origin: Option<Origin>,
}

/// Where a value comes from that may be changed.
#[derive(Debug, Clone)]
pub(super) struct Origin {
    pub(super) strand: StrandId,
    pub(super) slot: Slot,
    /// The value of the slot.
    pub(super) root: Value,
    /// Its place in it.
    pub(super) place: Pointer,
}

impl Handles {
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// A number for a scope.
    pub(super) fn list(&mut self, items: Vec<Item>) -> u64 {
        self.add(Handle::List(items))
    }

    /// A number for a value that has parts, 0 for one that has none.
    pub(super) fn value(&mut self, item: &Item) -> u64 {
        match size(&item.value) {
            0 => 0,
            _ => self.add(Handle::Value(item.clone())),
        }
    }

    fn add(&mut self, handle: Handle) -> u64 {
        self.0.push(handle);
        self.0.len() as u64
    }

    pub(super) fn get(&self, number: u64) -> Option<&Handle> {
        self.0.get(usize::try_from(number.checked_sub(1)?).ok()?)
    }
}

/// How many parts a value has.
pub(super) fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

impl Handle {
    /// Its parts, from `start` on, at most `count`.
    pub(super) fn parts(&self, start: usize, count: usize) -> Vec<Item> {
        match self {
            Handle::List(items) => items.iter().skip(start).take(count).cloned().collect(),
            Handle::Value(item) => match &item.value {
                Value::Array(items) => {
                    let parts = items.iter().enumerate().skip(start).take(count);
                    parts.map(|(index, value)| item.at(index, value)).collect()
                }
                Value::Object(members) => {
                    let parts = members.iter().skip(start).take(count);
                    parts.map(|(name, value)| item.member(name, value)).collect()
                }
                _ => Vec::new(),
            },
        }
    }

    /// The part of this name.
    pub(super) fn part(&self, name: &str) -> Option<Item> {
        match self {
            Handle::List(items) => items.iter().find(|item| item.name == name).cloned(),
            Handle::Value(item) => match &item.value {
                Value::Array(_) => {
                    let index = name.trim_start_matches('[').trim_end_matches(']').parse().ok()?;
                    Some(item.at(index, item.value.at(index)?))
                }
                value => Some(item.member(&name.into(), value.get(name)?)),
            },
        }
    }
}

impl Item {
    /// A value that cannot be changed, and that its name yields.
    pub(super) fn new(name: &str, value: &Value) -> Item {
        Item { name: name.to_owned(), value: value.clone(), expression: name.to_owned(), origin: None }
    }

    /// The same value as one that can be changed.
    pub(super) fn of_slot(self, strand: StrandId, slot: Slot) -> Item {
        let origin = Origin { strand, slot, root: self.value.clone(), place: Pointer::root() };
        Item { origin: Some(origin), ..self }
    }

    fn at(&self, index: usize, value: &Value) -> Item {
        Item {
            name: format!("[{index}]"),
            value: value.clone(),
            expression: format!("{}[{index}]", self.expression),
            origin: self.origin.as_ref().map(|origin| origin.inside(origin.place.index(index))),
        }
    }

    fn member(&self, name: &Text, value: &Value) -> Item {
        let is_plain =
            name.chars().all(|c| c.is_alphanumeric() || c == '_') && !name.starts_with(char::is_numeric);
        let step = match is_plain && !name.is_empty() {
            true => format!(".{name}"),
            false => format!("[{}]", Value::from(name).to_json()),
        };
        Item {
            name: name.to_string(),
            value: value.clone(),
            expression: format!("{}{step}", self.expression),
            origin: self.origin.as_ref().map(|origin| origin.inside(origin.place.key(name.clone()))),
        }
    }
}

impl Origin {
    fn inside(&self, place: Pointer) -> Origin {
        Origin { place, ..self.clone() }
    }
}

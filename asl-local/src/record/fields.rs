//! [`Record`]: reads the members of a record.

use std::fmt;

use asl_value::{Array, Object, Timestamp, Value};

/// A record that does not have the members of its kind.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Damaged(String);

impl Damaged {
    pub(crate) fn new(problem: impl Into<String>) -> Damaged {
        Damaged(problem.into())
    }
}

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The members of a record.
#[derive(Clone, Copy)]
pub(super) struct Record<'a>(pub(super) &'a Value);

impl<'a> Record<'a> {
    /// A member that is not null.
    pub(super) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    fn need<T>(self, name: &str, what: &str, found: Option<T>) -> Result<T, Damaged> {
        found.ok_or_else(|| Damaged(format!("a record has no {what} `{name}`")))
    }

    pub(super) fn text(self, name: &str) -> Result<&'a str, Damaged> {
        self.need(name, "text", self.text_if(name))
    }

    pub(super) fn text_if(self, name: &str) -> Option<&'a str> {
        self.get(name).and_then(Value::as_str)
    }

    pub(super) fn owned_if(self, name: &str) -> Option<String> {
        self.text_if(name).map(str::to_owned)
    }

    pub(super) fn number(self, name: &str) -> Result<u64, Damaged> {
        self.need(name, "number", self.number_if(name))
    }

    pub(super) fn number_if(self, name: &str) -> Option<u64> {
        self.get(name).and_then(Value::as_i64).and_then(|number| u64::try_from(number).ok())
    }

    pub(super) fn flag(self, name: &str) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or_default()
    }

    pub(super) fn time(self, name: &str) -> Result<Timestamp, Damaged> {
        self.need(name, "time", self.time_if(name))
    }

    pub(super) fn time_if(self, name: &str) -> Option<Timestamp> {
        self.text_if(name).and_then(Timestamp::parse)
    }

    pub(super) fn list(self, name: &str) -> Result<&'a Array, Damaged> {
        self.need(name, "list", self.get(name).and_then(Value::as_array))
    }

    pub(super) fn object(self, name: &str) -> Result<&'a Object, Damaged> {
        self.need(name, "object", self.get(name).and_then(Value::as_object))
    }

    pub(super) fn record(self, name: &str) -> Result<Record<'a>, Damaged> {
        self.need(name, "object", self.get(name)).map(Record)
    }

    pub(super) fn value(self, name: &str) -> Result<Value, Damaged> {
        self.need(name, "value", self.get(name)).cloned()
    }
}

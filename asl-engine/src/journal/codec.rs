//! The JSON of journals: reading and writing members of objects.

use asl_value::{MAX_DEPTH, Object, Text, Timestamp, Value};

use crate::JournalError;

mod checkpoint;
pub(crate) mod header;
mod map_run;
pub(crate) mod position;
pub(super) mod turn;

/// The members of an object that is being read. Each is taken once, and what is left at the end is an error: a journal
/// that says more than this crate understands must not be replayed.
pub(crate) struct Members {
    /// For messages: ``the news of `2.1/3` ``.
    what: String,
    object: Object,
}

impl Members {
    pub(crate) fn of(what: impl Into<String>, value: Value) -> Result<Members, JournalError> {
        let what = what.into();
        match value {
            Value::Object(object) => Ok(Members { what, object }),
            other => Err(JournalError::syntax(format!(
                "expected {what} to be an object, found {}",
                other.type_name()
            ))),
        }
    }

    /// The first of these names that is a member.
    pub(crate) fn first_of(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| self.object.contains_key(name))
    }

    /// The names of the members.
    pub(super) fn names(&self) -> Vec<String> {
        self.object.keys().map(|name| name.to_string()).collect()
    }

    /// All members that are left.
    pub(super) fn into_object(self) -> Object {
        self.object
    }

    /// What is read, for messages.
    pub(crate) fn rename(&mut self, what: String) {
        self.what = what;
    }

    pub(crate) fn optional(&mut self, name: &str) -> Option<Value> {
        self.object.remove(name)
    }

    pub(crate) fn value(&mut self, name: &str) -> Result<Value, JournalError> {
        let missing = || JournalError::syntax(format!("expected a member `{name}` of {}", self.what));
        self.object.remove(name).ok_or_else(missing)
    }

    pub(crate) fn members(&mut self, name: &str) -> Result<Members, JournalError> {
        let value = self.value(name)?;
        Members::of(format!("`{name}` of {}", self.what), value)
    }

    pub(crate) fn optional_text(&mut self, name: &str) -> Result<Option<Text>, JournalError> {
        match self.optional(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(self.unexpected(name, "a string", &other)),
        }
    }

    pub(crate) fn text(&mut self, name: &str) -> Result<Text, JournalError> {
        match self.value(name)? {
            Value::String(text) => Ok(text),
            other => Err(self.unexpected(name, "a string", &other)),
        }
    }

    pub(crate) fn optional_number(&mut self, name: &str) -> Result<Option<u64>, JournalError> {
        match self.optional(name) {
            None => Ok(None),
            Some(value) => self.as_number(name, &value).map(Some),
        }
    }

    pub(crate) fn number(&mut self, name: &str) -> Result<u64, JournalError> {
        let value = self.value(name)?;
        self.as_number(name, &value)
    }

    fn as_number(&self, name: &str, value: &Value) -> Result<u64, JournalError> {
        let number = value.as_number().and_then(|number| number.as_u64());
        number.ok_or_else(|| self.unexpected(name, "a non-negative integer", value))
    }

    pub(crate) fn optional_timestamp(&mut self, name: &str) -> Result<Option<Timestamp>, JournalError> {
        match self.optional(name) {
            None => Ok(None),
            Some(value) => self.as_timestamp(name, &value).map(Some),
        }
    }

    pub(crate) fn timestamp(&mut self, name: &str) -> Result<Timestamp, JournalError> {
        let value = self.value(name)?;
        self.as_timestamp(name, &value)
    }

    fn as_timestamp(&self, name: &str, value: &Value) -> Result<Timestamp, JournalError> {
        let timestamp = value.as_str().and_then(Timestamp::parse);
        timestamp.ok_or_else(|| self.unexpected(name, "a timestamp", value))
    }

    /// `true`: the member is only a sign.
    pub(crate) fn sign(&mut self, name: &str) -> Result<(), JournalError> {
        match self.value(name)? {
            Value::Bool(true) => Ok(()),
            other => Err(self.unexpected(name, "true", &other)),
        }
    }

    /// A value that a user's data is: see [`put_payload`].
    pub(crate) fn payload(&mut self, name: &str) -> Result<Value, JournalError> {
        let as_text = format!("{name}Json");
        match self.optional_text(&as_text)? {
            None => self.value(name),
            Some(text) => Value::parse(&text)
                .map_err(|error| JournalError::syntax(format!("`{as_text}` of {}: {error}", self.what))),
        }
    }

    /// The error about a member that is something else.
    pub(crate) fn unexpected(&self, name: &str, expected: &str, found: &Value) -> JournalError {
        /// A payload may stand where a number should.
        const LONGEST: usize = 80;
        let mut found = found.to_json();
        if found.chars().count() > LONGEST {
            found = found.chars().take(LONGEST).chain(['…']).collect();
        }
        JournalError::syntax(format!("expected {expected} as `{name}` of {}, found {found}", self.what))
    }

    /// All members must have been taken.
    pub(crate) fn end(self) -> Result<(), JournalError> {
        match self.object.keys().next() {
            None => Ok(()),
            Some(name) => Err(JournalError::syntax(format!("expected no member `{name}` of {}", self.what))),
        }
    }
}

/// Like [`put_payload`], for a value that many objects may be around.
pub(super) fn put_data(object: &mut Object, name: &str, value: &Value) {
    if value.depth() > MAX_DEPTH / 4 {
        object.insert(format!("{name}Json"), value.to_json().into());
    } else {
        object.insert(name, value.clone());
    }
}

/// Adds a value that is a user's data. One that is nested as deep as a document may be would be too deep inside a line,
/// so it is written as the text of a member `…Json`.
pub(super) fn put_payload(object: &mut Object, name: &str, value: &Value) {
    /// The objects and arrays of a line around a payload, and some more.
    const AROUND: u32 = 8;
    if value.depth() > MAX_DEPTH - AROUND {
        object.insert(format!("{name}Json"), value.to_json().into());
    } else {
        object.insert(name, value.clone());
    }
}

/// Adds a member if there is a value.
pub(super) fn put<V: Into<Value>>(object: &mut Object, name: &str, value: Option<V>) {
    if let Some(value) = value {
        object.insert(name, value.into());
    }
}

//! The JSON of journals: reading and writing members of objects.

use asl_value::{MAX_DEPTH, Object, Text, Timestamp, Value};

use crate::JournalError;

mod checkpoint;
mod exported;
pub(crate) mod header;
mod map_run;
pub(crate) mod position;
pub(super) mod turn;

/// The members of an object that is being read. Each is taken once, and what is left at the end is an error: a journal
/// that says more than this crate understands must not be replayed.
///
/// The first thing that is wrong is kept, and everything after it may be made up: [`read`](Members::read) returns the
/// error in its place. So a format is written down as what it has, which takes less code than asking after each member. This is
/// not read often, so that it is not inlined: a small function starts faster.
pub(crate) struct Members {
    /// For messages: ``the news of `2.1/3` ``.
    what: String,
    object: Object,
    wrong: Option<JournalError>,
}

impl Members {
    /// Reads an object.
    pub(crate) fn read<T>(
        what: &str,
        value: Value,
        parse: impl FnOnce(&mut Members) -> T,
    ) -> Result<T, JournalError> {
        let mut members = Members { what: String::new(), object: Object::new(), wrong: None };
        let read = members.inside(what.to_owned(), value, parse);
        members.wrong.map_or(Ok(read), Err)
    }

    /// Reads an object inside of this one.
    pub(crate) fn inside<T>(
        &mut self,
        what: String,
        value: Value,
        parse: impl FnOnce(&mut Members) -> T,
    ) -> T {
        let around = self.enter(what, value);
        let read = parse(self);
        self.leave(around);
        read
    }

    /// Reads a member that is an object.
    pub(crate) fn member<T>(&mut self, name: &str, parse: impl FnOnce(&mut Members) -> T) -> T {
        let around = self.enter_member(name);
        let read = parse(self);
        self.leave(around);
        read
    }

    #[inline(never)]
    fn enter_member(&mut self, name: &str) -> (String, Object) {
        let value = self.value(name);
        self.enter(format!("`{name}` of {}", self.what), value)
    }

    /// Goes on with the members of another object. Returns those of the one around it.
    #[inline(never)]
    fn enter(&mut self, what: String, value: Value) -> (String, Object) {
        let object = match value {
            Value::Object(object) => object,
            other => {
                let found = other.type_name();
                self.refuse(JournalError::syntax(format!("expected {what} to be an object, found {found}")));
                Object::new()
            }
        };
        (std::mem::replace(&mut self.what, what), std::mem::replace(&mut self.object, object))
    }

    /// Goes on with the object around this one, all of whose members must have been taken.
    #[inline(never)]
    fn leave(&mut self, around: (String, Object)) {
        let left = self.object.keys().next();
        if let Some(message) = left.map(|name| format!("expected no member `{name}` of {}", self.what)) {
            self.refuse(JournalError::syntax(message));
        }
        (self.what, self.object) = around;
    }

    /// Notes what is wrong.
    #[cold]
    #[inline(never)]
    pub(crate) fn refuse(&mut self, error: JournalError) {
        self.wrong.get_or_insert(error);
    }

    /// Notes that a member is something else.
    #[cold]
    #[inline(never)]
    pub(crate) fn unexpected(&mut self, name: &str, expected: &str, found: &Value) {
        /// A payload may stand where a number should.
        const LONGEST: usize = 80;
        let mut found = found.to_json();
        if found.chars().count() > LONGEST {
            found = found.chars().take(LONGEST).chain(['…']).collect();
        }
        let message = format!("expected {expected} as `{name}` of {}, found {found}", self.what);
        self.refuse(JournalError::syntax(message));
    }

    /// The first of these names that is a member.
    pub(crate) fn first_of(&self, names: &[&'static str]) -> Option<&'static str> {
        names.iter().copied().find(|name| self.object.contains_key(name))
    }

    /// Takes all members that are left.
    pub(super) fn take_rest(&mut self) -> Object {
        std::mem::take(&mut self.object)
    }

    /// What is read, for messages.
    pub(crate) fn rename(&mut self, what: String) {
        self.what = what;
    }

    #[inline(never)]
    pub(crate) fn optional(&mut self, name: &str) -> Option<Value> {
        self.object.remove(name)
    }

    #[inline(never)]
    pub(crate) fn value(&mut self, name: &str) -> Value {
        let found = self.object.remove(name);
        found.unwrap_or_else(|| {
            self.refuse(JournalError::syntax(format!("expected a member `{name}` of {}", self.what)));
            Value::Null
        })
    }

    #[inline(never)]
    pub(crate) fn optional_text(&mut self, name: &str) -> Option<Text> {
        let value = self.optional(name)?;
        Some(self.as_text(name, value))
    }

    #[inline(never)]
    pub(crate) fn text(&mut self, name: &str) -> Text {
        let value = self.value(name);
        self.as_text(name, value)
    }

    fn as_text(&mut self, name: &str, value: Value) -> Text {
        match value {
            Value::String(text) => text,
            other => {
                self.unexpected(name, "a string", &other);
                Text::default()
            }
        }
    }

    #[inline(never)]
    pub(crate) fn optional_number(&mut self, name: &str) -> Option<u64> {
        let value = self.optional(name)?;
        Some(self.as_number(name, &value))
    }

    #[inline(never)]
    pub(crate) fn number(&mut self, name: &str) -> u64 {
        let value = self.value(name);
        self.as_number(name, &value)
    }

    fn as_number(&mut self, name: &str, value: &Value) -> u64 {
        let number = value.as_number().and_then(|number| number.as_u64());
        number.unwrap_or_else(|| {
            self.unexpected(name, "a non-negative integer", value);
            0
        })
    }

    #[inline(never)]
    pub(crate) fn optional_timestamp(&mut self, name: &str) -> Option<Timestamp> {
        let value = self.optional(name)?;
        Some(self.as_timestamp(name, &value))
    }

    #[inline(never)]
    pub(crate) fn timestamp(&mut self, name: &str) -> Timestamp {
        let value = self.value(name);
        self.as_timestamp(name, &value)
    }

    fn as_timestamp(&mut self, name: &str, value: &Value) -> Timestamp {
        let timestamp = value.as_str().and_then(Timestamp::parse);
        timestamp.unwrap_or_else(|| {
            self.unexpected(name, "a timestamp", value);
            Timestamp::EPOCH
        })
    }

    /// `true`: the member is only a sign.
    pub(crate) fn sign(&mut self, name: &str) {
        match self.value(name) {
            Value::Bool(true) => {}
            other => self.unexpected(name, "true", &other),
        }
    }

    /// A member that is there or not: `true`.
    pub(super) fn optional_sign(&mut self, name: &str) -> bool {
        let is_there = self.object.contains_key(name);
        if is_there {
            self.sign(name);
        }
        is_there
    }

    /// A value that a user's data is: see [`put_payload`].
    #[inline(never)]
    pub(crate) fn payload(&mut self, name: &str) -> Value {
        let as_text = format!("{name}Json");
        let Some(text) = self.optional_text(&as_text) else { return self.value(name) };
        Value::parse(&text).unwrap_or_else(|error| {
            self.refuse(JournalError::syntax(format!("`{as_text}` of {}: {error}", self.what)));
            Value::Null
        })
    }
}

/// Reads a member that may be missing, and is an object.
pub(super) fn optional<T>(
    members: &mut Members,
    name: &str,
    what: &str,
    parse: impl FnOnce(&mut Members) -> T,
) -> Option<T> {
    let value = members.optional(name)?;
    Some(members.inside(what.to_owned(), value, parse))
}

/// Like [`put_payload`], for a value that many objects may be around.
#[inline(never)]
pub(super) fn put_data(object: &mut Object, name: &str, value: &Value) {
    if value.depth() > MAX_DEPTH / 4 {
        set(object, &format!("{name}Json"), value.to_json());
    } else {
        set(object, name, value.clone());
    }
}

/// Adds a value that is a user's data. One that is nested as deep as a document may be would be too deep inside a line,
/// so it is written as the text of a member `…Json`.
#[inline(never)]
pub(super) fn put_payload(object: &mut Object, name: &str, value: &Value) {
    /// The objects and arrays of a line around a payload, and some more.
    const AROUND: u32 = 8;
    if value.depth() > MAX_DEPTH - AROUND {
        set(object, &format!("{name}Json"), value.to_json());
    } else {
        set(object, name, value.clone());
    }
}

/// Adds a member.
#[inline(never)]
pub(crate) fn set(object: &mut Object, name: &str, value: impl Into<Value>) {
    object.insert(name, value.into());
}

/// Adds a member if there is a value.
#[inline(never)]
pub(super) fn put(object: &mut Object, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        set(object, name, value);
    }
}

//! [`Members`]: an object of a definition that is being written.

use asl_value::{Object, Text, Value};

use crate::PathField;
use crate::field::{Field, is_query};

/// The members of an object, in the order in which they are added.
#[derive(Default)]
pub(crate) struct Members(Vec<(Text, Value)>);

impl Members {
    pub(crate) fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// Adds a member if there is a value.
    pub(crate) fn maybe<V: Into<Value>>(&mut self, name: &str, value: Option<V>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Adds a list unless it is empty.
    pub(crate) fn list(&mut self, name: &str, items: impl ExactSizeIterator<Item = Value>) {
        if items.len() > 0 {
            self.put(name, items.collect::<Value>());
        }
    }

    pub(crate) fn path(&mut self, name: &str, path: &Option<PathField>) {
        self.maybe(name, path.as_ref().map(|path| path.as_option().map(Value::from)));
    }

    /// Adds a literal or a JSONata string as `name`, or a path as `path`.
    pub(crate) fn field<T: Clone + Into<Value>>(&mut self, name: &str, path: &str, field: &Field<T>) {
        match field {
            Field::Literal(value) => self.put(name, value.clone()),
            Field::Query(text) if is_query(text) => self.put(name, text),
            Field::Query(text) => self.put(path, text),
        }
    }

    pub(crate) fn maybe_field<T: Clone + Into<Value>>(
        &mut self,
        name: &str,
        path: &str,
        field: Option<&Field<T>>,
    ) {
        if let Some(field) = field {
            self.field(name, path, field);
        }
    }

    pub(crate) fn into_value(self) -> Value {
        // The names may repeat: the operator of a comparison made in Rust may be any text.
        Value::Object(self.0.into_iter().collect::<Object>())
    }
}

//! [`Members`]: an object of a definition being written.

use asl_value::{Object, Text, Value};

use crate::PathField;
use crate::field::{Field, is_query};

/// The members of an object, in the order in which they are put.
#[derive(Default)]
pub(crate) struct Members(Vec<(Text, Value)>);

impl Members {
    pub(crate) fn put(&mut self, name: &str, value: impl Into<Value>) {
        self.0.push((name.into(), value.into()));
    }

    /// Puts what there is.
    pub(crate) fn maybe<V: Into<Value>>(&mut self, name: &str, value: Option<V>) {
        if let Some(value) = value {
            self.put(name, value);
        }
    }

    /// Puts a list unless it is empty.
    pub(crate) fn list(&mut self, name: &str, items: impl ExactSizeIterator<Item = Value>) {
        if items.len() > 0 {
            self.put(name, items.collect::<Value>());
        }
    }

    pub(crate) fn path(&mut self, name: &str, path: &Option<PathField>) {
        self.maybe(name, path.as_ref().map(|path| path.as_option().map(Value::from)));
    }

    /// Puts a literal or a JSONata string under `name`, a path under `path`.
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
        // Collected, not taken as distinct: the operator of a comparison made in Rust may be any text.
        Value::Object(self.0.into_iter().collect::<Object>())
    }
}

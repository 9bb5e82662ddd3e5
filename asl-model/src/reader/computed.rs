//! Reads fields that are literal or computed.

use asl_value::{Text, Value};

use super::Fields;
use crate::Code;
use crate::field::{Field, is_query};
use crate::limits::Bounds;

impl<'a> Fields<'a, '_> {
    /// Reads the field `name`, the corresponding JSONPath field `path`, or a JSONata string.
    pub(crate) fn query<T>(
        &mut self,
        name: &'static str,
        path: &'static str,
        literal: impl FnOnce(&mut Self, &'a Value) -> Option<T>,
    ) -> Option<Field<T>> {
        self.at_most_one(&[name, path]);
        let path = self.computed(path);
        let Some(value) = self.get(name) else { return path };
        match value {
            Value::String(text) if self.dialect.has_queries() && is_query(text) => {
                Some(Field::Query(text.clone()))
            }
            value => literal(self, value).map(Field::Literal),
        }
    }

    /// The text of a `…Path` field.
    fn computed<T>(&mut self, name: &'static str) -> Option<Field<T>> {
        let text = self.text(name)?;
        if is_query(&text) {
            // Whether other texts are paths is checked by the query language.
            self.error_at(name, Code::EXPRESSION, "Value must be a valid JSONPath.");
            self.lose();
            return None;
        }
        Some(Field::Query(text))
    }

    /// An integer, literal or computed.
    pub(crate) fn quantity(
        &mut self,
        name: &'static str,
        path: &'static str,
        bounds: &Bounds,
    ) -> Option<Field<u64>> {
        self.query(name, path, |fields, value| fields.as_whole(name, value, bounds))
    }

    /// A number, literal or computed.
    pub(crate) fn fraction(&mut self, name: &'static str, path: &'static str) -> Option<Field<f64>> {
        self.query(name, path, |fields, value| fields.as_number(name, value))
    }

    /// A string, literal or computed.
    pub(crate) fn words(&mut self, name: &'static str, path: &'static str) -> Option<Field<Text>> {
        self.query(name, path, |fields, value| match value {
            Value::String(text) => Some(text.clone()),
            _ => fields.wrong_type(name, "[STRING]"),
        })
    }
}

//! [`Value::normalised`]: a document with the numbers of a reader that has 64-bit integers and doubles.

use crate::{Array, MAX_DEPTH, Object, Value};

impl Value {
    /// The value with its numbers as a reader returns them that has only 64-bit integers and doubles, such as JSONata
    /// on AWS: `1.0` becomes `1`, an integer beyond 64 bits becomes a double, and one beyond every double becomes the
    /// string `"Infinity"` or `"-Infinity"`.
    ///
    /// Most documents have no other numbers; they are recognised and returned unchanged in O(1). A document deeper than
    /// [`MAX_DEPTH`] is returned unchanged as well.
    ///
    /// ```
    /// use asl_value::Value;
    /// let value = Value::parse(r#"[1.0, 2.5, {"a": 9223372036854775808}]"#).unwrap();
    /// assert_eq!(value.normalised().to_string(), r#"[1,2.5,{"a":9.223372036854776E18}]"#);
    /// ```
    #[must_use]
    pub fn normalised(self) -> Value {
        if self.is_normal() || self.depth() > MAX_DEPTH {
            return self;
        }
        match self {
            Value::Number(number) => number.normalised().map_or_else(
                || Value::from(if number.as_f64() > 0.0 { "Infinity" } else { "-Infinity" }),
                Value::Number,
            ),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| item.clone().normalised()).collect::<Array>())
            }
            Value::Object(object) => {
                let members = object.iter().map(|(name, value)| (name.clone(), value.clone().normalised()));
                Value::Object(Object::from_distinct(members.collect()))
            }
            other => other,
        }
    }

    /// Whether [`normalised`](Value::normalised) leaves the value unchanged. `false` may be out of date.
    pub(crate) fn is_normal(&self) -> bool {
        match self {
            Value::Number(number) => number.is_normal(),
            Value::Array(items) => items.is_normal(),
            Value::Object(object) => object.is_normal(),
            Value::Null | Value::Bool(_) | Value::String(_) => true,
        }
    }
}

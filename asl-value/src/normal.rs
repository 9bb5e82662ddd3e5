//! [`Value::normalised`]: a document as a reader of 64-bit integers and doubles hands it on.

use crate::{Array, MAX_DEPTH, Object, Value};

impl Value {
    /// The value with every number in it as a reader hands it on that knows 64-bit integers and doubles: JSONata, as AWS
    /// runs it. `1.0` becomes `1`, an integer beyond 64 bits a double, and one beyond every double the string
    /// `"Infinity"` or `"-Infinity"`.
    ///
    /// Most documents are so already: then it is the same one, found in O(1). What is deeper than [`MAX_DEPTH`] stays as
    /// it is.
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

    /// Whether [`normalised`](Value::normalised) leaves it as it is; `false` may be out of date.
    pub(crate) fn is_normal(&self) -> bool {
        match self {
            Value::Number(number) => number.is_normal(),
            Value::Array(items) => items.is_normal(),
            Value::Object(object) => object.is_normal(),
            Value::Null | Value::Bool(_) | Value::String(_) => true,
        }
    }
}

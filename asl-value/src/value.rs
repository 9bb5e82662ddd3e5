//! [`Value`]: one JSON value.

use std::fmt;

use crate::size::{MAX_DEPTH, TooDeep, VALUE_BYTES, encoded_text_len, eq_deep};
use crate::{Array, Number, Object, Pointer, Segment, Text};

/// A JSON value that is cheap to clone.
///
/// Use it where several owners read the same document and some of them change it: strings and containers are reference
/// counted, so a clone is O(1), and a write copies only the containers between the root and the changed place. A
/// container with a single owner is changed in place.
///
/// Equality compares by value: numbers by what they are worth (`1 == 1.0`), objects without regard to the order of
/// their members. To distinguish values that compare equal but print differently, use [`same`](Value::same).
///
/// Values are read with [`parse`](Value::parse), with [`from_value`](crate::from_value) and
/// [`to_value`](crate::to_value) from and into any serde type, and written as literals with [`json!`](crate::json).
/// `Display` prints compact JSON.
///
/// A document nested deeper than [`MAX_DEPTH`] cannot be parsed. One that is built deeper can be dropped and compared,
/// but prints as `…`; see [`check_depth`](Value::check_depth).
///
/// ```
/// use asl_value::{json, Value};
/// let input = json!({"order": {"id": 7, "lines": [{"sku": "a"}]}});
/// let shared = input.clone();                       // two pointers, one document
/// assert!(shared.same(&input));
/// assert_eq!(input["order"]["lines"][0]["sku"], json!("a"));
/// assert_eq!(input.encoded_len(), input.to_string().len());
/// ```
// The tag is a whole word. With a tag of one byte, a value that is moved out of a `Result` is written in pieces and
// read back in words, which stalls the processor: an intrinsic call takes 70 ns instead of 30 ns.
#[repr(u64)]
#[derive(Clone, Default)]
pub enum Value {
    /// `null`
    #[default]
    Null,
    /// `true` or `false`
    Bool(bool),
    /// `1`, `2.5`
    Number(Number),
    /// `"text"`
    String(Text),
    /// `[1, 2]`
    Array(Array),
    /// `{"a": 1}`
    Object(Object),
}

const _: () = assert!(size_of::<Value>() == 24);
const _: fn() = || {
    fn send_sync<T: Send + Sync + 'static>() {}
    send_sync::<Value>();
};

static NULL: Value = Value::Null;

impl Value {
    /// Parses JSON text.
    ///
    /// If an object repeats a name, the member keeps its first place and its last value.
    ///
    /// # Errors
    /// The text is not JSON, or is nested deeper than [`MAX_DEPTH`]. The error says what is wrong, with line and
    /// column.
    ///
    /// ```
    /// use asl_value::Value;
    /// assert_eq!(Value::parse("[1, 2]").unwrap().to_string(), "[1,2]");
    /// assert_eq!(Value::parse("[1, x]").unwrap_err().to_string(), "expected value at line 1 column 5");
    /// ```
    pub fn parse(text: &str) -> Result<Value, serde_json::Error> {
        match crate::parse::parse(text) {
            Some(value) => Ok(value),
            None => crate::de::parse(serde_json::Deserializer::from_str(text)),
        }
    }

    /// Parses JSON from bytes.
    ///
    /// # Errors
    /// As [`parse`](Value::parse); bytes that are not UTF-8 are an error as well.
    pub fn parse_slice(bytes: &[u8]) -> Result<Value, serde_json::Error> {
        match std::str::from_utf8(bytes).ok().and_then(crate::parse::parse) {
            Some(value) => Ok(value),
            None => crate::de::parse(serde_json::Deserializer::from_slice(bytes)),
        }
    }

    /// Returns compact JSON text, or `…` for a document deeper than [`MAX_DEPTH`].
    pub fn to_json(&self) -> String {
        self.printed(crate::print::compact)
    }

    /// Returns JSON text for people: one line for each item and member, indented by two spaces a level. A document
    /// deeper than [`MAX_DEPTH`] prints as `…`.
    ///
    /// ```
    /// assert_eq!(asl_value::json!({"a": [1, {}]}).to_json_pretty(), "{\n  \"a\": [\n    1,\n    {}\n  ]\n}");
    /// ```
    pub fn to_json_pretty(&self) -> String {
        self.printed(crate::print::pretty)
    }

    fn printed(&self, print: fn(&Value, &mut String)) -> String {
        /// The text may be longer than memory, so that not all of it is reserved at once.
        const MOST: usize = 1024 * 1024;
        if self.depth() > MAX_DEPTH {
            return "…".to_owned();
        }
        let mut text = String::with_capacity(self.encoded_len().min(MOST));
        print(self, &mut text);
        text
    }

    /// Appends what [`to_json`](Value::to_json) returns, without counting its bytes first.
    ///
    /// ```
    /// let mut text = "[1,".to_owned();
    /// asl_value::json!({"a": 2}).append_json(&mut text);
    /// assert_eq!(text, "[1,{\"a\":2}");
    /// ```
    pub fn append_json(&self, text: &mut String) {
        match self.depth() > MAX_DEPTH {
            true => text.push('…'),
            false => crate::print::compact(self, text),
        }
    }

    /// Whether both are the same string or container in memory, or scalars that print alike. O(1).
    ///
    /// This is a cheap test for "unchanged". `false` proves nothing: equal strings and containers may be stored twice.
    pub fn same(&self, other: &Value) -> bool {
        match (self, other) {
            (Value::Array(a), Value::Array(b)) => a.same(b),
            (Value::Object(a), Value::Object(b)) => a.same(b),
            (Value::String(a), Value::String(b)) => a.same(b),
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a.same(b),
            _ => false,
        }
    }

    /// The length of the compact JSON text in bytes.
    ///
    /// Each container remembers its length, so after a write only the changed containers are measured again. The result
    /// is `usize::MAX` for a document that is deeper than [`MAX_DEPTH`] or longer than `usize` can count.
    pub fn encoded_len(&self) -> usize {
        match self {
            Value::Null | Value::Bool(true) => 4,
            Value::Bool(false) => 5,
            Value::Number(number) => number.encoded_len(),
            Value::String(text) => encoded_text_len(text),
            Value::Array(array) => array.encoded_len(),
            Value::Object(object) => object.encoded_len(),
        }
    }

    /// An estimate of the memory that the value takes, in bytes: 64 for each value in it, including itself, and the
    /// length of the text. Like [`encoded_len`](Value::encoded_len), it is remembered.
    ///
    /// A shared part counts each time, so the estimate is rather too high than too low. Use it to limit the memory of
    /// untrusted documents: `[[],[],…]` takes thirty times the size of its text.
    ///
    /// ```
    /// use asl_value::json;
    /// assert_eq!(json!("two").memory_bytes(), 64 + 3);
    /// assert_eq!(json!([1, [2]]).memory_bytes(), 4 * 64 + "[1,[2]]".len() as u64);
    /// ```
    pub fn memory_bytes(&self) -> u64 {
        match self {
            Value::Null | Value::Bool(_) | Value::Number(_) => VALUE_BYTES,
            Value::String(text) => VALUE_BYTES + text.len() as u64,
            Value::Array(_) | Value::Object(_) => (self.encoded_len() as u64)
                .saturating_add(VALUE_BYTES.saturating_mul(self.total_values().into())),
        }
    }

    /// How many values there are in it, itself included.
    pub(crate) fn total_values(&self) -> u32 {
        match self {
            Value::Array(array) => array.total_values(),
            Value::Object(object) => object.total_values(),
            _ => 1,
        }
    }

    /// Levels of nesting: 0 for a scalar, 1 for `[]`. O(1).
    pub fn depth(&self) -> u32 {
        match self {
            Value::Array(array) => array.depth(),
            Value::Object(object) => object.depth(),
            _ => 0,
        }
    }

    /// Checks that the document is not nested deeper than [`MAX_DEPTH`]. O(1).
    ///
    /// # Errors
    /// [`TooDeep`] if it is.
    pub fn check_depth(&self) -> Result<(), TooDeep> {
        if self.depth() > MAX_DEPTH { Err(TooDeep) } else { Ok(()) }
    }

    /// The member `name`, if this is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_object()?.get(name)
    }

    /// The item at `index`, if this is an array that has it.
    pub fn at(&self, index: usize) -> Option<&Value> {
        self.as_array()?.get(index)
    }

    /// The value that a [`Pointer`] leads to, if there is one.
    pub fn pointer(&self, pointer: &Pointer) -> Option<&Value> {
        pointer.segments().iter().try_fold(self, |value, segment| match (value, segment) {
            (Value::Object(object), Segment::Key(name)) => object.get(name),
            (Value::Array(array), Segment::Index(index)) => array.get(*index),
            _ => None,
        })
    }

    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// The boolean, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Value::Bool(flag) = self { Some(*flag) } else { None }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        if let Value::Number(number) = self { Some(number) } else { None }
    }

    /// The number as `i64`, if it is an integer of that range (`2.0` is).
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.as_i64()
    }

    /// The number as a double, if it is one.
    pub fn as_f64(&self) -> Option<f64> {
        Some(self.as_number()?.as_f64())
    }

    /// The string, if it is one.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(Text::as_str)
    }

    /// The string as [`Text`], if it is one.
    pub fn as_text(&self) -> Option<&Text> {
        if let Value::String(text) = self { Some(text) } else { None }
    }

    /// The array, if it is one.
    pub fn as_array(&self) -> Option<&Array> {
        if let Value::Array(array) = self { Some(array) } else { None }
    }

    /// The object, if it is one.
    pub fn as_object(&self) -> Option<&Object> {
        if let Value::Object(object) = self { Some(object) } else { None }
    }

    /// The name of the type in AWS's messages: `null`, `boolean`, `number`, `string`, `array` or `object`.
    pub fn type_name(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        }
    }
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Number(a), Value::Number(b)) => a == b,
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Array(_) | Value::Object(_), _) if self.depth() > MAX_DEPTH => eq_deep(self, other),
            (Value::Array(a), Value::Array(b)) => a == b,
            (Value::Object(a), Value::Object(b)) => a == b,
            _ => false,
        }
    }
}

/// The member, or `null` if it is missing. Meant for tests and examples: only [`get`](Value::get) distinguishes the
/// two.
impl std::ops::Index<&str> for Value {
    type Output = Value;
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&NULL)
    }
}

/// The item, or `null` if it is missing. Meant for tests and examples: only [`at`](Value::at) distinguishes the two.
impl std::ops::Index<usize> for Value {
    type Output = Value;
    fn index(&self, index: usize) -> &Value {
        self.at(index).unwrap_or(&NULL)
    }
}

/// Compact JSON text.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Number(number) => number.fmt(f),
            _ => f.write_str(&self.to_json()),
        }
    }
}

/// Compact JSON text, as [`Display`](fmt::Display).
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::str::FromStr for Value {
    type Err = serde_json::Error;
    fn from_str(text: &str) -> Result<Value, serde_json::Error> {
        Value::parse(text)
    }
}

macro_rules! from {
    ($($source:ty => |$value:ident| $made:expr),* $(,)?) => {$(
        impl From<$source> for Value {
            fn from($value: $source) -> Self {
                $made
            }
        }
    )*};
}

from! {
    bool => |flag| Value::Bool(flag),
    Number => |number| Value::Number(number),
    i32 => |n| Value::Number(n.into()),
    i64 => |n| Value::Number(n.into()),
    u32 => |n| Value::Number(n.into()),
    u64 => |n| Value::Number(n.into()),
    usize => |n| Value::Number(n.into()),
    // NaN and the infinities become null, as in JavaScript's JSON.
    f64 => |f| Number::from_f64(f).map_or(Value::Null, Value::Number),
    &str => |text| Value::String(text.into()),
    String => |text| Value::String(text.into()),
    &String => |text| Value::String(text.as_str().into()),
    Text => |text| Value::String(text),
    &Text => |text| Value::String(text.clone()),
    Array => |array| Value::Array(array),
    Object => |object| Value::Object(object),
    &Value => |value| value.clone(),
    () => |_unit| Value::Null,
}

impl<T: Into<Value>> From<Vec<T>> for Value {
    fn from(items: Vec<T>) -> Self {
        items.into_iter().collect()
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl<T: Into<Value>> FromIterator<T> for Value {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Value::Array(items.into_iter().map(Into::into).collect())
    }
}

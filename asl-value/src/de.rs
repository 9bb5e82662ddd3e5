//! [`Deserialize`] for values, and the error of conversions from and into Rust types.

use std::fmt;
use std::sync::LazyLock;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::{Array, MAX_DEPTH, NameCache, Number, Object, Pointer, Segment, Text, TooDeep, Value};

/// The error of [`to_value`](crate::to_value) and [`from_value`](crate::from_value): JSON cannot represent a Rust
/// value, or a Rust type does not accept a JSON value.
///
/// The error of [`from_value`](crate::from_value) names the place: ``invalid type: string "two", expected u32 at
/// `$.items[0].quantity` ``.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error(Box<Misfit>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Misfit {
    message: Box<str>,
    /// From the innermost step to the outermost: an error learns where it is on its way out.
    steps: Vec<Segment>,
}

impl Error {
    fn new(message: String) -> Error {
        Error(Box::new(Misfit { message: message.into(), steps: Vec::new() }))
    }

    /// The same error, one step further inside.
    pub(crate) fn inside(mut self, step: Segment) -> Error {
        self.0.steps.push(step);
        self
    }

    /// The place of the part that does not fit; the root if it is unknown.
    pub fn place(&self) -> Pointer {
        self.0.steps.iter().rev().cloned().collect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)?;
        match self.0.steps.is_empty() {
            true => Ok(()),
            false => write!(f, " at `{}`", self.place().path()),
        }
    }
}

impl std::error::Error for Error {}

impl serde::ser::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::new(message.to_string())
    }
}

impl serde::de::Error for Error {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Error::new(message.to_string())
    }
}

pub(crate) fn parse<'de, R: serde_json::de::Read<'de>>(
    mut parser: serde_json::Deserializer<R>,
) -> Result<Value, serde_json::Error> {
    // `ValueSeed` counts the depth, as it does for every format.
    parser.disable_recursion_limit();
    let value = Value::deserialize(&mut parser)?;
    parser.end()?;
    Ok(value)
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value, D::Error> {
        ValueSeed { depth: 0, names: &NameCache::default() }.deserialize(deserializer)
    }
}

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Object, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Object(object) => Ok(object),
            other => Err(D::Error::custom(format!("expected an object, found {}", other.type_name()))),
        }
    }
}

impl<'de> Deserialize<'de> for Array {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Array, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Array(array) => Ok(array),
            other => Err(D::Error::custom(format!("expected an array, found {}", other.type_name()))),
        }
    }
}

/// Reads one value that is inside `depth` containers.
#[derive(Clone, Copy)]
struct ValueSeed<'n> {
    depth: u32,
    names: &'n NameCache,
}

impl<'n> ValueSeed<'n> {
    fn inner<E: serde::de::Error>(self) -> Result<ValueSeed<'n>, E> {
        if self.depth >= MAX_DEPTH {
            return Err(E::custom(TooDeep));
        }
        Ok(ValueSeed { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Value;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueSeed<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }
    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.deserialize(deserializer)
    }
    fn visit_bool<E>(self, flag: bool) -> Result<Value, E> {
        Ok(Value::Bool(flag))
    }
    fn visit_i64<E>(self, n: i64) -> Result<Value, E> {
        Ok(Value::from(n))
    }
    fn visit_u64<E>(self, n: u64) -> Result<Value, E> {
        Ok(Value::from(n))
    }
    fn visit_i128<E: serde::de::Error>(self, n: i128) -> Result<Value, E> {
        n.to_string().parse().map(Value::Number).map_err(E::custom)
    }
    fn visit_u128<E: serde::de::Error>(self, n: u128) -> Result<Value, E> {
        n.to_string().parse().map(Value::Number).map_err(E::custom)
    }
    fn visit_f64<E: serde::de::Error>(self, f: f64) -> Result<Value, E> {
        Number::from_f64(f).map(Value::Number).ok_or_else(|| E::custom(format!("JSON has no number `{f}`")))
    }
    fn visit_str<E>(self, text: &str) -> Result<Value, E> {
        Ok(Value::from(text))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let inner = self.inner()?;
        let mut items = Vec::with_capacity(seq.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = seq.next_element_seed(inner)? {
            items.push(item);
        }
        Ok(Value::Array(items.into()))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let first = map.next_key_seed(NameSeed(self.names))?;
        if first.as_deref() == Some(NUMBER_TOKEN) && *ARBITRARY_PRECISION {
            // This map is a scalar, so it is not a level of nesting.
            let digits = map.next_value_seed(self)?;
            let number = digits.as_str().and_then(|digits| digits.parse().ok());
            return number.map(Value::Number).ok_or_else(|| A::Error::custom("number out of range"));
        }
        let inner = self.inner()?;
        let Some(first) = first else { return Ok(Value::Object(Object::new())) };
        let mut members = Vec::with_capacity(map.size_hint().map_or(4, |rest| rest.min(1024) + 1));
        members.push((first, map.next_value_seed(inner)?));
        while let Some(name) = map.next_key_seed(NameSeed(self.names))? {
            members.push((name, map.next_value_seed(inner)?));
        }
        Ok(Value::Object(Object::from_members(members)))
    }
}

/// The name in the one-member map as which serde_json passes a number if its feature `arbitrary_precision` is enabled.
pub(crate) const NUMBER_TOKEN: &str = "$serde_json::private::Number";

/// The name in the one-member map as which serde_json passes unparsed text, its `RawValue`.
pub(crate) const RAW_TOKEN: &str = "$serde_json::private::RawValue";

/// Any crate of the program may enable the feature for all of them, so the only way to know is to ask serde_json.
static ARBITRARY_PRECISION: LazyLock<bool> = LazyLock::new(|| {
    // With the feature a number remembers how it was written.
    let number = serde_json::from_str::<serde_json::Number>("1e5");
    number.is_ok_and(|number| number.to_string().contains('e'))
});

struct NameSeed<'n>(&'n NameCache);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Text;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Text, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Text;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }
    fn visit_str<E>(self, name: &str) -> Result<Text, E> {
        Ok(self.0.share(name))
    }
}

//! [`from_value`]: converts a value into any deserialisable type.

use serde::de::value::{MapDeserializer, SeqDeserializer, StrDeserializer};
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error as _, IntoDeserializer, MapAccess, SeqAccess,
    Visitor,
};

use crate::de::{Error, RAW_TOKEN};
use crate::{Number, Object, Segment, Text, Value};

/// Converts a JSON value into a Rust value, such as the input of a task function.
///
/// Where the type expects an integer, `2.0` is accepted as one.
///
/// # Errors
/// The type does not accept the value. The error says what it expected, what it found, and where.
///
/// ```
/// use asl_value::{from_value, json};
/// #[derive(serde::Deserialize)]
/// struct Stock { sku: String, left: u32 }
/// let stock: Stock = from_value(&json!({"sku": "a-1", "left": 3})).unwrap();
/// assert_eq!((stock.sku.as_str(), stock.left), ("a-1", 3));
///
/// let error = from_value::<Vec<Stock>>(&json!([{"sku": "a-1", "left": "three"}])).err().unwrap();
/// assert_eq!(error.to_string(), "invalid type: string \"three\", expected u32 at `$[0].left`");
/// ```
pub fn from_value<T: DeserializeOwned>(value: &Value) -> Result<T, Error> {
    T::deserialize(value)
}

impl<'de> IntoDeserializer<'de, Error> for &'de Value {
    type Deserializer = &'de Value;
    fn into_deserializer(self) -> &'de Value {
        self
    }
}

macro_rules! integers {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self {
                Value::Number(number) => number.accept_integer(visitor),
                _ => self.deserialize_any(visitor),
            }
        }
    )*};
}

/// Where the type expects an integer, `2.0` is accepted as one.
impl<'de> Deserializer<'de> for &'de Value {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.check_depth().map_err(Error::custom)?;
        match self {
            Value::Null => visitor.visit_unit(),
            Value::Bool(flag) => visitor.visit_bool(*flag),
            Value::Number(number) => number.accept(visitor),
            Value::String(text) => visitor.visit_borrowed_str(text),
            Value::Array(array) => {
                let mut items = Items { inner: SeqDeserializer::new(array.iter()), index: 0 };
                let value = visitor.visit_seq(&mut items)?;
                items.inner.end()?;
                Ok(value)
            }
            Value::Object(object) => {
                let mut members = members(object);
                let value = visitor.visit_map(&mut members)?;
                members.inner.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == RAW_TOKEN {
            self.check_depth().map_err(Error::custom)?;
            let text = self.to_json();
            return visitor.visit_map(MapDeserializer::new(std::iter::once((RAW_TOKEN, text))));
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Value::String(variant) => {
                let unit: StrDeserializer<'_, Error> = variant.as_str().into_deserializer();
                unit.deserialize_enum(name, variants, visitor)
            }
            Value::Object(object) if object.len() == 1 && self.check_depth().is_ok() => {
                let member = serde::de::value::MapAccessDeserializer::new(members(object));
                visitor.visit_enum(member)
            }
            Value::Object(_) => {
                Err(Error::custom(format!("expected an object with one member, a variant of {name}")))
            }
            other => Err(Error::custom(format!("expected a variant of {name}, found {}", other.type_name()))),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    integers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128
    }

    serde::forward_to_deserialize_any! {
        bool f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier
    }
}

/// The items of an array. Errors learn the index.
struct Items<'de, I: Iterator<Item = &'de Value>> {
    inner: SeqDeserializer<I, Error>,
    index: usize,
}

impl<'de, I: Iterator<Item = &'de Value>> SeqAccess<'de> for Items<'de, I> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Error> {
        let index = self.index;
        self.index += 1;
        self.inner.next_element_seed(seed).map_err(|error| error.inside(Segment::Index(index)))
    }

    fn size_hint(&self) -> Option<usize> {
        self.inner.size_hint()
    }
}

/// The members of an object. Errors in their values learn the name.
struct Members<'de, I: Iterator<Item = (KeyDeserializer<'de>, &'de Value)>, N> {
    inner: MapDeserializer<'de, I, Error>,
    names: N,
    name: Option<&'de Text>,
}

fn members(
    object: &Object,
) -> Members<'_, impl Iterator<Item = (KeyDeserializer<'_>, &Value)>, impl Iterator<Item = &Text>> {
    let members = object.iter().map(|(name, value)| (KeyDeserializer(name), value));
    Members { inner: MapDeserializer::new(members), names: object.keys(), name: None }
}

impl<'de, I, N> MapAccess<'de> for Members<'de, I, N>
where
    I: Iterator<Item = (KeyDeserializer<'de>, &'de Value)>,
    N: Iterator<Item = &'de Text>,
{
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        self.name = self.names.next();
        self.inner.next_key_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let name = self.name;
        self.inner.next_value_seed(seed).map_err(|error| match name {
            Some(name) => error.inside(Segment::Key(name.clone())),
            None => error,
        })
    }

    fn size_hint(&self) -> Option<usize> {
        MapAccess::size_hint(&self.inner)
    }
}

/// The name of a member as the key of a map, which may have numbers or booleans as keys.
#[derive(Clone, Copy)]
struct KeyDeserializer<'de>(&'de str);

impl<'de> IntoDeserializer<'de, Error> for KeyDeserializer<'de> {
    type Deserializer = KeyDeserializer<'de>;
    fn into_deserializer(self) -> KeyDeserializer<'de> {
        self
    }
}

macro_rules! parsed_names {
    ($($method:ident => $visit:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            match self.0.parse() {
                // A text that is not a JSON number, such as `+1`, is not a numeric key either.
                Ok(key) if self.0.parse::<Number>().is_ok() => visitor.$visit(key),
                _ => visitor.visit_borrowed_str(self.0),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for KeyDeserializer<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.0)
    }

    parsed_names!(
        deserialize_i8 => visit_i8,
        deserialize_i16 => visit_i16,
        deserialize_i32 => visit_i32,
        deserialize_i64 => visit_i64,
        deserialize_i128 => visit_i128,
        deserialize_u8 => visit_u8,
        deserialize_u16 => visit_u16,
        deserialize_u32 => visit_u32,
        deserialize_u64 => visit_u64,
        deserialize_u128 => visit_u128,
        deserialize_f32 => visit_f32,
        deserialize_f64 => visit_f64,
    );

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.0.parse() {
            Ok(key) => visitor.visit_bool(key),
            Err(_) => visitor.visit_borrowed_str(self.0),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        let unit: StrDeserializer<'_, Error> = self.0.into_deserializer();
        unit.deserialize_enum(name, variants, visitor)
    }

    serde::forward_to_deserialize_any! {
        char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

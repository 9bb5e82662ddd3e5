//! [`to_value`]: converts any serialisable type into a value.

mod key;

use serde::ser::{Error as _, Serialize, SerializeMap, Serializer};

use crate::NameCache;
use crate::de::{Error, NUMBER_TOKEN, RAW_TOKEN};
use crate::{Number, Object, Text, Value};
use key::KeySerializer;

/// Converts a Rust value into a JSON value, such as the result of a task function.
///
/// # Errors
/// The value contains a number that JSON cannot represent (NaN), a map whose keys are not strings, integers or
/// booleans, or more than [`MAX_DEPTH`](crate::MAX_DEPTH) levels of nesting.
///
/// ```
/// #[derive(serde::Serialize)]
/// struct Stock { sku: &'static str, left: u32 }
/// let value = asl_value::to_value(&Stock { sku: "a-1", left: 3 }).unwrap();
/// assert_eq!(value.to_string(), r#"{"sku":"a-1","left":3}"#);
/// ```
pub fn to_value<T: Serialize + ?Sized>(value: &T) -> Result<Value, Error> {
    let value = value.serialize(ToValue { depth: 0, names: &NameCache::default() })?;
    value.check_depth().map_err(Error::custom)?;
    Ok(value)
}

/// Counts the depth, so that a cyclic or very deep Rust value is an error.
#[derive(Clone, Copy)]
struct ToValue<'n> {
    depth: u32,
    names: &'n NameCache,
}

impl<'n> ToValue<'n> {
    fn inner(self) -> Result<ToValue<'n>, Error> {
        if self.depth >= crate::MAX_DEPTH {
            return Err(Error::custom(crate::TooDeep));
        }
        Ok(ToValue { depth: self.depth + 1, ..self })
    }
}

impl<'n> Serializer for ToValue<'n> {
    type Ok = Value;
    type Error = Error;
    type SerializeSeq = Items<'n>;
    type SerializeTuple = Items<'n>;
    type SerializeTupleStruct = Items<'n>;
    type SerializeTupleVariant = Items<'n>;
    type SerializeMap = Members<'n>;
    type SerializeStruct = Members<'n>;
    type SerializeStructVariant = Members<'n>;

    fn serialize_bool(self, flag: bool) -> Result<Value, Error> {
        Ok(Value::Bool(flag))
    }
    fn serialize_i8(self, n: i8) -> Result<Value, Error> {
        self.serialize_i64(n.into())
    }
    fn serialize_i16(self, n: i16) -> Result<Value, Error> {
        self.serialize_i64(n.into())
    }
    fn serialize_i32(self, n: i32) -> Result<Value, Error> {
        self.serialize_i64(n.into())
    }
    fn serialize_i64(self, n: i64) -> Result<Value, Error> {
        Ok(Value::from(n))
    }
    fn serialize_i128(self, n: i128) -> Result<Value, Error> {
        n.to_string().parse().map(Value::Number).map_err(Error::custom)
    }
    fn serialize_u8(self, n: u8) -> Result<Value, Error> {
        self.serialize_u64(n.into())
    }
    fn serialize_u16(self, n: u16) -> Result<Value, Error> {
        self.serialize_u64(n.into())
    }
    fn serialize_u32(self, n: u32) -> Result<Value, Error> {
        self.serialize_u64(n.into())
    }
    fn serialize_u64(self, n: u64) -> Result<Value, Error> {
        Ok(Value::from(n))
    }
    fn serialize_u128(self, n: u128) -> Result<Value, Error> {
        n.to_string().parse().map(Value::Number).map_err(Error::custom)
    }
    fn serialize_f32(self, f: f32) -> Result<Value, Error> {
        // By way of the shortest digits, so that `0.1` does not become 0.10000000149011612.
        self.serialize_f64(f.to_string().parse().unwrap_or(f.into()))
    }
    fn serialize_f64(self, f: f64) -> Result<Value, Error> {
        Number::from_f64(f)
            .map(Value::Number)
            .ok_or_else(|| Error::custom(format!("JSON has no number `{f}`")))
    }
    fn serialize_char(self, c: char) -> Result<Value, Error> {
        Ok(Value::from(c.to_string()))
    }
    fn serialize_str(self, text: &str) -> Result<Value, Error> {
        Ok(Value::from(text))
    }
    fn serialize_bytes(self, bytes: &[u8]) -> Result<Value, Error> {
        Ok(bytes.iter().map(|byte| u32::from(*byte)).collect())
    }
    fn serialize_none(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Value, Error> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<Value, Error> {
        Ok(Value::Null)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<Value, Error> {
        Ok(Value::Null)
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Value, Error> {
        Ok(Value::from(variant))
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<Value, Error> {
        let value = value.serialize(self.inner()?)?;
        Ok(Value::Object(Object::from_distinct(vec![(variant.into(), value)])))
    }
    fn serialize_seq(self, len: Option<usize>) -> Result<Items<'n>, Error> {
        // A type may announce any length, so the space reserved for it is limited.
        let items = Vec::with_capacity(len.unwrap_or(0).min(1024));
        Ok(Items { inner: self.inner()?, items, variant: None })
    }
    fn serialize_tuple(self, len: usize) -> Result<Items<'n>, Error> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<Items<'n>, Error> {
        self.serialize_seq(Some(len))
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Items<'n>, Error> {
        Ok(Items { variant: Some(variant), ..self.inner()?.serialize_seq(Some(len))? })
    }
    fn serialize_map(self, len: Option<usize>) -> Result<Members<'n>, Error> {
        let members = Vec::with_capacity(len.unwrap_or(0).min(1024));
        Ok(Members { inner: self.inner()?, members, name: None, variant: None, json_text: false })
    }
    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Members<'n>, Error> {
        if name == NUMBER_TOKEN || name == RAW_TOKEN {
            let members = Vec::new();
            return Ok(Members { inner: self, members, name: None, variant: None, json_text: true });
        }
        self.serialize_map(Some(len))
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Members<'n>, Error> {
        Ok(Members { variant: Some(variant), ..self.inner()?.serialize_map(Some(len))? })
    }
}

/// `{"Variant": value}` for a variant of an enum, and the value itself otherwise.
fn wrap(variant: Option<&'static str>, value: Value) -> Value {
    match variant {
        Some(name) => Value::Object(Object::from_distinct(vec![(name.into(), value)])),
        None => value,
    }
}

struct Items<'n> {
    inner: ToValue<'n>,
    items: Vec<Value>,
    variant: Option<&'static str>,
}

macro_rules! items {
    ($($trait:ident :: $method:ident),*) => {$(
        impl serde::ser::$trait for Items<'_> {
            type Ok = Value;
            type Error = Error;
            fn $method<T: Serialize + ?Sized>(&mut self, item: &T) -> Result<(), Error> {
                self.items.push(item.serialize(self.inner)?);
                Ok(())
            }
            fn end(self) -> Result<Value, Error> {
                Ok(wrap(self.variant, Value::Array(self.items.into())))
            }
        }
    )*};
}
items!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);

struct Members<'n> {
    inner: ToValue<'n>,
    members: Vec<(Text, Value)>,
    name: Option<Text>,
    variant: Option<&'static str>,
    /// The only member holds the text of a value: a `RawValue` or an arbitrary-precision number of serde_json.
    json_text: bool,
}

impl Members<'_> {
    fn finish(mut self) -> Result<Value, Error> {
        match self.members.pop() {
            Some((_, Value::String(text))) if self.json_text => Value::parse(&text).map_err(Error::custom),
            last => {
                self.members.extend(last);
                Ok(wrap(self.variant, Value::Object(Object::from_members(self.members))))
            }
        }
    }
}

impl SerializeMap for Members<'_> {
    type Ok = Value;
    type Error = Error;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        self.name = Some(key.serialize(KeySerializer(self.inner.names))?);
        Ok(())
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        let name = self.name.take().ok_or_else(|| Error::custom("a value without its name"))?;
        self.members.push((name, value.serialize(self.inner)?));
        Ok(())
    }
    fn end(self) -> Result<Value, Error> {
        self.finish()
    }
}

macro_rules! members {
    ($($trait:ident),*) => {$(
        impl serde::ser::$trait for Members<'_> {
            type Ok = Value;
            type Error = Error;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Error> {
                self.members.push((self.inner.names.share(name), value.serialize(self.inner)?));
                Ok(())
            }
            fn end(self) -> Result<Value, Error> {
                self.finish()
            }
        }
    )*};
}
members!(SerializeStruct, SerializeStructVariant);

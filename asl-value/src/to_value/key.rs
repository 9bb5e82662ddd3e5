//! Serialises the keys of maps.

use serde::ser::{Error as _, Impossible, Serialize, Serializer};

use crate::de::Error;
use crate::{NameCache, Text};

/// Serialises the key of a map: a string as it is, an integer or a boolean as JSON text.
pub(super) struct KeySerializer<'n>(pub(super) &'n NameCache);

macro_rules! printed_names {
    ($($method:ident($type:ty)),*) => {$(
        fn $method(self, key: $type) -> Result<Text, Error> {
            Ok(Text::from(key.to_string()))
        }
    )*};
}

macro_rules! no_names {
    ($($method:ident($($type:ty),*) -> $ok:ty),* $(,)?) => {$(
        fn $method(self, $(_: $type),*) -> Result<$ok, Error> {
            Err(Error::custom("a name must be a string"))
        }
    )*};
}

type NoName = Impossible<Text, Error>;

impl Serializer for KeySerializer<'_> {
    type Ok = Text;
    type Error = Error;
    type SerializeSeq = NoName;
    type SerializeTuple = NoName;
    type SerializeTupleStruct = NoName;
    type SerializeTupleVariant = NoName;
    type SerializeMap = NoName;
    type SerializeStruct = NoName;
    type SerializeStructVariant = NoName;

    printed_names!(
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_i128(i128),
        serialize_u128(u128),
        serialize_char(char)
    );
    no_names!(
        serialize_f32(f32) -> Text,
        serialize_f64(f64) -> Text,
        serialize_bytes(&[u8]) -> Text,
        serialize_none() -> Text,
        serialize_unit() -> Text,
        serialize_unit_struct(&'static str) -> Text,
        serialize_seq(Option<usize>) -> NoName,
        serialize_tuple(usize) -> NoName,
        serialize_tuple_struct(&'static str, usize) -> NoName,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> NoName,
        serialize_map(Option<usize>) -> NoName,
        serialize_struct(&'static str, usize) -> NoName,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> NoName,
    );
    fn serialize_str(self, name: &str) -> Result<Text, Error> {
        Ok(self.0.share(name))
    }
    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<Text, Error> {
        Ok(self.0.share(variant))
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Text, Error> {
        value.serialize(self)
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<Text, Error> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Text, Error> {
        Err(Error::custom("a name must be a string"))
    }
}

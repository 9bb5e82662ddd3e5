//! JSON bodies: the whole request of the JSON protocols, and a part of it in rest-json.

use asl_value::{Object, Timestamp, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::scalar::{double, epoch_seconds, text_of_blob, written_time};
use crate::Names;
use crate::arguments::time;
use crate::naming::spelled;
use crate::table::{Location, Member, Shape, Structure, TimestampFormat};

/// A checked value as JSON to send.
pub(super) fn write(member: &Member<'_>, value: &Value) -> Value {
    match (member.shape(), value) {
        (Shape::Structure(structure), Value::Object(object)) => {
            Value::Object(write_members(structure, object))
        }
        (Shape::List(item, _), Value::Array(array)) => {
            array.iter().map(|value| write(&item, value)).collect()
        }
        (Shape::Map { value: item, .. }, Value::Object(object)) => {
            let members = object.iter().map(|(key, value)| (key.clone(), write(&item, value)));
            Value::Object(Object::from_distinct(members.collect()))
        }
        (Shape::Blob(_), Value::String(text)) => STANDARD.encode(text.as_bytes()).into(),
        (Shape::Timestamp, value) => match (member.timestamp, time(value)) {
            (TimestampFormat::Default | TimestampFormat::Unix, Some(time)) => epoch_seconds(time),
            (format, Some(time)) => written_time(time, format).into(),
            (_, None) => Value::Null,
        },
        (_, value) => value.clone(),
    }
}

/// The members that go into the body.
pub(super) fn write_members(structure: Structure<'_>, object: &Object) -> Object {
    let mut written = Object::new();
    for member in structure.members().filter(|member| member.location() == Location::Body) {
        if let Some(value) = object.get(member.name) {
            written.insert(member.wire_name(), write(&member, value));
        }
    }
    written
}

/// Received JSON as Step Functions shows it; `None` for what is absent or has another type.
pub(super) fn read(member: &Member<'_>, value: &Value, names: Names) -> Option<Value> {
    Some(match (member.shape(), value) {
        (Shape::Document, value) => value.clone(),
        (_, Value::Null) => return None,
        (Shape::Structure(structure), Value::Object(object)) => {
            Value::Object(read_members(structure, object, names))
        }
        (Shape::List(item, _), Value::Array(array)) => {
            // A list may be sparse.
            array.iter().map(|value| read(&item, value, names).unwrap_or_default()).collect()
        }
        (Shape::Map { value: item, .. }, Value::Object(object)) => {
            let members =
                object.iter().filter_map(|(key, value)| Some((key.clone(), read(&item, value, names)?)));
            Value::Object(Object::from_distinct(members.collect()))
        }
        (Shape::Blob(_), Value::String(text)) => match STANDARD.decode(text.as_bytes()) {
            Ok(bytes) => text_of_blob(&bytes),
            Err(_) => value.clone(),
        },
        (Shape::Timestamp, value) => shown_time(time(value)?, names),
        (Shape::Float(_), Value::Number(number)) => double(number)?,
        (Shape::Structure(_) | Shape::List(..) | Shape::Map { .. }, _) => return None,
        (_, value) => value.clone(),
    })
}

/// Recorded: times are texts in results of the Java SDK 2, and milliseconds in those of version 1.
fn shown_time(time: Timestamp, names: Names) -> Value {
    match names {
        Names::Sdk => time.to_string().into(),
        Names::Model => time.epoch_millis().into(),
    }
}

pub(super) fn read_members(structure: Structure<'_>, object: &Object, names: Names) -> Object {
    let mut found = Object::new();
    for member in structure.members().filter(|member| member.location() == Location::Body) {
        if let Some(value) = object.get(member.wire_name()).and_then(|value| read(&member, value, names)) {
            found.insert(spelled(member.name, names), value);
        }
    }
    found
}

/// Parses JSON; an empty body is an empty object.
pub(super) fn parse(body: &[u8]) -> Result<Value, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Value::Object(Object::new()));
    }
    Value::parse_slice(body).map_err(|error| format!("the response is not JSON: {error}"))
}

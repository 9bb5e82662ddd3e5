//! Scalars as text, and text as scalars.

use std::fmt::Write;

use asl_value::{Number, Timestamp, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::arguments::time;
use crate::http_date;
use crate::table::{Member, Shape, TimestampFormat};

/// Percent-encodes everything except the unreserved characters of RFC 3986.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => encoded.push(byte.into()),
            _ => {
                // Writing to a string does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

/// A checked scalar as text in a form, a path, a query or XML. Times are in ISO 8601 unless the model says otherwise.
pub(super) fn scalar_text(member: &Member<'_>, value: &Value) -> String {
    match (member.shape(), value) {
        (Shape::Timestamp, value) => {
            time(value).map(|time| written_time(time, member.timestamp)).unwrap_or_default()
        }
        (Shape::Blob(_), Value::String(text)) => STANDARD.encode(text.as_bytes()),
        (_, Value::String(text)) => text.to_string(),
        (_, value) => value.to_json(),
    }
}

/// A scalar in XML or in a header as Step Functions shows it.
pub(super) fn scalar_value(member: &Member<'_>, text: &str) -> Option<Value> {
    Some(match member.shape() {
        Shape::Boolean => Value::Bool(text.trim().eq_ignore_ascii_case("true")),
        Shape::Integer(_) => Value::Number(text.trim().parse().ok()?),
        Shape::Float(_) => double(&text.trim().parse().ok()?)?,
        Shape::Timestamp => time(&Value::from(text.trim()))?.to_string().into(),
        Shape::Blob(_) => {
            STANDARD.decode(text.trim()).map_or_else(|_| text.into(), |bytes| text_of_blob(&bytes))
        }
        _ => text.into(),
    })
}

pub(super) fn written_time(time: Timestamp, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Default | TimestampFormat::Iso8601 => time.to_string(),
        // Rust prints no exponent, and no fraction for a whole number.
        TimestampFormat::Unix => (time.epoch_millis() as f64 / 1000.0).to_string(),
        TimestampFormat::Rfc822 => http_date::print(time),
    }
}

/// A double stays a double, however the service writes it: `5` is shown as `5.0`.
pub(super) fn double(number: &Number) -> Option<Value> {
    Number::from_f64(number.as_f64()).map(Value::Number)
}

/// Seconds since 1970, an integer if they are whole.
pub(super) fn epoch_seconds(time: Timestamp) -> Value {
    match time.epoch_millis() {
        millis if millis % 1000 == 0 => (millis / 1000).into(),
        millis => (millis as f64 / 1000.0).into(),
    }
}

/// Bytes in a response as a string.
///
/// UNRECORDED: bytes that are not UTF-8; here their base64.
pub(super) fn text_of_blob(bytes: &[u8]) -> Value {
    std::str::from_utf8(bytes).map_or_else(|_| STANDARD.encode(bytes).into(), Value::from)
}

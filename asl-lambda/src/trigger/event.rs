//! Reads the members of events.

use asl_model::Arn;
use asl_value::{Object, Text, Value};

use super::invalid_body::InvalidBody;

/// A member that is a string.
pub(super) fn text<'v>(value: &'v Value, name: &str) -> Option<&'v Text> {
    value.get(name)?.as_text()
}

/// A member of the request context that is not null.
pub(super) fn request_context<'a>(event: &'a Value, name: &str) -> Option<&'a Value> {
    event.get("requestContext")?.get(name).filter(|value| !value.is_null())
}

/// Whether the first record comes from this service.
pub(super) fn has_records_of(event: &Value, service: &str) -> bool {
    let Some(first) = event.get("Records").and_then(|records| records.at(0)) else { return false };
    // SNS spells the member differently.
    ["eventSource", "EventSource"]
        .into_iter()
        .any(|name| text(first, name).is_some_and(|text| text == service))
}

/// The event, if it belongs to a tumbling window.
pub(crate) fn window_of(event: &Value) -> Option<&Object> {
    event.get("window").and_then(Value::as_object)?;
    event.as_object()
}

/// Whether the event belongs to a tumbling window of this service. It may have no records at the end of the window.
pub(super) fn is_window_of(event: &Value, service: &str) -> bool {
    let source = || Arn::parse(text(event, "eventSourceARN")?);
    window_of(event).is_some() && source().is_some_and(|source| source.service == service)
}

/// A member of a record; null if it is missing.
pub(super) fn part(record: &Value, name: &str) -> Value {
    record.get(name).cloned().unwrap_or_default()
}

/// The parsed text if it is JSON, otherwise the text itself.
pub(super) fn parsed(text: &Text) -> Value {
    Value::parse(text).unwrap_or_else(|_| Value::String(text.clone()))
}

/// Decodes base64 to JSON or text. Binary data stays base64, because JSON cannot represent it.
pub(super) fn decoded(data: &Text) -> Result<Value, InvalidBody> {
    Ok(match String::from_utf8(from_base64(data)?) {
        Ok(text) => parsed(&text.into()),
        Err(_) => Value::String(data.clone()),
    })
}

pub(super) fn from_base64(data: &str) -> Result<Vec<u8>, InvalidBody> {
    crate::http::from_base64(data).map_err(|error| InvalidBody(format!("the body is not base64: {error}")))
}

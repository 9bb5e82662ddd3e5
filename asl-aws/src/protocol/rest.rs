//! The protocols rest-json and rest-xml: path, query and headers, and the rest in the body.

use asl_value::{Object, Timestamp, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::request::Request;
use super::scalar::{percent_encoded, scalar_text, scalar_value, text_of_blob, written_time};
use super::{json, xml};
use crate::Names;
use crate::http::HttpAnswer;
use crate::naming::spelled;
use crate::table::{Location, Member, Operation, Protocol, Service, Shape, Structure, TimestampFormat};

/// The request without its host.
pub(super) fn write(service: &Service, operation: &Operation<'_>, input: &Value) -> Result<Request, String> {
    let empty = Object::new();
    let object = input.as_object().unwrap_or(&empty);
    let structure = operation.input.and_then(|input| Member::root(service, input).structure());
    let (template, fixed) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let mut request = Request { method: operation.method, query: fixed.to_owned(), ..Request::default() };
    let Some(structure) = structure else {
        request.path = template.to_owned();
        return Ok(request);
    };
    request.path = path(template, structure, object)?;
    for member in structure.members() {
        let Some(value) = object.get(member.name) else { continue };
        match member.location() {
            Location::Header => {
                request.headers.push((member.wire_name().to_ascii_lowercase(), header(&member, value)?))
            }
            Location::Headers => prefixed_headers(&member, value, &mut request)?,
            Location::Query => query(&member, value, &mut request.query),
            Location::Body | Location::Path | Location::Status => {}
        }
    }
    let is_xml = service.protocol() == Protocol::RestXml;
    if let Some(payload) = structure.payload() {
        if let Some(value) = object.get(payload.name) {
            let (content_type, body) = payload_body(&payload, value, is_xml);
            request.body = body;
            request.default_header("content-type", content_type);
        }
    } else if structure.members().any(|member| member.location() == Location::Body) {
        if is_xml {
            let (element, namespace) = operation.input_element.unwrap_or((operation.name, ""));
            request.body = xml::document(element, namespace, structure, object).into();
            request.default_header("content-type", "application/xml");
        } else {
            request.body = Value::Object(json::write_members(structure, object)).to_json().into();
            request.default_header("content-type", "application/json");
        }
    }
    Ok(request)
}

fn payload_body(payload: &Member<'_>, value: &Value, is_xml: bool) -> (&'static str, Vec<u8>) {
    match (payload.shape(), value) {
        // UNRECORDED: the content type of an S3 object without one; here that of the Java SDK 2 for text.
        (Shape::Blob(_), Value::String(text)) if is_xml => {
            ("text/plain; charset=UTF-8", text.as_bytes().to_vec())
        }
        (Shape::Blob(_), Value::String(text)) => ("application/octet-stream", text.as_bytes().to_vec()),
        (Shape::Text { .. }, Value::String(text)) => ("text/plain", text.as_bytes().to_vec()),
        (Shape::Structure(structure), Value::Object(object)) if is_xml => {
            let namespace = payload.namespace.map(|(_, uri)| uri).unwrap_or_default();
            ("application/xml", xml::document(payload.wire_name(), namespace, structure, object).into())
        }
        (_, value) => ("application/json", json::write(payload, value).to_json().into()),
    }
}

/// The path with its labels filled in and encoded, so that no value changes the structure of the path.
fn path(template: &str, structure: Structure<'_>, object: &Object) -> Result<String, String> {
    let mut path = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, after) = after.split_once('}').unwrap_or((after, ""));
        path.push_str(before);
        let (name, is_greedy) = label.strip_suffix('+').map_or((label, false), |name| (name, true));
        let member = structure
            .members()
            .find(|member| member.location() == Location::Path && member.wire_name() == name)
            .ok_or_else(|| format!("the path has no member for `{name}`"))?;
        let text = object.get(member.name).map(|value| scalar_text(&member, value)).unwrap_or_default();
        if text.is_empty() {
            return Err(format!("the field '{}' must not be empty, it is part of the path", member.name));
        }
        if is_greedy {
            let segments: Vec<String> = text.split('/').map(percent_encoded).collect();
            path.push_str(&segments.join("/"));
        } else if matches!(text.as_str(), "." | "..") {
            return Err(format!("the field '{}' must not be `{text}`, it is part of the path", member.name));
        } else {
            path.push_str(&percent_encoded(&text));
        }
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

fn query(member: &Member<'_>, value: &Value, text: &mut String) {
    let mut pair = |name: &str, value: &str| {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&percent_encoded(name));
        text.push('=');
        text.push_str(&percent_encoded(value));
    };
    match (member.shape(), value) {
        (Shape::List(item, _), Value::Array(array)) => {
            array.iter().for_each(|value| pair(member.wire_name(), &scalar_text(&item, value)));
        }
        (Shape::Map { value: item, .. }, Value::Object(object)) => {
            for (name, value) in object {
                match (item.shape(), value) {
                    (Shape::List(item, _), Value::Array(array)) => {
                        array.iter().for_each(|value| pair(name, &scalar_text(&item, value)));
                    }
                    _ => pair(name, &scalar_text(&item, value)),
                }
            }
        }
        _ => pair(member.wire_name(), &scalar_text(member, value)),
    }
}

fn header(member: &Member<'_>, value: &Value) -> Result<String, String> {
    let text = match (member.shape(), value) {
        _ if member.is_json() => STANDARD.encode(value.as_str().unwrap_or_default()),
        (Shape::Timestamp, value) if member.timestamp == TimestampFormat::Default => {
            let time = crate::arguments::time(value).unwrap_or(Timestamp::EPOCH);
            written_time(time, TimestampFormat::Rfc822)
        }
        (Shape::List(item, _), Value::Array(array)) => {
            array.iter().map(|value| scalar_text(&item, value)).collect::<Vec<_>>().join(",")
        }
        _ => scalar_text(member, value),
    };
    checked_header(member.name, text)
}

/// Refuses control characters, since a line break would end the header.
fn checked_header(field: &str, text: String) -> Result<String, String> {
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(format!("the field '{field}' has control characters, which a header cannot have"));
    }
    Ok(text)
}

fn prefixed_headers(member: &Member<'_>, value: &Value, request: &mut Request) -> Result<(), String> {
    let prefix = member.wire_name().to_ascii_lowercase();
    for (name, value) in value.as_object().into_iter().flatten() {
        let is_token = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
        if prefix.is_empty() || name.is_empty() || !name.chars().all(is_token) {
            return Err(format!(
                "the field '{}' has a name that a header cannot have: `{name}`",
                member.name
            ));
        }
        let text =
            checked_header(member.name, value.as_str().map_or_else(|| value.to_json(), str::to_owned))?;
        request.headers.push((format!("{prefix}{}", name.to_ascii_lowercase()), text));
    }
    Ok(())
}

/// The prefix of the host, with its labels filled in.
pub(super) fn host_prefix(operation: &Operation<'_>, input: &Value) -> Result<String, String> {
    let Some(template) = operation.host_prefix else { return Ok(String::new()) };
    let Some((before, rest)) = template.split_once('{') else { return Ok(template.to_owned()) };
    let (name, after) = rest.split_once('}').unwrap_or((rest, ""));
    let label = input.get(name).and_then(Value::as_str).unwrap_or_default();
    let is_label = !label.is_empty()
        && label.len() <= 63
        && !label.starts_with('-')
        && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_label {
        return Err(format!(
            "the field '{name}' is part of the host: it must be of letters, digits and hyphens"
        ));
    }
    Ok(format!("{before}{label}{after}"))
}

/// The output of a response.
pub(super) fn read(
    service: &Service,
    structure: Structure<'_>,
    response: &HttpAnswer,
    names: Names,
) -> Result<Value, String> {
    let mut found = Object::new();
    for member in structure.members() {
        let name = member.wire_name().to_ascii_lowercase();
        let value = match member.location() {
            Location::Header => response.header(&name).and_then(|text| header_value(&member, text)),
            Location::Headers => Some(headers_with(&name, response)),
            Location::Status => Some(Value::from(u32::from(response.status))),
            Location::Body | Location::Query | Location::Path => None,
        };
        if let Some(value) = value {
            found.insert(spelled(member.name, names), value);
        }
    }
    let is_xml = service.protocol() == Protocol::RestXml;
    if let Some(payload) = structure.payload() {
        let value = match payload.shape() {
            Shape::Blob(_) => Some(text_of_blob(&response.body)),
            Shape::Text { .. } => Some(String::from_utf8_lossy(&response.body).as_ref().into()),
            _ if response.body.is_empty() => None,
            Shape::Structure(structure) if is_xml => {
                Some(xml::read_result(&response.body, None, structure, names)?)
            }
            _ => json::read(&payload, &json::parse(&response.body)?, names),
        };
        if let Some(value) = value {
            found.insert(spelled(payload.name, names), value);
        }
        return Ok(Value::Object(found));
    }
    if !structure.members().any(|member| member.location() == Location::Body) || response.body.is_empty() {
        return Ok(Value::Object(found));
    }
    let body = if is_xml {
        xml::read_result(&response.body, None, structure, names)?
    } else {
        let body = json::parse(&response.body)?;
        Value::Object(
            body.as_object().map(|object| json::read_members(structure, object, names)).unwrap_or_default(),
        )
    };
    if let Value::Object(body) = body {
        body.into_members().into_iter().for_each(|(name, value)| {
            found.insert(name, value);
        });
    }
    Ok(Value::Object(found))
}

fn header_value(member: &Member<'_>, text: &str) -> Option<Value> {
    if member.is_json() {
        let bytes = STANDARD.decode(text).ok()?;
        return Some(text_of_blob(&bytes));
    }
    match member.shape() {
        Shape::List(item, _) => {
            Some(text.split(',').filter_map(|part| scalar_value(&item, part.trim())).collect())
        }
        _ => scalar_value(member, text),
    }
}

/// The headers with a prefix. Observed: without any, the result is an empty object.
fn headers_with(prefix: &str, response: &HttpAnswer) -> Value {
    let mut found = Object::new();
    for (name, value) in &response.headers {
        if let Some(rest) = name.strip_prefix(prefix) {
            found.insert(rest, value.as_str().into());
        }
    }
    Value::Object(found)
}

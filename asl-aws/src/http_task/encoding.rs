//! Query strings, forms, paths and headers.

use std::fmt::Write;

use asl_value::{Object, Value};

use crate::protocol::percent_encoded;

/// `Transform.RequestEncodingOptions.ArrayFormat`: how `{"a": [1, 2]}` is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArrayFormat {
    /// `a[0]=1&a[1]=2`
    Indices,
    /// `a=1&a=2`
    Repeat,
    /// `a=1,2`
    Commas,
    /// `a[]=1&a[]=2`
    Brackets,
}

impl ArrayFormat {
    pub(super) fn of(name: &str) -> ArrayFormat {
        match name {
            "REPEAT" => ArrayFormat::Repeat,
            "COMMAS" => ArrayFormat::Commas,
            "BRACKETS" => ArrayFormat::Brackets,
            _ => ArrayFormat::Indices,
        }
    }
}

/// A query string. A parameter with several values is repeated.
pub(super) fn query(parameters: &[(String, Value)], format: ArrayFormat) -> String {
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        match value.as_array() {
            Some(values) if format == ArrayFormat::Indices => {
                pairs.extend(values.iter().map(|value| (name.clone(), plain(value))));
            }
            _ => flatten(name.clone(), value, format, &mut pairs),
        }
    }
    joined(&pairs)
}

/// A body as `application/x-www-form-urlencoded`.
pub(super) fn form(body: &Value, format: ArrayFormat) -> String {
    let Some(members) = body.as_object() else { return plain(body) };
    let mut pairs = Vec::new();
    for (name, value) in members.iter() {
        flatten(name.to_string(), value, format, &mut pairs);
    }
    joined(&pairs)
}

/// A text as it is, and anything else as JSON.
pub(crate) fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_json(), str::to_owned)
}

/// The recursion is bounded by the nesting of documents.
fn flatten(name: String, value: &Value, format: ArrayFormat, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            members
                .iter()
                .for_each(|(inner, value)| flatten(format!("{name}[{inner}]"), value, format, pairs));
        }
        Value::Array(values) if format == ArrayFormat::Commas => {
            let list: Vec<String> = values.iter().map(plain).collect();
            pairs.push((name, list.join(",")));
        }
        Value::Array(values) => {
            for (index, value) in values.iter().enumerate() {
                let name = match format {
                    ArrayFormat::Indices => format!("{name}[{index}]"),
                    ArrayFormat::Brackets => format!("{name}[]"),
                    _ => name.clone(),
                };
                flatten(name, value, format, pairs);
            }
        }
        Value::Null => {}
        _ => pairs.push((name, plain(value))),
    }
}

fn joined(pairs: &[(String, String)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(&percent_encoded(name));
        text.push('=');
        text.push_str(&percent_encoded(value));
    }
    text
}

/// Whether a path contains `.` or `..`, however its dots and slashes are encoded.
pub(crate) fn is_leaving(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace("%2e", ".").replace("%2f", "/").replace("%5c", "\\");
    path.split(['/', '\\']).any(|segment| matches!(segment, "." | ".."))
}

/// Percent-encodes the characters that would end a path, or that a URL cannot have. What is already encoded stays so.
pub(crate) fn url_path(text: &str) -> String {
    let mut path = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!'..=b'~' if !b"?#\"<>\\^`{|}".contains(&byte) => path.push(byte.into()),
            // Writing to a string does not fail.
            _ => drop(write!(path, "%{byte:02X}")),
        }
    }
    path
}

/// The members of an argument that is an object.
pub(crate) fn given(arguments: &Value, field: &str) -> Vec<(String, Value)> {
    let members = arguments.get(field).and_then(Value::as_object);
    members
        .into_iter()
        .flat_map(Object::iter)
        .map(|(name, value)| (name.to_string(), value.clone()))
        .collect()
}

/// `a=1&a=2&b=3`
pub(crate) fn query_of(arguments: &Value) -> String {
    query(&given(arguments, "QueryParameters"), ArrayFormat::Repeat)
}

/// Adds parameters to a URL, which may have some already.
pub(super) fn add_query(url: &mut String, query: &str) {
    if !query.is_empty() {
        url.push(if url.contains('?') { '&' } else { '?' });
        url.push_str(query);
    }
}

pub(super) fn set_header(headers: &mut Vec<(String, String)>, name: &str, value: String) {
    headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
    headers.push((name.to_ascii_lowercase(), value));
}

/// Sets a header, unless it is set already.
pub(super) fn default_header(headers: &mut Vec<(String, String)>, name: &str, value: &str) {
    if !headers.iter().any(|(known, _)| known == name) {
        headers.push((name.to_owned(), value.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    #[track_caller]
    fn check(body: Value, format: &str, expected: &str) {
        assert_eq!(form(&body, ArrayFormat::of(format)), expected);
    }

    #[test]
    fn forms() {
        let body = json!({"a": [1, "b c"], "d": {"e": true}, "n": null});
        check(body.clone(), "", "a%5B0%5D=1&a%5B1%5D=b%20c&d%5Be%5D=true");
        check(body.clone(), "INDICES", "a%5B0%5D=1&a%5B1%5D=b%20c&d%5Be%5D=true");
        check(body.clone(), "REPEAT", "a=1&a=b%20c&d%5Be%5D=true");
        check(body.clone(), "COMMAS", "a=1%2Cb%20c&d%5Be%5D=true");
        check(body, "BRACKETS", "a%5B%5D=1&a%5B%5D=b%20c&d%5Be%5D=true");
        check(json!("a=b"), "", "a=b");
    }

    #[test]
    fn queries() {
        let parameters = [("a&".to_owned(), json!(["1", "2"])), ("b".to_owned(), json!("é"))];
        assert_eq!(query(&parameters, ArrayFormat::Indices), "a%26=1&a%26=2&b=%C3%A9");
        assert_eq!(query(&parameters, ArrayFormat::Commas), "a%26=1%2C2&b=%C3%A9");
    }
}

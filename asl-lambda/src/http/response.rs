//! [`HttpResponse`]: a response, independent of the gateway that sends it.

use asl_engine::Failure;
use asl_value::{Object, Text, Value};

use super::base64::from_base64;
use super::headers::{Headers, Values};
use crate::failure::INVALID_RESPONSE;

/// An HTTP response. It is built once; the `render` function of each trigger converts it to the form of its gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    /// All headers except `Set-Cookie`.
    pub(crate) headers: Headers,
    /// The values of `Set-Cookie`, from every member of the output that may contain them.
    pub(crate) cookies: Vec<Text>,
    pub(crate) body: Body,
    /// `statusDescription`, which only load balancers support.
    pub(crate) description: Option<Text>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Body {
    None,
    Text(Text),
    Base64(Text),
}

/// Why no gateway accepts an output with a `statusCode` as a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// `headers.location`
    field: String,
    problem: String,
}

impl Malformed {
    fn new(field: impl Into<String>, problem: impl Into<String>) -> Malformed {
        Malformed { field: field.into(), problem: problem.into() }
    }

    fn expected(field: impl Into<String>, expected: &str, found: &Value) -> Malformed {
        Malformed::new(field, format!("expected {expected}, found {}", shown(found)))
    }

    pub(crate) fn into_failure(self) -> Failure {
        let Malformed { field, problem } = self;
        Failure::new(INVALID_RESPONSE, format!("the output is not an HTTP response: `{field}`: {problem}"))
    }
}

/// A value in a message. A scalar is shown itself, because it is the mistake; for other values the type is enough.
fn shown(value: &Value) -> String {
    const MOST_CHARS: usize = 40;
    match value {
        Value::Array(_) | Value::Object(_) => value.type_name().to_owned(),
        scalar => scalar.to_json().chars().take(MOST_CHARS).collect(),
    }
}

impl HttpResponse {
    pub(crate) fn new(status: u16, body: Body) -> HttpResponse {
        HttpResponse { status, headers: Headers::default(), cookies: Vec::new(), body, description: None }
    }

    /// A response with a JSON body.
    pub(crate) fn json(status: u16, body: &Value) -> HttpResponse {
        let mut response = HttpResponse::new(status, Body::Text(body.to_json().into()));
        response.set_json_type();
        response
    }

    /// The output, if it is a response itself: an object with a `statusCode`. `headers`, `multiValueHeaders` and
    /// `cookies` are read whether or not the gateway supports them. Other members are ignored, because a REST API
    /// refuses them.
    ///
    /// As in gateways, a header may be a number or a boolean, and a status may be a string (`"404"`). A body that is
    /// not a string becomes JSON.
    pub(crate) fn of_output(output: &Value) -> Option<Result<HttpResponse, Malformed>> {
        let members = output.as_object()?;
        Some(HttpResponse::read(members, members.get("statusCode")?))
    }

    fn read(members: &Object, status: &Value) -> Result<HttpResponse, Malformed> {
        let member = |name: &str| members.get(name).filter(|value| !value.is_null());
        let status = read_status(status)
            .ok_or_else(|| Malformed::expected("statusCode", "a status from 100 to 599", status))?;
        let mut headers = Headers::default();
        if let Some(lists) = member("multiValueHeaders") {
            read_headers(lists, "multiValueHeaders", &mut headers, |field, value| {
                read_texts(field, value).map(|values| (!values.is_empty()).then_some(Values::Many(values)))
            })?;
        }
        if let Some(texts) = member("headers") {
            // UNRECORDED: a header that is null is absent.
            read_headers(texts, "headers", &mut headers, |field, value| {
                (!value.is_null()).then(|| read_text(field, value).map(Values::One)).transpose()
            })?;
        }
        let mut cookies = headers.remove("set-cookie");
        if let Some(more) = member("cookies") {
            let mut more = read_texts("cookies", more)?;
            more.retain(|cookie| !cookies.contains(cookie));
            cookies.extend(more);
        }
        let is_base64 = member("isBase64Encoded").map_or(Ok(false), read_flag)?;
        let body = member("body");
        let description = member("statusDescription");
        let description = description.map(|text| read_text("statusDescription", text)).transpose()?;
        let is_json = body.is_some_and(|body| body.as_str().is_none());
        let body = body.map_or(Ok(Body::None), |body| read_body(body, is_base64))?;
        let mut response = HttpResponse { status, headers, cookies, body, description };
        if is_json && response.headers.get("content-type").is_none() {
            response.set_json_type();
        }
        Ok(response)
    }

    /// The response, if it can be streamed: the client of the runtime drops all headers if one of them is not ASCII.
    pub(crate) fn streamable(self) -> Result<HttpResponse, Malformed> {
        let is_ascii = |values: &Values| values.as_slice().iter().all(|value| value.is_ascii());
        let problem = "a response that is streamed has headers of ASCII characters";
        let wrong = self.headers.iter().find(|(_, values)| !is_ascii(values));
        match wrong.map(|(name, _)| Malformed::new(format!("headers.{name}"), problem)) {
            Some(malformed) => Err(malformed),
            None => Ok(self),
        }
    }

    fn set_json_type(&mut self) {
        self.headers.put("content-type", Values::One("application/json".into()));
    }

    /// The members that every gateway reads, and the given ones for headers.
    pub(crate) fn into_members<const N: usize>(self, headers: [(&str, Value); N]) -> Object {
        let mut members = Vec::with_capacity(N + 5);
        members.push(("statusCode".into(), u32::from(self.status).into()));
        members.extend(headers.map(|(name, headers)| (Text::from(name), headers)));
        let (body, is_base64) = match self.body {
            Body::None => (None, false),
            Body::Text(text) => (Some(text), false),
            Body::Base64(text) => (Some(text), true),
        };
        members.extend(body.map(|body| ("body".into(), body.into())));
        members.push(("isBase64Encoded".into(), is_base64.into()));
        Object::from_distinct(members)
    }
}

fn read_status(status: &Value) -> Option<u16> {
    let number = match status {
        Value::String(text) if text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit()) => {
            text.parse().ok()?
        }
        number => number.as_i64()?,
    };
    u16::try_from(number).ok().filter(|status| (100..600).contains(status))
}

fn read_headers(
    members: &Value,
    field: &str,
    headers: &mut Headers,
    read: impl Fn(&str, &Value) -> Result<Option<Values>, Malformed>,
) -> Result<(), Malformed> {
    let members = members.as_object().ok_or_else(|| Malformed::expected(field, "an object", members))?;
    for (name, value) in members.iter() {
        let field = format!("{field}.{name}");
        if !is_token(name) {
            return Err(Malformed::new(field, "not the name of a header"));
        }
        if let Some(values) = read(&field, value)? {
            headers.add(name, values);
        }
    }
    Ok(())
}

/// The value of a header.
fn read_text(field: &str, value: &Value) -> Result<Text, Malformed> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(_) | Value::Bool(_) => value.to_json().into(),
        _ => return Err(Malformed::expected(field, "a text, a number or a boolean", value)),
    };
    // A line break would start another header.
    if text.bytes().any(|byte| byte.is_ascii_control() && byte != b'\t') {
        return Err(Malformed::new(field, "a header has no control characters"));
    }
    Ok(text)
}

fn read_texts(field: &str, values: &Value) -> Result<Vec<Text>, Malformed> {
    let values = values.as_array().ok_or_else(|| Malformed::expected(field, "an array", values))?;
    let read = |(index, value)| read_text(&format!("{field}[{index}]"), value);
    values.iter().enumerate().map(read).collect()
}

fn read_flag(flag: &Value) -> Result<bool, Malformed> {
    match (flag.as_bool(), flag.as_str()) {
        (Some(flag), _) => Ok(flag),
        (None, Some("true")) => Ok(true),
        (None, Some("false")) => Ok(false),
        _ => Err(Malformed::expected("isBase64Encoded", "a boolean", flag)),
    }
}

fn read_body(body: &Value, is_base64: bool) -> Result<Body, Malformed> {
    match body {
        Value::String(text) if !is_base64 => Ok(Body::Text(text.clone())),
        Value::String(text) => match from_base64(text) {
            Ok(_) => Ok(Body::Base64(text.clone())),
            Err(error) => Err(Malformed::new("body", format!("not base64: {error}"))),
        },
        _ if is_base64 => Err(Malformed::expected("body", "base64", body)),
        other => Ok(Body::Text(other.to_json().into())),
    }
}

/// Source: <https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2>
fn is_token(name: &str) -> bool {
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !name.is_empty() && name.bytes().all(is_token)
}

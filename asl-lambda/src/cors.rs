//! [`Cors`]: requests from pages of other origins.

use asl_value::{Object, Value, json};

use crate::http::header;

/// Which origins may call the function from a browser. For gateways that leave this to the function: a REST API, a load
/// balancer. HTTP APIs and function URLs do it themselves if they are told to.
///
/// Source: <https://fetch.spec.whatwg.org/#http-cors-protocol>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// `https://shop.example`; `*` is any.
    origins: Vec<String>,
}

impl Cors {
    /// Reads origins with commas between them, or `*`.
    ///
    /// ```
    /// use asl_lambda::Cors;
    /// assert!(Cors::parse("https://shop.example, http://localhost:3000").is_ok());
    /// assert!(Cors::parse("shop.example").is_err());
    /// ```
    ///
    /// # Errors
    /// Names what is no origin.
    pub fn parse(text: &str) -> Result<Cors, String> {
        let origins: Vec<String> = text.split(',').map(|origin| origin.trim().to_owned()).collect();
        let is_origin = |origin: &&String| {
            let host = origin.split_once("://").map(|(_, host)| host);
            *origin == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
        };
        match origins.iter().find(|origin| !is_origin(origin)) {
            Some(wrong) => {
                Err(format!("expected `*` or origins such as `https://shop.example`, found `{wrong}`"))
            }
            None => Ok(Cors { origins }),
        }
    }

    /// What a request's origin is allowed as.
    fn allowed<'a>(&'a self, event: &'a Value) -> Option<&'a str> {
        let origin = header(event, "origin")?;
        if self.origins.iter().any(|known| known == "*") {
            return Some("*");
        }
        self.origins.iter().any(|known| known == origin.as_str()).then_some(origin.as_str())
    }

    /// The response to a browser that asks whether it may send a request.
    pub(crate) fn preflight(&self, event: &Value) -> Option<Object> {
        let http = event.get("requestContext").and_then(|context| context.get("http"));
        let method = http.and_then(|http| http.get("method")).or_else(|| event.get("httpMethod"))?;
        let asked = header(event, "access-control-request-method")?;
        if method.as_str() != Some("OPTIONS") {
            return None;
        }
        let mut headers = Object::new();
        if self.allowed(event).is_some() {
            headers.insert("access-control-allow-methods", asked.clone().into());
            if let Some(asked) = header(event, "access-control-request-headers") {
                headers.insert("access-control-allow-headers", asked.clone().into());
            }
            headers.insert("access-control-max-age", "3600".into());
        }
        let mut response = Object::from_distinct(vec![
            ("statusCode".into(), 204.into()),
            ("headers".into(), headers.into()),
            ("body".into(), "".into()),
            ("isBase64Encoded".into(), false.into()),
        ]);
        self.allow(&mut response, event);
        Some(response)
    }

    /// Lets the page see the response. One that has said itself who may is left alone.
    pub(crate) fn allow(&self, response: &mut Object, event: &Value) {
        const ALLOW: &str = "access-control-allow-origin";
        let Some(origin) = self.allowed(event) else { return };
        let mut headers = match response.get("headers") {
            Some(Value::Object(headers)) => headers.clone(),
            _ => Object::new(),
        };
        if headers.keys().any(|name| name.eq_ignore_ascii_case(ALLOW)) {
            return;
        }
        headers.insert(ALLOW, origin.into());
        if origin != "*" {
            headers.insert("vary", json!("origin"));
        }
        response.insert("headers", headers.into());
    }
}

//! [`Cors`]: requests from pages of other origins.

use asl_value::{Text, Value};

use crate::http::{Body, HttpResponse, Values};
use crate::setting_error::SettingError;
use crate::trigger::request::{header, method};

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
    pub fn parse(text: &str) -> Result<Cors, SettingError> {
        let origins: Vec<String> = text.split(',').map(|origin| origin.trim().to_owned()).collect();
        let is_origin = |origin: &&String| {
            let host = origin.split_once("://").map(|(_, host)| host);
            *origin == "*" || host.is_some_and(|host| !host.is_empty() && !host.contains('/'))
        };
        match origins.iter().find(|origin| !is_origin(origin)) {
            Some(wrong) => Err(SettingError::new(format!(
                "expected `*` or origins such as `https://shop.example`, found `{wrong}`"
            ))),
            None => Ok(Cors { origins }),
        }
    }

    fn is_any(&self) -> bool {
        self.origins.iter().any(|known| known == "*")
    }

    /// What a request's origin is allowed as.
    fn allowed(&self, event: &Value) -> Option<Text> {
        if self.is_any() {
            return Some("*".into());
        }
        header(event, "origin")
            .filter(|origin| self.origins.iter().any(|known| known == origin.as_str()))
            .cloned()
    }

    /// The response to a browser that asks whether it may send a request, before [`Cors::allow`].
    pub(crate) fn preflight(&self, event: &Value) -> Option<HttpResponse> {
        let asked = header(event, "access-control-request-method")?;
        if method(event)? != "OPTIONS" {
            return None;
        }
        let mut response = HttpResponse::new(204, Body::Text(Text::default()));
        if self.allowed(event).is_some() {
            let mut put = |name: &str, value: Text| response.headers.put(name, Values::One(value));
            put("access-control-allow-methods", asked.clone());
            if let Some(asked) = header(event, "access-control-request-headers") {
                put("access-control-allow-headers", asked.clone());
            }
            put("access-control-max-age", "3600".into());
        }
        Some(response)
    }

    /// Lets the page see the response, if it may. One that has said itself who may is left alone, but for a second value,
    /// with which browsers refuse it.
    ///
    /// Where the answer depends on the origin, every response says so, one without an origin too: otherwise a cache hands
    /// that one to the page that may.
    pub(crate) fn allow(&self, response: &mut HttpResponse, event: &Value) {
        const ALLOW: &str = "access-control-allow-origin";
        if !self.is_any() {
            response.headers.vary("origin");
        }
        let only = match response.headers.get(ALLOW).map(Values::as_slice) {
            Some([_]) => None,
            Some([first, ..]) => Some(first.clone()),
            Some([]) | None => self.allowed(event),
        };
        if let Some(origin) = only {
            response.headers.put(ALLOW, Values::One(origin));
        }
    }
}

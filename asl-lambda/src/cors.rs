//! [`Cors`]: requests from web pages of other origins.

use asl_value::{Text, Value};

use crate::http::{Body, HttpResponse, Values};
use crate::setting_error::SettingError;
use crate::trigger::request::{header, method};

/// The origins whose web pages may call the function: the setting `ASL_CORS_ORIGINS`.
///
/// Use it behind gateways that leave CORS to the function: REST APIs and load balancers. HTTP APIs and function URLs can
/// handle CORS themselves; configure it in one place only.
///
/// The function then answers preflight requests without starting an execution, and adds `access-control-allow-origin`
/// to every response that does not have it. `access-control-allow-credentials` is never added, so pages cannot read
/// responses to requests that send cookies.
///
/// Source: <https://fetch.spec.whatwg.org/#http-cors-protocol>
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cors {
    /// `https://shop.example`; `*` is any origin.
    origins: Vec<String>,
}

impl Cors {
    /// Parses a comma-separated list of origins, or `*`.
    ///
    /// ```
    /// use asl_lambda::Cors;
    /// assert!(Cors::parse("https://shop.example, http://localhost:3000").is_ok());
    /// assert!(Cors::parse("shop.example").is_err());
    /// ```
    ///
    /// # Errors
    /// Reports the first item that is not an origin.
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

    /// The value of `access-control-allow-origin` for a request.
    fn allowed(&self, event: &Value) -> Option<Text> {
        if self.is_any() {
            return Some("*".into());
        }
        header(event, "origin")
            .filter(|origin| self.origins.iter().any(|known| known == origin.as_str()))
            .cloned()
    }

    /// The response to a preflight request, before [`Cors::allow`].
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

    /// Allows the origin of the request to read the response, if it is in the list. If the response already has the
    /// header, its first value is kept; browsers refuse a response with several.
    ///
    /// With a list, every response has `Vary: origin`, even the response to a request without an origin. Otherwise a
    /// cache could serve that one to a page of an allowed origin.
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

//! [`Request`]: reads the arguments of a request.

use serde_json::Value as Json;

/// A request of the client.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'m> {
    pub(super) seq: i64,
    pub(super) command: &'m str,
    pub(super) arguments: &'m Json,
}

static NONE: Json = Json::Null;

impl<'m> Request<'m> {
    /// `None` if the message is not a request.
    pub(super) fn of(message: &'m Json) -> Option<Request<'m>> {
        if message.get("type").and_then(Json::as_str) != Some("request") {
            return None;
        }
        Some(Request {
            seq: message.get("seq").and_then(Json::as_i64).unwrap_or_default(),
            command: message.get("command").and_then(Json::as_str).unwrap_or_default(),
            arguments: message.get("arguments").unwrap_or(&NONE),
        })
    }

    pub(super) fn text(&self, name: &str) -> Option<&'m str> {
        text(self.arguments, name)
    }

    pub(super) fn number(&self, name: &str) -> Option<u64> {
        self.arguments.get(name).and_then(Json::as_u64)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.arguments.get(name).and_then(Json::as_bool).unwrap_or_default()
    }

    pub(super) fn list(&self, name: &str) -> &'m [Json] {
        self.arguments.get(name).and_then(Json::as_array).map_or(&[], Vec::as_slice)
    }

    /// A list of texts; a single text is one.
    pub(super) fn texts(&self, name: &str) -> Vec<String> {
        let one = self.text(name).map(str::to_owned).into_iter();
        let all = self.list(name).iter().filter_map(Json::as_str).map(str::to_owned);
        one.chain(all).filter(|text| !text.is_empty()).collect()
    }

    /// A required argument.
    pub(super) fn required<T>(&self, name: &str, found: Option<T>) -> Result<T, String> {
        found.ok_or_else(|| format!("expected an argument `{name}` of `{}`", self.command))
    }
}

pub(super) fn text<'m>(object: &'m Json, name: &str) -> Option<&'m str> {
    object.get(name).and_then(Json::as_str)
}

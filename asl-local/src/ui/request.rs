//! [`Request`]: what the page asks for.

use form_urlencoded::parse;
use hyper::Method;
use hyper::header::{ACCEPT, HeaderMap, HeaderName};
use hyper::http::request::Parts;

use crate::error::ApiError;

/// A request of the page.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The page itself.
    Document,
    /// The key that its user has typed.
    Login,
    /// The form for the key, or, for somebody who has typed it, for logging out.
    LoginForm,
    /// The end of a session.
    Logout,
    Script,
    Style,
    /// The drawing and the problems of a definition.
    Graph,
    /// An execution and its machine.
    Execution {
        arn: String,
    },
    /// The executions of a machine or a Map Run.
    Executions {
        query: Vec<(String, String)>,
    },
    /// The events of an execution, as they happen.
    Events {
        arn: String,
        after: u64,
    },
    /// One event, complete.
    Event {
        arn: String,
        id: u64,
    },
    /// What a visit of a state made of its data.
    Stages {
        arn: String,
        entered: u64,
    },
    /// Which parts of a machine its executions have reached.
    Coverage {
        arn: String,
    },
    /// Machines and executions that change, as they do.
    Changes,
}

impl Request {
    /// Reads a request. `None` if it is for something else: an operation, or the health of the server.
    pub(crate) fn read(head: &Parts) -> Result<Option<Request>, ApiError> {
        let (path, is_get) = (head.uri.path(), head.method == Method::GET);
        if path == "/" {
            let accepted = text(&head.headers, &ACCEPT).unwrap_or_default();
            return Ok((is_get && accepted.contains("text/html")).then_some(Request::Document));
        }
        let Some(name) = path.strip_prefix("/ui/") else { return Ok(None) };
        check_site(&head.headers)?;
        let query = head.uri.query().unwrap_or_default();
        let member = |name: &str| {
            let found = parse(query.as_bytes()).find(|(member, _)| member == name);
            found.map(|(_, value)| value.into_owned())
        };
        let arn = || member("arn").ok_or_else(|| missing("arn"));
        let number = |name: &str| match member(name).map(|text| text.parse::<u64>()) {
            None => Ok(None),
            Some(Ok(number)) => Ok(Some(number)),
            Some(Err(_)) => Err(ApiError::validation(format!("`{name}` is not a number"))),
        };
        Ok(Some(match (is_get, name) {
            (true, "app.js") => Request::Script,
            (true, "app.css") => Request::Style,
            (false, "login") if head.method == Method::POST => Request::Login,
            (true, "login") => Request::LoginForm,
            (false, "logout") if head.method == Method::POST => Request::Logout,
            (false, "graph") if head.method == Method::POST => Request::Graph,
            (true, "execution") => Request::Execution { arn: arn()? },
            (true, "executions") => {
                Request::Executions { query: parse(query.as_bytes()).into_owned().collect() }
            }
            (true, "events") => {
                let after = number("after")?.unwrap_or_default();
                // A browser whose connection broke names the last event that it has seen.
                let seen = text(&head.headers, &LAST_EVENT_ID).and_then(|id| id.parse().ok());
                Request::Events { arn: arn()?, after: after.max(seen.unwrap_or_default()) }
            }
            (true, "event") => {
                Request::Event { arn: arn()?, id: number("id")?.ok_or_else(|| missing("id"))? }
            }
            (true, "stages") => {
                Request::Stages { arn: arn()?, entered: number("event")?.ok_or_else(|| missing("event"))? }
            }
            (true, "coverage") => Request::Coverage { arn: arn()? },
            (true, "changes") => Request::Changes,
            _ => {
                let message = format!("the page has no `{name}`");
                return Err(ApiError::new("UnknownOperationException", message).status(404));
            }
        }))
    }
}

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");

/// Refuses what a page of another site embeds, such as an image: browsers send no `Origin` with it, and the answer would
/// be lost, but streams are few.
fn check_site(headers: &HeaderMap) -> Result<(), ApiError> {
    const SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
    match text(headers, &SITE) {
        None | Some("same-origin" | "none") => Ok(()),
        Some(_) if headers.contains_key("origin") => Ok(()),
        Some(site) => {
            let message = format!("the request is `{site}`; only the page itself may send it");
            Err(ApiError::new("AccessDeniedException", message).status(403))
        }
    }
}

fn missing(name: &str) -> ApiError {
    ApiError::validation(format!("the query has no `{name}`"))
}

fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, headers: &[(&str, &str)], expected: Result<Option<Request>, u16>) {
        let (method, uri) = line.split_once(' ').expect("a request line");
        let mut request = hyper::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (head, ()) = request.body(()).expect("a request").into_parts();
        assert_eq!(Request::read(&head).map_err(|error| error.http_status()), expected, "{line} {headers:?}");
    }

    #[test]
    fn requests_are_read() {
        let arn = || "arn:aws:states:us-east-1:123456789012:execution:m:ä b".to_owned();
        let encoded = "arn%3Aaws%3Astates%3Aus-east-1%3A123456789012%3Aexecution%3Am%3A%C3%A4+b";
        for (line, headers, expected) in [
            ("GET /", &[("accept", "text/html,*/*;q=0.8")][..], Ok(Some(Request::Document))),
            ("GET /", &[("accept", "*/*")], Ok(None)),
            ("GET /", &[], Ok(None)),
            ("POST /", &[("accept", "text/html")], Ok(None)),
            ("GET /other", &[], Ok(None)),
            ("GET /ui/app.js", &[], Ok(Some(Request::Script))),
            ("GET /ui/app.css", &[("sec-fetch-site", "same-origin")], Ok(Some(Request::Style))),
            ("POST /ui/graph", &[], Ok(Some(Request::Graph))),
            ("GET /ui/graph", &[], Err(404)),
            ("POST /ui/login", &[], Ok(Some(Request::Login))),
            ("GET /ui/login", &[], Ok(Some(Request::LoginForm))),
            ("PUT /ui/login", &[], Err(404)),
            ("POST /ui/logout", &[], Ok(Some(Request::Logout))),
            ("GET /ui/logout", &[], Err(404)),
            ("POST /ui/logout", &[("sec-fetch-site", "cross-site")], Err(403)),
            ("POST /ui/login", &[("sec-fetch-site", "cross-site")], Err(403)),
            ("GET /ui/../../etc/passwd", &[], Err(404)),
            (&format!("GET /ui/execution?arn={encoded}"), &[], Ok(Some(Request::Execution { arn: arn() }))),
            ("GET /ui/execution", &[], Err(400)),
            (
                &format!("GET /ui/events?arn={encoded}"),
                &[],
                Ok(Some(Request::Events { arn: arn(), after: 0 })),
            ),
            (
                &format!("GET /ui/events?arn={encoded}&after=5"),
                &[("last-event-id", "9")],
                Ok(Some(Request::Events { arn: arn(), after: 9 })),
            ),
            ("GET /ui/events?arn=a&after=-1", &[], Err(400)),
            ("GET /ui/event?arn=a&id=3", &[], Ok(Some(Request::Event { arn: "a".into(), id: 3 }))),
            ("GET /ui/event?arn=a", &[], Err(400)),
            ("GET /ui/stages?arn=a&event=2", &[], Ok(Some(Request::Stages { arn: "a".into(), entered: 2 }))),
            ("GET /ui/changes", &[("sec-fetch-site", "none")], Ok(Some(Request::Changes))),
            ("GET /ui/changes", &[("sec-fetch-site", "cross-site")], Err(403)),
            ("GET /ui/changes", &[("sec-fetch-site", "same-site")], Err(403)),
        ] {
            check(line, headers, expected);
        }
    }
}

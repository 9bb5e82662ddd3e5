//! The page that a link shows: a button that sends the answer.

use asl_durable::CallbackSays;
use asl_engine::Failure;

use crate::http::{Body, HttpResponse, Values};

/// Nothing but the page itself, and a form that goes to its own address. No other page may show it in a frame, where a click
/// could be stolen.
const POLICY: &str = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// How much of an answer is shown.
const MOST_CHARS: usize = 1_000;

/// A page that asks whether to give this answer. Its form goes to the address of the page, so the token is not repeated.
pub(super) fn confirmation(says: &CallbackSays) -> HttpResponse {
    let answer = shown(says);
    let answer = if answer.is_empty() { answer } else { format!("<pre>{}</pre>\n", escaped(&answer)) };
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Your answer</title>\n\
         <p>Send this answer?</p>\n{answer}<form method=\"post\"><button>Send</button></form>\n</html>\n"
    );
    let mut response = HttpResponse::new(200, Body::Text(page.into()));
    response.headers.put("content-type", Values::One("text/html; charset=utf-8".into()));
    response.headers.put("content-security-policy", Values::One(POLICY.into()));
    keep_private(&mut response);
    response
}

/// What a cache answers does not reach the execution, and the address of the page has the token.
pub(super) fn keep_private(response: &mut HttpResponse) {
    for (name, value) in [
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ] {
        response.headers.put(name, Values::One(value.into()));
    }
}

/// The answer for people; empty for a plain yes.
fn shown(says: &CallbackSays) -> String {
    let whole = match says {
        CallbackSays::Success(result) if *result == "{}" => String::new(),
        CallbackSays::Success(result) => result.to_string(),
        CallbackSays::Failure(error) => {
            Failure::from_parts(error.error_type.clone(), error.message.clone()).to_string()
        }
        CallbackSays::Alive => String::new(),
    };
    let mut shown: String = whole.chars().take(MOST_CHARS).collect();
    if shown.len() < whole.len() {
        shown.push('…');
    }
    shown
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

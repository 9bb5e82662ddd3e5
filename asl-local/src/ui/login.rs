//! The form in which a browser's user types the shared key, and the one that ends the session.

use form_urlencoded::parse;

use crate::reply::Reply;

const DOCUMENT: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>asl</title>
<link rel="icon" href="data:,">
</head>
<body>
FORM
</body>
</html>
"#;

const LOG_IN: &str = r#"<form method="post" action="/ui/login">
<p><label for="key">The key of this server</label></p>
<p><input id="key" name="key" type="password" autocomplete="current-password" required autofocus></p>
<p><button>Log in</button></p>
<p role="alert">PROBLEM</p>
</form>"#;

const LOG_OUT: &str = r#"<p><a href="/">The page of this server</a></p>
<form method="post" action="/ui/logout">
<p><button>Log out</button></p>
</form>"#;

/// Nothing runs and nothing is loaded. With `no-referrer` a browser would send the form with the origin `null`.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("vary", "accept, cookie"),
    ("cache-control", "no-store"),
];

/// The form, in answer to a request without the key.
pub(crate) fn form() -> Reply {
    with("")
}

/// The form after a wrong key.
pub(crate) fn again() -> Reply {
    with("This is not the key.")
}

fn with(problem: &str) -> Reply {
    document(403, &LOG_IN.replace("PROBLEM", problem))
}

/// The form of somebody who has typed the key.
pub(crate) fn leave() -> Reply {
    document(200, LOG_OUT)
}

fn document(status: u16, form: &str) -> Reply {
    let text = DOCUMENT.replace("FORM", form);
    Reply { status, headers: HEADERS, ..Reply::whole("text/html; charset=utf-8", text) }
}

/// To the page, with this cookie, or with none that counts: then it asks for the key.
pub(crate) fn to_page(cookie: String) -> Reply {
    const HEADERS: &[(&str, &str)] = &[("location", "/"), ("cache-control", "no-store")];
    let reply = Reply::whole("text/plain; charset=utf-8", "");
    Reply { status: 303, headers: HEADERS, cookie: Some(cookie), ..reply }
}

/// The key in the body of the form.
pub(crate) fn key(body: &[u8]) -> String {
    let found = parse(body).find(|(name, _)| name == "key");
    found.map_or_else(String::new, |(_, key)| key.into_owned())
}

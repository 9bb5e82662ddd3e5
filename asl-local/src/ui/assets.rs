//! The document of the page, and the two files of its bundle.

use crate::reply::Reply;

/// The bundle. `cargo xtask ui` builds it; the built files are committed, so that a build of the crate needs no npm.
pub(super) const SCRIPT: &str = include_str!("../../ui/dist/app.js");
pub(super) const STYLE: &str = include_str!("../../ui/dist/app.css");

const DOCUMENT: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>asl</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/ui/app.css">
<script src="/ui/app.js" defer></script>
</head>
<body>
<noscript>This page needs JavaScript. The API works without it.</noscript>
</body>
</html>
"#;

/// The browser runs nothing but the bundle, asks nobody but this server, and shows the page in no other one.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; \
                      base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Browsers ask again each time: another version of the command may listen at the same address tomorrow.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-cache"),
];

pub(super) fn document() -> Reply {
    // `/` is also where programs ask whether the server is up.
    const VARIES: &[(&str, &str)] = &[
        ("content-security-policy", POLICY),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("vary", "accept"),
        ("cache-control", "no-cache"),
    ];
    Reply { headers: VARIES, ..Reply::whole("text/html; charset=utf-8", DOCUMENT) }
}

pub(super) fn script() -> Reply {
    Reply { headers: HEADERS, ..Reply::whole("text/javascript; charset=utf-8", SCRIPT) }
}

pub(super) fn style() -> Reply {
    Reply { headers: HEADERS, ..Reply::whole("text/css; charset=utf-8", STYLE) }
}

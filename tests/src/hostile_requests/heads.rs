//! Heads of requests: odd headers, paths that lead elsewhere, lengths that lie, and what is no HTTP.

use super::{Allowed, Request, Sending, Target, operation};
use crate::fuzz::Random;

/// Requests with a valid head that has something odd.
pub(super) fn headers(target: &Target<'_>, random: &mut Random) -> Request {
    let own = format!("host: {}", target.host);
    let operation = "x-amz-target: AWSStepFunctions.ListActivities";
    let foreign = ["evil.example", "127.0.0.1.evil.example", "[::ffff:10.0.0.1]", "localhost.evil", "0x7f.1"];
    let foreign = random.choose(&foreign).copied().unwrap_or_default();
    let many = |count: usize| (0..count).map(|number| format!("x-{number}: y\r\n")).collect::<String>();
    let (allowed, lines) = match random.below(12) {
        0 => (Allowed::Page, format!("host: {foreign}\r\n{operation}")),
        1 => (Allowed::Page, format!("{own}\r\norigin: http://{foreign}\r\n{operation}")),
        2 => (Allowed::Page, format!("{own}\r\norigin: null\r\n{operation}")),
        3 => (Allowed::Page, format!("{own}\r\n{own}\r\n{operation}")),
        4 => (Allowed::Page, operation.to_owned()),
        5 => {
            (Allowed::Operation("ListActivities"), format!("{own}\r\n{}{operation}", many(random.below(90))))
        }
        // Too many, or too long: hyper refuses them.
        6 => (Allowed::Any, format!("{own}\r\n{}{operation}", many(100 + random.below(2_000)))),
        7 => (Allowed::Any, format!("{own}\r\nx-long: {}\r\n{operation}", "y".repeat(random.below(600_000)))),
        8 => {
            let name = ["", "Nothing", "listactivities", "%00", "../ListActivities", "ListActivities "];
            let name = random.choose(&name).copied().unwrap_or_default();
            (Allowed::Page, format!("{own}\r\nx-amz-target: AWSStepFunctions.{name}"))
        }
        9 => (Allowed::Page, format!("{own}\r\nx-amz-target: {}", "AWS.".repeat(random.below(5_000)))),
        10 => {
            let trace =
                "x-amzn-trace-id: Root=;;==\r\ntraceparent: 00-zz--\r\nauthorization: AWS4-HMAC-SHA256 ,,=";
            (Allowed::Operation("ListActivities"), format!("{own}\r\n{trace}\r\n{operation}"))
        }
        _ => (
            Allowed::Page,
            format!("{own}\r\nsec-fetch-site: cross-site\r\naccept: text/html\r\n{operation}"),
        ),
    };
    let bytes = format!("POST / HTTP/1.1\r\n{lines}\r\ncontent-length: 2\r\n\r\n{{}}").into_bytes();
    Request { bytes, contains: None, allowed, sending: Sending::Whole }
}

/// Requests for paths: those of the page, and those that lead out of it.
pub(super) fn path(target: &Target<'_>, random: &mut Random) -> Request {
    let names = [
        "",
        "ui/",
        "ui/app.js",
        "ui/app.css",
        "ui/execution",
        "ui/executions",
        "ui/event",
        "ui/events",
        "ui/stages",
        "ui/coverage",
        "ui/login",
        "ui/graph",
        "ui/../../etc/passwd",
        "ui/%2e%2e/%2e%2e/etc/passwd",
        "ui/%00",
        "ui/app.js%00.css",
        "ui//app.js",
        "..",
        "//",
        "ui/app.js/",
        "etc/passwd",
        "ui/..\\..\\",
        "?",
        "ui/%ff%fe",
    ];
    let queries = [
        "",
        "?arn=",
        "?arn=a",
        "?arn=%00",
        "?arn=%ff",
        "?arn=arn:aws:states:us-east-1:123456789012:execution:a:b",
        "?arn=a&id=-1",
        "?arn=a&id=99999999999999999999",
        "?arn=a&event=1",
        "?maxResults=-1&arn=a",
        "?&&&==&",
        "?arn=a&arn=b&after=x",
        "?stateMachineArn=a&maxResults=1e9",
        "?nextToken=%F0%9F%92%A9",
    ];
    let methods = ["GET", "GET", "GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH", "BREW"];
    let name = random.choose(&names).copied().unwrap_or_default();
    let query = random.choose(&queries).copied().unwrap_or_default();
    let method = random.choose(&methods).copied().unwrap_or_default();
    let long = if random.below(20) == 0 { "/a".repeat(random.below(3_000)) } else { String::new() };
    let absolute = match random.below(12) {
        0 => format!("http://{}", target.host),
        1 => "http://evil.example".to_owned(),
        _ => String::new(),
    };
    let body = ["{}", "", "[]", "key=x", "{\"definition\":\"{\"}", "{\"definition\":7}"];
    let body = random.choose(&body).copied().unwrap_or_default();
    let head = format!("{method} {absolute}/{name}{long}{query} HTTP/1.1\r\nhost: {}", target.host);
    let accept = random.choose(&["accept: text/html", "accept: */*"]).copied().unwrap_or_default();
    let bytes = format!("{head}\r\n{accept}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes();
    // A backslash is not a part of a path.
    let allowed = if name.contains('\\') { Allowed::Any } else { Allowed::Page };
    Request { bytes, contains: None, allowed, sending: Sending::Whole }
}

/// What is no HTTP, is incomplete, or says something else than it is.
pub(super) fn broken(target: &Target<'_>, random: &mut Random) -> Request {
    let whole = operation(target, "ListActivities", b"{\"maxResults\":3}");
    let head =
        format!("POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: AWSStepFunctions.ListActivities", target.host);
    let chunked = format!("{head}\r\ntransfer-encoding: chunked\r\n\r\n");
    let text = match random.below(14) {
        0 | 1 => return cut(&whole, random),
        2 if random.below(60) == 0 => {
            let allowed = Allowed::Operation("ListActivities");
            return Request { bytes: whole, contains: None, allowed, sending: Sending::Slowly };
        }
        2 | 3 => return garbage(random),
        4 => format!("{head}\r\ncontent-length: 9999999\r\n\r\n{{}}"),
        5 => format!("{head}\r\ncontent-length: -1\r\n\r\n{{}}"),
        6 => format!("{head}\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{{}}"),
        7 => format!("{head}\r\ncontent-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"),
        8 => format!("{chunked}zz\r\n{{}}\r\n0\r\n\r\n"),
        9 => format!("{chunked}ffffffffffffffffffff\r\n{{}}"),
        10 => format!("{chunked}{}", "1;x=y\r\n{\r\n".repeat(random.below(2_000))),
        11 => format!("{head}\r\n bad: folded\r\nno colon\r\n\r\n"),
        12 => "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(),
        _ => format!("GET {} HTTP/1.1\r\nhost: {}\r\n\r\n", "/".repeat(random.below(100_000)), target.host),
    };
    Request { bytes: text.into_bytes(), contains: None, allowed: Allowed::Any, sending: Sending::CutOff }
}

fn cut(whole: &[u8], random: &mut Random) -> Request {
    let bytes = whole.get(..random.below(whole.len())).unwrap_or_default().to_vec();
    Request { bytes, contains: None, allowed: Allowed::Any, sending: Sending::CutOff }
}

fn garbage(random: &mut Random) -> Request {
    let bytes = (0..random.below(4_000)).map(|_| random.below(256) as u8).collect();
    Request { bytes, contains: None, allowed: Allowed::Any, sending: Sending::CutOff }
}

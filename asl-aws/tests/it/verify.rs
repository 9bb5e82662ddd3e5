//! Verification: what a client signs is accepted, and nothing else.

use std::time::{Duration, SystemTime};

use asl_aws::{ReceivedRequest, Signature};
use asl_value::Timestamp;

use crate::signature::{hex, hmac, sha256};

const SECRET: &str = "a secret of sixteen characters or more";
const BODY: &str = r#"{"stateMachineArn":"arn"}"#;

/// A request of a client that was written by the documentation, not with the signer.
#[derive(Clone)]
struct Signed {
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    authorization: String,
}

/// What a client may do differently.
struct Client {
    secret: &'static str,
    target: &'static str,
    service: &'static str,
    /// By how much its clock is wrong, in seconds.
    ahead: i64,
    /// Headers that it sends and signs besides the host, the date and the target.
    signed: Vec<(&'static str, String)>,
    leaves_out: &'static str,
    scope_date: Option<&'static str>,
}

impl Default for Client {
    fn default() -> Client {
        Client {
            secret: SECRET,
            target: "/",
            service: "states",
            ahead: 0,
            signed: Vec::new(),
            leaves_out: "",
            scope_date: None,
        }
    }
}

fn sign(client: Client) -> Signed {
    let now: Timestamp = SystemTime::now().into();
    let ahead = Duration::from_secs(client.ahead.unsigned_abs());
    let now = if client.ahead < 0 { now.minus(ahead) } else { now.plus(ahead) };
    let date = now.to_seconds().to_string().replace(['-', ':'], "");
    let day = client.scope_date.unwrap_or(&date[..8]).to_owned();
    let mut headers: Vec<(String, String)> = [
        ("host", "localhost:8083".to_owned()),
        ("x-amz-date", date.clone()),
        ("x-amz-target", "AWSStepFunctions.StartExecution".to_owned()),
    ]
    .into_iter()
    .chain(client.signed)
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    headers.sort();
    let (path, query) = client.target.split_once('?').unwrap_or((client.target, ""));
    let signed: Vec<_> = headers.iter().filter(|(name, _)| name != client.leaves_out).collect();
    let names = signed.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(";");
    let lines: String = signed.iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
    let canonical = format!("POST\n{path}\n{query}\n{lines}\n{names}\n{}", sha256(BODY));
    let scope = format!("{day}/eu-west-1/{}/aws4_request", client.service);
    let text = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", sha256(&canonical));
    let key =
        scope.split('/').fold(format!("AWS4{}", client.secret).into_bytes(), |key, part| hmac(&key, part));
    let signature = hex(&hmac(&key, &text));
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential=asl/{scope}, SignedHeaders={names}, Signature={signature}");
    Signed { target: client.target.to_owned(), headers, body: BODY.to_owned(), authorization }
}

fn verify(request: &Signed) -> String {
    let headers: Vec<(&str, &str)> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let received = ReceivedRequest {
        method: "POST",
        target: &request.target,
        headers: &headers,
        body: request.body.as_bytes(),
    };
    let verified = Signature::read(&request.authorization).and_then(|signature| {
        assert_eq!(signature.key_id(), "asl");
        signature.check_scope(&headers, "states")?;
        signature.verify(&received, SECRET, "states")
    });
    verified.map_or_else(|error| format!("{}: {error}", error.name()), |()| "verified".to_owned())
}

#[track_caller]
fn check(client: Client, expected: &str) {
    let found = verify(&sign(client));
    assert!(found.starts_with(expected), "expected `{expected}`, found `{found}`");
}

const MISMATCH: &str = "InvalidSignatureException: The request signature we calculated does not match";

#[test]
fn what_a_client_signs_is_accepted() {
    check(Client::default(), "verified");
    check(Client { target: "/states?a=1&b=%20x", ..Client::default() }, "verified");
    let also = |name, value: &str| Client { signed: vec![(name, value.to_owned())], ..Client::default() };
    check(also("x-amz-security-token", "a session"), "verified");
    check(also("user-agent", "  aws-sdk "), "verified");
    check(also("x-amz-content-sha256", &sha256(BODY)), "verified");
    for ahead in [-290, 290] {
        check(Client { ahead, ..Client::default() }, "verified");
    }
}

#[test]
fn what_it_did_not_sign_is_refused() {
    check(Client { secret: "another", ..Client::default() }, MISMATCH);
    check(
        Client { service: "s3", ..Client::default() },
        "InvalidSignatureException: Credential should be scoped to correct service: 'states'.",
    );
    check(Client { ahead: -310, ..Client::default() }, "InvalidSignatureException: Signature expired: ");
    check(
        Client { ahead: 310, ..Client::default() },
        "InvalidSignatureException: Signature not yet current: ",
    );
    check(
        Client { scope_date: Some("20200101"), ..Client::default() },
        "InvalidSignatureException: Date in Credential scope does not match",
    );
    for name in ["host", "x-amz-date", "x-amz-target"] {
        let expected = format!("InvalidSignatureException: '{name}' must be a 'SignedHeader'");
        check(Client { leaves_out: name, ..Client::default() }, &expected);
    }
    let unsigned = vec![("x-amz-content-sha256", "UNSIGNED-PAYLOAD".to_owned())];
    check(Client { signed: unsigned, ..Client::default() }, MISMATCH);
}

#[test]
fn a_request_that_was_changed_on_its_way_is_refused() {
    type Change = fn(&mut Signed);
    let changes: [Change; 7] = [
        |request| request.body.push(' '),
        |request| request.body.clear(),
        |request| request.target.push_str("?a"),
        |request| request.target = "/other".to_owned(),
        |request| request.headers[2].1 = "AWSStepFunctions.DeleteStateMachine".to_owned(),
        |request| request.headers[0].1 = "evil.example".to_owned(),
        |request| request.headers.push(("host".to_owned(), "evil.example".to_owned())),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut request = sign(Client::default());
        change(&mut request);
        assert!(verify(&request).starts_with(MISMATCH), "change {number}: {}", verify(&request));
    }
    let mut request = sign(Client::default());
    let last = request.authorization.pop().unwrap();
    request.authorization.push(if last == '0' { '1' } else { '0' });
    assert!(verify(&request).starts_with(MISMATCH));
}

#[test]
fn a_header_that_is_no_signature() {
    for (header, expected) in [
        ("", "Authorization header requires the algorithm AWS4-HMAC-SHA256."),
        ("AWS4-HMAC-SHA256", "Authorization header requires 'Credential' parameter."),
        (
            "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host",
            "Authorization header requires 'Signature' parameter.",
        ),
        ("AWS4-HMAC-SHA256 Credential=a/b,SignedHeaders=host,Signature=0", "Credential must have exactly 5"),
    ] {
        let error = Signature::read(header).expect_err(header);
        assert_eq!(error.name(), "IncompleteSignatureException");
        assert!(error.to_string().starts_with(expected), "{header}: {error}");
    }
    let mut request = sign(Client::default());
    for date in ["", "20260101", "2026-01-01T00:00:00Z", "20260101T0000é0Z", "20261301T000000Z"] {
        request.headers[1].1 = date.to_owned();
        assert!(
            verify(&request).starts_with("IncompleteSignatureException: "),
            "{date}: {}",
            verify(&request)
        );
    }
}

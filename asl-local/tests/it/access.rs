//! The shared key and TLS: who is let in, how, and what the others learn.

use std::sync::Arc;
use std::time::Duration;

use asl_local::{Config, Quotas, SharedKey, Tls};
use asl_value::json;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::client::Client;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn config() -> Config {
    Config { key: Some(SharedKey::new(KEY).unwrap()), page: true, ..Config::default() }
}

fn tls() -> Tls {
    Tls::from_pem(include_bytes!("data/server.pem"), include_bytes!("data/server.key.pem")).unwrap()
}

const LIST: &str = "POST / HTTP/1.1\r\nx-amz-target: AWSStepFunctions.ListStateMachines";

/// Sends a request and returns the whole response.
async fn response(client: &Client, head: &str, body: &str) -> String {
    exchange(client.connect().await, head, body).await
}

async fn exchange(mut stream: impl AsyncRead + AsyncWrite + Unpin, head: &str, body: &str) -> String {
    let length = body.len();
    let head =
        format!("{head}\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}");
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

#[track_caller]
fn assert_answer(answer: &str, status: u16, part: &str) {
    assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "expected {status}: {answer}");
    assert!(answer.contains(part), "expected `{part}`: {answer}");
    assert!(!answer.contains(KEY), "{answer}");
}

#[tokio::test]
async fn a_key_in_a_header() {
    let client = Client::of(config()).await;
    let missing =
        "coral.service#MissingAuthenticationTokenException\",\"message\":\"Missing Authentication Token\"";
    let wrong = "coral.service#UnrecognizedClientException";
    for (header, status, part) in [
        (format!("x-api-key: {KEY}"), 200, "stateMachines"),
        (format!("authorization: Bearer {KEY}"), 200, "stateMachines"),
        (format!("authorization: bearer  {KEY} "), 200, "stateMachines"),
        ("x-other: 1".to_owned(), 403, missing),
        (format!("cookie: asl={KEY}"), 403, missing),
        ("x-api-key: 0123456789abcdef0123456789abcdeF".to_owned(), 403, wrong),
        ("x-api-key: ".to_owned(), 403, wrong),
        (format!("x-api-key: {KEY}{KEY}"), 403, wrong),
        ("authorization: Bearer".to_owned(), 403, "IncompleteSignatureException"),
        ("authorization: Basic YXNsOmFzbA==".to_owned(), 403, "IncompleteSignatureException"),
    ] {
        assert_answer(&response(&client, &format!("{LIST}\r\n{header}"), "{}").await, status, part);
    }
}

/// Everything is behind the key but the health of the server and the form for the key.
#[tokio::test]
async fn nothing_is_served_without_the_key() {
    let client = Client::of(config()).await;
    for route in [
        "POST /",
        "POST /other",
        "POST /ui/graph",
        "GET /ui/app.js",
        "GET /ui/app.css",
        "GET /ui/execution?arn=a",
        "GET /ui/executions?stateMachineArn=a",
        "GET /ui/events?arn=a",
        "GET /ui/event?arn=a&id=1",
        "GET /ui/stages?arn=a&event=2",
        "GET /ui/coverage?arn=a",
        "GET /ui/changes",
    ] {
        let target = if route == "POST /" || route == "POST /other" {
            "\r\nx-amz-target: AWSStepFunctions.CreateStateMachine"
        } else {
            ""
        };
        let answer = response(&client, &format!("{route} HTTP/1.1{target}"), "").await;
        assert_answer(&answer, 403, "MissingAuthenticationTokenException");
    }
    assert_answer(&response(&client, "GET / HTTP/1.1", "").await, 200, r#"{"status":"ok"}"#);
    let page = response(&client, "GET / HTTP/1.1\r\naccept: text/html", "").await;
    assert_answer(&page, 403, r#"action="/ui/login""#);
    assert!(page.contains("default-src 'none'") && !page.contains("<script"), "{page}");
}

#[tokio::test]
async fn a_browser_logs_in_once() {
    let client = Client::of(config()).await;
    let form = "POST /ui/login HTTP/1.1\r\norigin: http://localhost\r\ncontent-type: application/x-www-form-urlencoded";
    assert_answer(&response(&client, form, "key=wrong").await, 403, "This is not the key.");
    assert_answer(&response(&client, form, &format!("kay={KEY}")).await, 403, "This is not the key.");
    let foreign = form.replace("http://localhost", "http://evil.example");
    assert_answer(&response(&client, &foreign, &format!("key={KEY}")).await, 403, "AccessDeniedException");

    let welcome = response(&client, form, &format!("key={KEY}")).await;
    assert_answer(&welcome, 303, "location: /\r\n");
    let cookie = welcome.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let (pair, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Max-Age=43200; HttpOnly; SameSite=Strict");
    let with = |head: &str| format!("{head}\r\ncookie: other=1; {pair}");
    let page = response(&client, &with("GET / HTTP/1.1\r\naccept: text/html"), "").await;
    assert_answer(&page, 200, "/ui/app.js");
    assert_answer(&response(&client, &with("GET /ui/app.js HTTP/1.1"), "").await, 200, "");
    assert_answer(&response(&client, &with(LIST), "{}").await, 200, "stateMachines");
    // A page of another site has the cookie of no visitor; if it had, its origin would betray it.
    let foreign = with(&format!("{LIST}\r\norigin: http://evil.example"));
    assert_answer(&response(&client, &foreign, "{}").await, 403, "AccessDeniedException");

    let other = Client::of(config()).await;
    assert_answer(&response(&other, &with(LIST), "{}").await, 403, "MissingAuthenticationTokenException");
}

/// Each browser has a session of its own, and logging out ends that one for good.
#[tokio::test]
async fn a_browser_logs_out() {
    let client = Client::of(config()).await;
    let log_in = async || {
        let form = "POST /ui/login HTTP/1.1\r\norigin: http://localhost";
        let welcome = response(&client, form, &format!("key={KEY}")).await;
        let cookie = welcome.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        cookie.split(';').next().unwrap().to_owned()
    };
    let (first, second) = (log_in().await, log_in().await);
    let ask =
        async |head: &str, cookie: &str| response(&client, &format!("{head}\r\ncookie: {cookie}"), "").await;
    assert_answer(&ask("GET /ui/login HTTP/1.1", &first).await, 200, r#"action="/ui/logout""#);
    assert_answer(&ask("GET /ui/login HTTP/1.1", "asl-1=2").await, 403, r#"action="/ui/login""#);
    let foreign = "POST /ui/logout HTTP/1.1\r\norigin: http://evil.example";
    assert_answer(&ask(foreign, &first).await, 403, "AccessDeniedException");
    let goodbye = ask("POST /ui/logout HTTP/1.1\r\norigin: http://localhost", &first).await;
    assert_answer(&goodbye, 303, "location: /\r\n");
    assert!(goodbye.contains("=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict\r\n"), "{goodbye}");
    assert_answer(&ask(LIST, &first).await, 403, "MissingAuthenticationTokenException");
    assert_answer(&ask(LIST, &second).await, 200, "stateMachines");
}

/// Whoever tries keys waits for each answer; whoever sends none is told at once, as SDKs without keys do.
#[tokio::test]
async fn a_wrong_key_is_answered_after_a_pause() {
    let client = Client::of(config()).await;
    let form = "POST /ui/login HTTP/1.1\r\norigin: http://localhost";
    for (head, body) in [
        (format!("{LIST}\r\nx-api-key: 0123456789abcdef0123456789abcdeF"), "{}"),
        (format!("{LIST}\r\nauthorization: Bearer wrong"), "{}"),
        (form.to_owned(), "key=wrong"),
    ] {
        let begun = std::time::Instant::now();
        assert_answer(&response(&client, &head, body).await, 403, "");
        assert!(begun.elapsed() >= Duration::from_millis(100), "{head}: {:?}", begun.elapsed());
    }
}

/// The client of asl-aws signs as SDKs do.
#[tokio::test]
async fn a_client_signs_with_the_key() {
    let client = Client::of(config()).await;
    let call = async |id: &str, secret: &str, token: Option<&str>| {
        let url = format!("http://{}", client.address());
        let mut variables =
            vec![("AWS_REGION", "eu-west-1"), ("AWS_ENDPOINT_URL", &url), ("AWS_ACCESS_KEY_ID", id)];
        variables.push(("AWS_SECRET_ACCESS_KEY", secret));
        variables.extend(token.map(|token| ("AWS_SESSION_TOKEN", token)));
        let variables = variables.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned()));
        let config = asl_aws::Config::from_variables(variables).unwrap();
        let called = asl_aws::Caller::new(config)
            .call("sfn", "listStateMachines", json!({}), &Default::default())
            .await;
        called.map_or_else(|error| error.to_string(), |answer| answer.output.to_json())
    };
    assert!(call("asl", KEY, None).await.contains("StateMachines"));
    assert!(call("asl", KEY, Some("a session")).await.contains("StateMachines"));
    let wrong = call("asl", "another secret of sixteen", None).await;
    assert!(wrong.contains("signature we calculated does not match"), "{wrong}");
    let unknown = call("AKIAIOSFODNN7EXAMPLE", KEY, None).await;
    assert!(unknown.contains("The security token included in the request is invalid."), "{unknown}");
    assert!(!format!("{wrong}{unknown}").contains(KEY));
}

/// Megabytes of somebody who cannot sign are not read.
#[tokio::test]
async fn a_body_is_not_read_before_its_head_is_checked() {
    let client = Client::of(config()).await;
    let stale = "AWS4-HMAC-SHA256 Credential=asl/20200101/us-east-1/states/aws4_request, \
                 SignedHeaders=host;x-amz-date;x-amz-target, Signature=00";
    for (header, error) in [
        ("x-api-key: wrong".to_owned(), "UnrecognizedClientException"),
        ("x-none: 1".to_owned(), "MissingAuthenticationTokenException"),
        (format!("authorization: {stale}\r\nx-amz-date: 20200101T000000Z"), "Signature expired: "),
        (format!("authorization: {}", stale.replace("=asl/", "=AKID/")), "UnrecognizedClientException"),
    ] {
        let mut stream = client.connect().await;
        let head = format!("{LIST}\r\nhost: localhost\r\n{header}\r\ncontent-length: 4000000\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = String::new();
        let read = tokio::time::timeout(Duration::from_secs(10), stream.read_to_string(&mut answer)).await;
        read.expect("an answer before the body").unwrap();
        assert_answer(&answer, 403, error);
    }
}

async fn connect(client: &Client) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(include_bytes!("data/authority.pem")).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    TlsConnector::from(Arc::new(config)).connect(name, client.connect().await).await
}

#[tokio::test]
async fn requests_over_tls() {
    let client = Client::of(Config { tls: Some(tls()), ..config() }).await;
    let answer =
        exchange(connect(&client).await.unwrap(), &format!("{LIST}\r\nx-api-key: {KEY}"), "{}").await;
    assert_answer(&answer, 200, "stateMachines");
    let answer = exchange(connect(&client).await.unwrap(), LIST, "{}").await;
    assert_answer(&answer, 403, "MissingAuthenticationTokenException");
    let form = "POST /ui/login HTTP/1.1\r\norigin: https://localhost";
    let welcome = exchange(connect(&client).await.unwrap(), form, &format!("key={KEY}")).await;
    assert_answer(&welcome, 303, "set-cookie: __Host-asl-");
    assert!(welcome.contains("; HttpOnly; SameSite=Strict; Secure\r\n"), "{welcome}");

    // A client without TLS gets an alert, not HTTP.
    let mut plain = client.connect().await;
    plain.write_all(format!("{LIST}\r\nhost: localhost\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = plain.read_to_end(&mut answer).await;
    assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
}

#[tokio::test]
async fn a_handshake_has_a_time_and_gives_way() {
    let quotas = Quotas { request_time: Duration::from_millis(200), connections: 4, ..Quotas::default() };
    let client = Client::of(Config { tls: Some(tls()), quotas, ..config() }).await;
    // The first bytes of a handshake, which never ends.
    let mut slow = client.connect().await;
    slow.write_all(&[22, 3, 1, 0, 200, 1]).await.unwrap();
    let mut rest = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(30), slow.read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the server waits for the handshake");

    let quotas = Quotas { connections: 4, ..Quotas::default() };
    let client = Client::of(Config { tls: Some(tls()), quotas, ..config() }).await;
    let mut stalled = Vec::new();
    for _ in 0..20 {
        stalled.push(client.connect().await);
    }
    let answer =
        exchange(connect(&client).await.unwrap(), &format!("{LIST}\r\nx-api-key: {KEY}"), "{}").await;
    assert_answer(&answer, 200, "stateMachines");
    let closed = tokio::time::timeout(Duration::from_secs(30), stalled[0].read_to_end(&mut rest)).await;
    assert!(closed.is_ok(), "the one that has waited longest is closed");
}

#[test]
fn what_is_no_certificate() {
    let (certificate, key) = (include_bytes!("data/server.pem"), include_bytes!("data/server.key.pem"));
    let authority = include_bytes!("data/authority.pem");
    for (certificate, key, expected) in [
        (&b""[..], &key[..], "there is no certificate in the format PEM"),
        (&certificate[..], &b""[..], "there is no private key in the format PEM"),
        (&certificate[..], &certificate[..], "there is no private key in the format PEM"),
        (&authority[..], &key[..], "the certificate cannot be used: "),
    ] {
        let error = Tls::from_pem(certificate, key).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
    let shown = format!("{:?} {:?}", tls(), Config { tls: Some(tls()), ..config() });
    assert!(!shown.contains(KEY) && shown.contains("tls: true") && shown.contains("key: true"), "{shown}");
}

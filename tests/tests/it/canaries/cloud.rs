//! A stand-in for everything that is called: services, STS, IAM Identity Center, endpoints of containers, of OAuth and of HTTP
//! tasks.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_value::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::sources::CANARY;

/// How things go wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// They do not.
    None,
    /// The service rejects the signature and quotes what it should have signed; so do those that hand out keys.
    Signature,
    /// The same in an error that quotes all that it was sent.
    Quoted,
    /// Whoever hands out keys fails, and quotes what it was sent.
    Keys,
    /// A server error, which is tried again.
    Server,
    /// A response that cannot be read.
    Garbage,
    /// A response that ends too early.
    Cut,
    /// No response.
    Silence,
    /// A redirect to elsewhere.
    Redirect,
}

impl Trouble {
    pub(crate) const ALL: &[Trouble] = &[
        Trouble::None,
        Trouble::Signature,
        Trouble::Quoted,
        Trouble::Keys,
        Trouble::Server,
        Trouble::Garbage,
        Trouble::Cut,
        Trouble::Silence,
        Trouble::Redirect,
    ];

    /// Whether the client of AWS sends a request again.
    pub(crate) fn is_retried(self) -> bool {
        matches!(self, Trouble::Server | Trouble::Cut)
    }

    /// Whether it may come before all secrets are sent.
    pub(crate) fn is_early(self) -> bool {
        !matches!(self, Trouble::None | Trouble::Quoted)
    }
}

pub(crate) struct Cloud {
    pub(crate) url: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Cloud {
    pub(crate) async fn start(trouble: Trouble, connection: &'static str) -> Cloud {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, own) = (Arc::clone(&requests), url.clone());
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                tokio::spawn(serve(stream, trouble, connection, own.clone(), Arc::clone(&kept)));
            }
        });
        Cloud { url, requests }
    }

    /// All requests, with their heads.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }
}

async fn serve(
    mut stream: TcpStream,
    trouble: Trouble,
    connection: &'static str,
    url: String,
    requests: Arc<Mutex<Vec<String>>>,
) {
    while let Some(request) = read(&mut stream).await {
        let is_target = is_target(&request, connection);
        requests.lock().unwrap().push(request.clone());
        let (status, body) = match trouble {
            Trouble::Silence if is_target => return tokio::time::sleep(Duration::from_secs(60)).await,
            Trouble::Cut if is_target => {
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{\"a\"").await;
                return;
            }
            Trouble::Signature if is_target => {
                refused("403 Forbidden", "InvalidSignatureException", &session(&request))
            }
            Trouble::Quoted if is_target && connection.is_empty() => {
                refused("400 Bad Request", "ValidationException", &session(&request))
            }
            Trouble::Keys if hands_out(&request) => {
                refused("400 Bad Request", "ValidationError", &request.replace(['<', '&'], " "))
            }
            Trouble::Server if is_target => refused("500 Internal Server Error", "InternalFailure", ""),
            Trouble::Garbage if is_target => ("200 OK", "\u{1}{<garbage".to_owned()),
            Trouble::Redirect if is_target => ("302 Found\r\nlocation: http://127.0.0.1:1/", String::new()),
            _ => ("200 OK", answer(&request, connection, &url)),
        };
        let head = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n", body.len());
        if stream.write_all((head + &body).as_bytes()).await.is_err() {
            return;
        }
    }
}

/// Whether a request is what a task is about, not one for keys or secrets.
fn is_target(request: &str, connection: &str) -> bool {
    if connection.is_empty() { !hands_out(request) } else { request.starts_with("POST /orders") }
}

/// Whether somebody asks for keys, tokens or secrets.
fn hands_out(request: &str) -> bool {
    let is = |part: &str| request.contains(part);
    request.starts_with("GET /keys")
        || request.starts_with("POST /token")
        || request.starts_with("GET /federation/credentials")
        || is("Action=AssumeRole")
        || is("DescribeConnection")
        || is("GetSecretValue")
}

/// Errors in the forms of JSON and of XML.
fn refused(status: &'static str, name: &str, quoted: &str) -> (&'static str, String) {
    let message = format!("The Canonical String for this request should have been '{quoted}'");
    let json = json!({"__type": name, "Code": name, "message": (message.as_str()), "Message": (message.as_str()),
        "error": name, "error_description": (message.as_str())});
    (status, json.to_json())
}

/// The session token of a request, as errors about signatures quote it.
fn session(request: &str) -> String {
    let found = request.lines().find(|line| line.starts_with("x-amz-security-token: "));
    found.unwrap_or_default().to_owned()
}

fn answer(request: &str, connection: &str, url: &str) -> String {
    let keys = |action: &str| {
        format!(
            "<R><{action}Result><Credentials><AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>{CANARY}-role</SecretAccessKey>\
             <SessionToken>{CANARY}-role-session</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration></Credentials>\
             </{action}Result></R>"
        )
    };
    let is = |part: &str| request.contains(part);
    let fetched = format!("{CANARY}-fetched");
    let fetched = fetched.as_str();
    match request {
        _ if is("Action=AssumeRoleWithWebIdentity") => keys("AssumeRoleWithWebIdentity"),
        _ if is("Action=AssumeRole&") || is("Action=AssumeRole") => keys("AssumeRole"),
        _ if is("Action=GetCallerIdentity") => {
            "<R><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></R>"
                .to_owned()
        }
        _ if request.starts_with("GET /keys") => {
            json!({"AccessKeyId": "AKIDFETCHED", "SecretAccessKey": fetched, "Token": fetched}).to_json()
        }
        _ if request.starts_with("GET /federation") => {
            let keys = json!({"accessKeyId": "AKIDSSO", "secretAccessKey": fetched, "sessionToken": fetched,
                "expiration": 32_503_680_000_000_i64});
            json!({"roleCredentials": keys}).to_json()
        }
        // Both that of OAuth and that of IAM Identity Center.
        _ if request.starts_with("POST /token") => json!({"access_token": fetched, "accessToken": fetched,
            "expires_in": 3600, "expiresIn": 3600, "refreshToken": fetched})
        .to_json(),
        _ if is("DescribeConnection") => {
            json!({"AuthorizationType": connection, "SecretArn": "arn", "ConnectionState": "AUTHORIZED"})
                .to_json()
        }
        _ if is("GetSecretValue") => json!({"SecretString": (secret(url).to_json())}).to_json(),
        _ if request.starts_with("GET /?x-id=ListBuckets") || request.starts_with("GET / ") => {
            "<ListAllMyBucketsResult><Buckets></Buckets></ListAllMyBucketsResult>".to_owned()
        }
        _ => "{}".to_owned(),
    }
}

/// The secret of a connection, of any type.
fn secret(url: &str) -> Value {
    let list = json!([{"key": "k", "value": (format!("{CANARY}-parameter"))}]);
    json!({
        "username": "user", "password": (format!("{CANARY}-password")),
        "api_key_name": "X-Key", "api_key_value": (format!("{CANARY}-api-key")),
        "client_id": "c", "client_secret": (format!("{CANARY}-client")), "authorization_endpoint": (format!("{url}/token")),
        "invocation_http_parameters": {
            "header_parameters": (&list), "query_string_parameters": (&list), "body_parameters": (&list)
        },
    })
}

async fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let read = stream.read(&mut buffer).await.ok().filter(|read| *read > 0)?;
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head
            .lines()
            .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(text);
        }
    }
}

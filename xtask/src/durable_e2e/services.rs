//! SQS and SNS on loopback, as much as the scenarios call.

use std::collections::HashMap;
use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::{Value, json};

use crate::{Result, loopback};

const PATIENCE: Duration = Duration::from_secs(60);

/// The services. A message of SQS is JSON:
///
/// ```json
/// {"call": "retry", "fails": 2, "token": "…"}
/// ```
///
/// Calls of this name are counted. The first ones fail; the id of a message that was taken is `retry-3`.
pub(super) struct Services {
    pub(super) address: SocketAddr,
    /// Messages of SQS with a token, and the texts of all messages of SNS.
    pub(super) messages: Receiver<Value>,
}

impl Services {
    pub(super) fn start() -> Result<Services> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let (address, (sender, messages)) = (listener.local_addr()?, channel());
        let counts = Arc::<Counts>::default();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (sender, counts) = (sender.clone(), Arc::clone(&counts));
                // It ends when the caller closes the connection.
                std::thread::spawn(move || serve(connection, &sender, &counts).is_ok());
            }
        });
        Ok(Services { address, messages })
    }

    /// The next message.
    pub(super) fn message(&self) -> Result<Value> {
        self.messages.recv_timeout(PATIENCE).map_err(|_| "no message within a minute".into())
    }
}

type Counts = Mutex<HashMap<String, u64>>;

/// Answers the requests of a connection until it is closed.
fn serve(connection: TcpStream, sender: &Sender<Value>, counts: &Counts) -> Result<()> {
    connection.set_nodelay(true)?;
    let mut connection = BufReader::new(connection);
    loop {
        let (_, body) = loopback::read(&mut connection)?;
        let body = String::from_utf8(body)?;
        let (status, answer) = match serde_json::from_str::<Value>(&body) {
            Ok(request) => sqs(&request, sender, counts)?,
            Err(_) => sns(&body, sender),
        };
        let head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\n\r\n", answer.len());
        connection.get_mut().write_all((head + &answer).as_bytes())?;
    }
}

fn sqs(request: &Value, sender: &Sender<Value>, counts: &Counts) -> Result<(&'static str, String)> {
    let message: Value = serde_json::from_str(text(request, "MessageBody"))?;
    let name = text(&message, "call");
    let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(name.to_owned()).or_default();
    *count += 1;
    if *count <= message.get("fails").and_then(Value::as_u64).unwrap_or_default() {
        let error = json!({"__type": "com.amazonaws.sqs#UnsupportedOperation", "message": "not yet"});
        return Ok(("400 Bad Request", error.to_string()));
    }
    let answer = json!({"MessageId": format!("{name}-{count}"), "MD5OfMessageBody": "unknown"});
    if message.get("token").is_some() {
        // Whoever does not want it has gone.
        let _ = sender.send(message);
    }
    Ok(("200 OK", answer.to_string()))
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// `Action=Publish&Message=…`
fn sns(form: &str, sender: &Sender<Value>) -> (&'static str, String) {
    let message = form.split('&').find_map(|pair| pair.strip_prefix("Message=")).unwrap_or_default();
    let _ = sender.send(decoded(message).into());
    let answer =
        "<PublishResponse><PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>";
    ("200 OK", answer.to_owned())
}

/// Decodes percent-encoding.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().replace('+', " ").bytes());
    for part in parts {
        let (hex, rest) = part.split_at_checked(2).unwrap_or((part, ""));
        bytes.extend(u8::from_str_radix(hex, 16));
        bytes.extend(rest.replace('+', " ").bytes());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_decoded() {
        assert_eq!(decoded("a+b%2Bc%3A%0A%C3%A9"), "a b+c:\n\u{e9}");
    }

    #[test]
    fn the_first_calls_fail() {
        let (sender, messages) = channel();
        let counts = Counts::default();
        let call = |message: &str| sqs(&json!({"MessageBody": message}), &sender, &counts).unwrap().0;
        let retry = r#"{"call": "retry", "fails": 1, "token": "t"}"#;
        assert_eq!(
            [call(retry), call(retry), call(r#"{"call": "a"}"#)],
            ["400 Bad Request", "200 OK", "200 OK"]
        );
        assert_eq!(messages.try_iter().count(), 1);
    }
}

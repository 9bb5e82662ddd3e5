//! [`Starts`]: starts executions over many connections at once.
//!
//! One thread serves all connections: it reads the answers in turn, and follows each with the next request. So the client
//! takes little of a machine that it shares with the server.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use serde_json::json;

use super::names::arn;
use crate::Result;

pub(super) const CONNECTIONS: u32 = 64;

/// How executions were started.
pub(super) struct Starts {
    count: u32,
    /// From the first request to the last answer.
    lasted: Duration,
    /// From each request to its answer, in ascending order.
    times: Vec<Duration>,
}

impl Starts {
    pub(super) fn per_second(&self) -> f64 {
        f64::from(self.count) / self.lasted.as_secs_f64()
    }

    /// The time within which this many in a thousand were answered.
    pub(super) fn within(&self, part: usize) -> Duration {
        self.times.get(self.times.len() * part / 1000).copied().unwrap_or_default()
    }
}

/// Starts executions of a machine, with names unless the server is to choose them.
pub(super) fn start(address: SocketAddr, machine: &str, prefix: Option<&str>, count: u32) -> Result<Starts> {
    let request = |number: u32| {
        let mut body = json!({"stateMachineArn": arn(machine), "input": r#"{"order": "a-1", "count": 3}"#});
        if let Some(prefix) = prefix {
            body["name"] = format!("{prefix}-{number}").into();
        }
        request(address, &body.to_string())
    };
    let unnamed = request(0);
    let connect = |_| Connection::open(address);
    let mut connections = (0..CONNECTIONS.min(count)).map(connect).collect::<Result<Vec<_>>>()?;
    let (mut sent, mut times) = (0, Vec::new());
    let begun = Instant::now();
    while times.len() < count as usize {
        for connection in &mut connections {
            times.extend(connection.answered()?);
            if sent < count {
                let named = prefix.map(|_| request(sent));
                connection.send(named.as_ref().unwrap_or(&unnamed))?;
                sent += 1;
            }
        }
    }
    let lasted = begun.elapsed();
    times.sort_unstable();
    Ok(Starts { count, lasted, times })
}

fn request(address: SocketAddr, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nx-amz-target: AWSStepFunctions.StartExecution\r\ncontent-length: {length}\r\n\r\n"
    );
    (head + body).into_bytes()
}

struct Connection {
    stream: TcpStream,
    /// When the request was sent that has not been answered.
    sent: Option<Instant>,
    read: Vec<u8>,
}

impl Connection {
    fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(90)))?;
        Ok(Connection { stream, sent: None, read: Vec::new() })
    }

    fn send(&mut self, request: &[u8]) -> Result<()> {
        self.sent = Some(Instant::now());
        Ok(self.stream.write_all(request)?)
    }

    /// Waits for the answer to the last request, if there is one. Returns how long it took.
    fn answered(&mut self) -> Result<Option<Duration>> {
        let Some(sent) = self.sent.take() else { return Ok(None) };
        self.read.clear();
        let mut part = [0; 1024];
        while !is_complete(&self.read)? {
            match self.stream.read(&mut part)? {
                0 => return Err("the connection was closed".into()),
                bytes => self.read.extend(part.iter().take(bytes)),
            }
        }
        Ok(Some(sent.elapsed()))
    }
}

/// Whether these bytes are the whole answer to a start. Fails if it was refused.
fn is_complete(answer: &[u8]) -> Result<bool> {
    let text = std::str::from_utf8(answer)?;
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Ok(false) };
    if !head.starts_with("HTTP/1.1 200 ") {
        return Err(format!("an execution was not started: {text}").into());
    }
    let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.split("\r\n").next());
    Ok(body.len() >= length.ok_or("an answer without a length")?.parse()?)
}

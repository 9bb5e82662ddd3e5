//! [`Connection`]: starts executions, one after the other.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::Result;

/// A connection to the server.
pub(super) struct Connection {
    stream: TcpStream,
    /// When the request was sent that has not been answered.
    sent: Option<Instant>,
    read: Vec<u8>,
}

/// What was answered to a start.
pub(super) struct Answer {
    pub(super) took: Duration,
    /// Whether it was status 200.
    pub(super) is_success: bool,
    pub(super) text: String,
}

/// A request to start an execution.
pub(super) fn request(address: SocketAddr, body: &str) -> Vec<u8> {
    let length = body.len();
    let head = format!(
        "POST / HTTP/1.1\r\nhost: {address}\r\nx-amz-target: AWSStepFunctions.StartExecution\r\ncontent-length: {length}\r\n\r\n"
    );
    (head + body).into_bytes()
}

impl Connection {
    pub(super) fn open(address: SocketAddr) -> Result<Connection> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(90)))?;
        Ok(Connection { stream, sent: None, read: Vec::new() })
    }

    pub(super) fn send(&mut self, request: &[u8]) -> Result<()> {
        self.sent = Some(Instant::now());
        Ok(self.stream.write_all(request)?)
    }

    /// Waits for the answer to the last request, if there is one.
    pub(super) fn answer(&mut self) -> Result<Option<Answer>> {
        let Some(sent) = self.sent.take() else { return Ok(None) };
        self.read.clear();
        let mut part = [0; 1024];
        while !is_complete(&self.read)? {
            match self.stream.read(&mut part)? {
                0 => return Err("the connection was closed".into()),
                bytes => self.read.extend(part.iter().take(bytes)),
            }
        }
        let text = String::from_utf8_lossy(&self.read).into_owned();
        Ok(Some(Answer { took: sent.elapsed(), is_success: text.starts_with("HTTP/1.1 200 "), text }))
    }
}

/// Whether these bytes are a whole answer.
fn is_complete(answer: &[u8]) -> Result<bool> {
    let text = std::str::from_utf8(answer)?;
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return Ok(false) };
    let length = head.split_once("content-length: ").and_then(|(_, rest)| rest.split("\r\n").next());
    Ok(body.len() >= length.ok_or("an answer without a length")?.parse()?)
}

//! HTTP over loopback, as much as the calls of AWS need.

use std::fmt;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde_json::Value;

use crate::Result;

/// A client of the Step Functions API, which keeps its connection.
pub(super) struct Client {
    address: SocketAddr,
    connection: Mutex<Option<BufReader<TcpStream>>>,
}

/// An error of the API.
#[derive(Debug)]
pub(super) struct ApiError {
    pub(super) status: u16,
    /// `ExecutionDoesNotExist`
    pub(super) name: String,
    message: String,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.status, self.name, self.message)
    }
}

impl std::error::Error for ApiError {}

impl Client {
    pub(super) fn new(address: SocketAddr) -> Client {
        Client { address, connection: Mutex::new(None) }
    }

    /// Calls an operation that changes nothing, again if its connection was one to a server that was killed.
    pub(super) fn ask(&self, action: &str, body: &Value) -> Result<Value> {
        let answer = self.call(action, body).or_else(|_| self.call(action, body))?;
        Ok(answer?)
    }

    /// Calls an operation. Fails if the server could not be reached or has not answered, in which case the operation may have
    /// taken effect.
    pub(super) fn call(&self, action: &str, body: &Value) -> Result<std::result::Result<Value, ApiError>> {
        let mut kept = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let mut connection = match kept.take() {
            Some(connection) => connection,
            None => {
                let stream = TcpStream::connect_timeout(&self.address, Duration::from_secs(2))?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(90)))?;
                BufReader::new(stream)
            }
        };
        let body = body.to_string();
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: AWSStepFunctions.{action}\r\ncontent-length: {}\r\n\r\n",
            self.address,
            body.len()
        );
        connection.get_mut().write_all((head + &body).as_bytes())?;
        let (first, body) = read(&mut connection)?;
        *kept = Some(connection);
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        let answer: Value = serde_json::from_slice(&body)?;
        if status == 200 {
            return Ok(Ok(answer));
        }
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        let name = text("__type").rsplit('#').next().unwrap_or_default().to_owned();
        Ok(Err(ApiError { status, name, message: text("message") }))
    }
}

/// Reads a message: its first line and its body.
pub(super) fn read(connection: &mut impl BufRead) -> Result<(String, Vec<u8>)> {
    let mut line = || -> Result<String> {
        let mut line = String::new();
        match connection.read_line(&mut line)? {
            0 => Err("the connection was closed".into()),
            _ => Ok(line.trim_end().to_owned()),
        }
    };
    let first = line()?;
    let mut length = 0;
    loop {
        let header = line()?;
        if header.is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body)?;
    Ok((first, body))
}

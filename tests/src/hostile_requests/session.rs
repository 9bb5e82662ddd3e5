//! [`Session`]: sends requests over one connection, which is opened again when the server or a request has closed it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use super::{Allowed, Answer, Ended, Request, Sending};

/// How long an answer may take, on however busy a machine.
const PATIENCE: Duration = Duration::from_secs(40);

/// A client with a connection.
#[derive(Debug)]
pub struct Session {
    address: String,
    connection: Option<BufReader<TcpStream>>,
}

impl Session {
    /// A client of `127.0.0.1:8083`.
    pub fn new(address: &str) -> Session {
        Session { address: address.to_owned(), connection: None }
    }

    /// Sends a request and reads the answer.
    ///
    /// # Errors
    /// The server accepts no connection.
    pub fn exchange(&mut self, request: &Request) -> Result<Ended, String> {
        let mut stream = match self.connection.take() {
            Some(stream) if request.sending == Sending::Whole => stream,
            _ => self.connect()?,
        };
        // It may have answered and closed before all was sent.
        let _ = send(&mut stream, request);
        match read(&mut stream) {
            Ok((answer, stays_open)) => {
                // A refused body may be unread, which closes the connection.
                let is_read = matches!(request.allowed, Allowed::Operation(_) | Allowed::Success);
                self.connection =
                    (stays_open && is_read && request.sending == Sending::Whole).then_some(stream);
                Ok(Ended::Answered(answer))
            }
            Err(error)
                if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) =>
            {
                Ok(Ended::Late)
            }
            Err(_) => Ok(Ended::Closed),
        }
    }

    fn connect(&self) -> Result<BufReader<TcpStream>, String> {
        let connect = || {
            let stream = TcpStream::connect(&self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            stream.set_write_timeout(Some(PATIENCE))?;
            Ok(BufReader::new(stream))
        };
        connect().map_err(|error: std::io::Error| format!("{}: {error}", self.address))
    }
}

fn send(stream: &mut BufReader<TcpStream>, request: &Request) -> std::io::Result<()> {
    let stream = stream.get_mut();
    match request.sending {
        Sending::Whole => stream.write_all(&request.bytes),
        Sending::CutOff => {
            stream.write_all(&request.bytes)?;
            stream.shutdown(Shutdown::Write)
        }
        Sending::Slowly => {
            for piece in request.bytes.chunks(request.bytes.len() / 4 + 1) {
                stream.write_all(piece)?;
                std::thread::sleep(Duration::from_millis(50));
            }
            Ok(())
        }
    }
}

/// Reads an answer, and whether the connection stays open. Of a stream, only the head.
fn read(stream: &mut BufReader<TcpStream>) -> std::io::Result<(Answer, bool)> {
    let (mut status, mut length, mut stays_open) = (0, None, true);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_ascii_lowercase();
        if line.is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse::<usize>().ok();
        } else if line.starts_with("http/1.") {
            status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
        } else if line == "connection: close" {
            stays_open = false;
        }
    }
    let mut body = vec![0; length.unwrap_or_default()];
    stream.read_exact(&mut body)?;
    Ok((Answer { status, body }, stays_open && length.is_some()))
}

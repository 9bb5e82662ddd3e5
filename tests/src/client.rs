//! A client of the Step Functions API on loopback, with one connection and no signature.

use asl_value::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;

/// A connection that all requests share.
#[derive(Debug)]
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
}

impl Client {
    /// Connects to `127.0.0.1:8083`.
    ///
    /// # Errors
    /// Nothing listens on this port.
    pub async fn connect(address: &str) -> Result<Client, String> {
        let stream = TcpStream::connect(address).await.map_err(|error| format!("{address}: {error}"))?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        Ok(Client { stream: BufReader::new(stream), host: address.to_owned() })
    }

    /// Calls an operation: `StartExecution`.
    ///
    /// # Errors
    /// The name and message of the API's error, or the error of the connection.
    pub async fn call(&mut self, action: &str, request: &Value) -> Result<Value, String> {
        let (status, body) =
            self.send(action, &request.to_json()).await.map_err(|error| error.to_string())?;
        let body = Value::parse(&body).map_err(|error| format!("{action}: {error}"))?;
        if status == 200 {
            return Ok(body);
        }
        let text = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
        let error = text("__type");
        let error = error.rsplit('#').next().unwrap_or(error);
        Err(format!("{error}: {}", text("message")))
    }

    async fn send(&mut self, action: &str, body: &str) -> std::io::Result<(u16, String)> {
        let head = format!(
            "POST / HTTP/1.1\r\nhost: {}\r\nx-amz-target: AWSStepFunctions.{action}\r\ncontent-length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        self.stream.write_all((head + body).as_bytes()).await?;
        let (mut line, mut status, mut length) = (String::new(), 0, 0);
        loop {
            line.clear();
            if self.stream.read_line(&mut line).await? == 0 {
                return Err(std::io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or_default();
            } else if line.starts_with("http/1.1 ") {
                status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).await?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

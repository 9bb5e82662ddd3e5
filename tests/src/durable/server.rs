//! The Lambda API on loopback: invokes the functions of the scenarios.

use std::io;
use std::sync::Arc;

use asl_durable::AwsApi;
use asl_value::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::invoke;

/// Answers invocations, `POST /2015-03-31/functions/NAME/invocations`, until it is dropped.
///
/// # Errors
/// The listener fails.
pub async fn serve(listener: TcpListener, api: AwsApi) -> io::Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let api = api.clone();
        tokio::spawn(async move {
            // A caller that goes away is no concern of the others.
            let _ = answer(stream, api).await;
        });
    }
}

async fn answer(stream: TcpStream, api: AwsApi) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    let (function, event) = request(&mut stream).await?;
    let api = Arc::new(api);
    let (body, error) = match invoke(&function, event, api.clone(), api).await {
        Ok(answer) => (answer, ""),
        Err(error) => {
            let body = json!({"errorType": "Failed", "errorMessage": (error.to_string())});
            (body, "X-Amz-Function-Error: Unhandled\r\n")
        }
    };
    let body = body.to_json();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n{error}\r\n", body.len());
    stream.write_all((head + &body).as_bytes()).await?;
    stream.shutdown().await
}

/// The function and the event of a request.
async fn request(stream: &mut BufReader<TcpStream>) -> io::Result<(String, Value)> {
    let (mut line, mut length) = (String::new(), 0);
    stream.read_line(&mut line).await?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 || line.trim_end().is_empty() {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or_default();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let event = Value::parse_slice(&body).map_err(io::Error::other)?;
    // A qualifier follows the name: `step%3A1`, `step:1`.
    let function = path.split('/').nth(3).unwrap_or_default().split(['%', ':']).next().unwrap_or_default();
    Ok((function.to_owned(), event))
}

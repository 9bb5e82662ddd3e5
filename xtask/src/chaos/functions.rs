//! [`Functions`]: Lambda functions over loopback.

use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::http;
use crate::Result;

/// The server of the functions, which runs as long as the process.
pub(super) struct Functions {
    address: SocketAddr,
    /// The tokens of callbacks.
    tokens: Arc<Mutex<Receiver<String>>>,
}

impl Functions {
    pub(super) fn start() -> Result<Functions> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (sender, tokens) = channel();
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let sender = sender.clone();
                std::thread::spawn(move || {
                    // It ends when the server that calls it is killed.
                    let _ = serve(&connection, &sender);
                });
            }
        });
        Ok(Functions { address, tokens: Arc::new(Mutex::new(tokens)) })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn tokens(&self) -> Arc<Mutex<Receiver<String>>> {
        Arc::clone(&self.tokens)
    }
}

fn serve(connection: &TcpStream, tokens: &Sender<String>) -> Result<()> {
    let mut reader = BufReader::new(connection);
    let mut writer = connection;
    connection.set_nodelay(true)?;
    loop {
        let (first, body) = http::read(&mut reader)?;
        let input: Value = serde_json::from_slice(&body)?;
        let (header, answer) = match first.split("/functions/").nth(1).unwrap_or_default() {
            // Fails the first attempt of each state.
            name if name.contains("flaky") && input["attempt"] == 0 => (
                "x-amz-function-error: Unhandled\r\n",
                json!({"errorType": "Busy", "errorMessage": "at first"}),
            ),
            name if name.contains("callback") => {
                tokens.send(input["token"].as_str().unwrap_or_default().to_owned())?;
                ("", json!({}))
            }
            _ => ("", json!({"echo": input})),
        };
        let answer = answer.to_string();
        let head = format!("HTTP/1.1 200 OK\r\n{header}content-length: {}\r\n\r\n", answer.len());
        writer.write_all((head + &answer).as_bytes())?;
    }
}

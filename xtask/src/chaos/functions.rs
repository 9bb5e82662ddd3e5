//! [`Functions`]: Lambda functions over loopback.

use std::io::{BufReader, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::calls::Calls;
use crate::{Result, loopback};

/// The server of the functions, which runs as long as the process.
pub(super) struct Functions {
    address: SocketAddr,
    /// What the function `errand` was called with.
    errands: Arc<Mutex<Receiver<Value>>>,
    calls: Arc<Calls>,
}

impl Functions {
    pub(super) fn start() -> Result<Functions> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let (sender, errands) = channel();
        let calls = Arc::new(Calls::default());
        let counted = Arc::clone(&calls);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let (sender, calls) = (sender.clone(), Arc::clone(&counted));
                std::thread::spawn(move || {
                    // It ends when the server that calls it is killed.
                    let _ = serve(&connection, &sender, &calls);
                });
            }
        });
        Ok(Functions { address, errands: Arc::new(Mutex::new(errands)), calls })
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(super) fn errands(&self) -> Arc<Mutex<Receiver<Value>>> {
        Arc::clone(&self.errands)
    }

    pub(super) fn calls(&self) -> &Calls {
        &self.calls
    }
}

fn serve(connection: &TcpStream, errands: &Sender<Value>, calls: &Calls) -> Result<()> {
    let mut reader = BufReader::new(connection);
    let mut writer = connection;
    connection.set_nodelay(true)?;
    loop {
        let (first, body) = loopback::read(&mut reader)?;
        let sent: Value = serde_json::from_slice(&body)?;
        calls.add(sent.to_string());
        let name = first.split("/functions/").nth(1).and_then(|rest| rest.split('/').next());
        let answer = answer(name.unwrap_or_default(), &sent);
        if name.is_some_and(|name| name.contains("errand")) {
            errands.send(sent)?;
        }
        let header = if answer.is_err() { "x-amz-function-error: Unhandled\r\n" } else { "" };
        let answer = answer.unwrap_or_else(|error| error).to_string();
        let head = format!("HTTP/1.1 200 OK\r\n{header}content-length: {}\r\n\r\n", answer.len());
        writer.write_all((head + &answer).as_bytes())?;
    }
}

/// What a function returns, or its error.
fn answer(name: &str, sent: &Value) -> std::result::Result<Value, Value> {
    let (attempts, redrives) = (sent["attempt"].as_u64(), sent["redrive"].as_u64());
    let is_busy = match () {
        () if name.contains("flaky") => attempts == Some(0),
        () if name.contains("redriven-1") => redrives < Some(1),
        () if name.contains("redriven-2") => redrives < Some(2),
        () => false,
    };
    match is_busy {
        true => Err(json!({"errorType": "Busy", "errorMessage": "at first"})),
        false => Ok(json!({"echo": sent["input"]})),
    }
}

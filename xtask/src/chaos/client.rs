//! [`Client`]: calls the Step Functions API, also while the server is killed and started again.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufReader, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::Result;
use crate::loopback::read;

/// How long a request is repeated.
const PATIENCE: Duration = Duration::from_secs(300);

/// How often each operation was acknowledged.
pub(super) type Acknowledged = Arc<Mutex<BTreeMap<String, u64>>>;

/// A client of the Step Functions API, which keeps its connection.
pub(super) struct Client {
    address: SocketAddr,
    connection: Mutex<Option<BufReader<TcpStream>>>,
    acknowledged: Acknowledged,
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

/// What the API answers.
pub(super) type Answer = std::result::Result<Value, ApiError>;

impl Client {
    pub(super) fn new(address: SocketAddr) -> Client {
        Client::counting(address, &Acknowledged::default())
    }

    /// A client that counts what was acknowledged.
    pub(super) fn counting(address: SocketAddr, acknowledged: &Acknowledged) -> Client {
        Client { address, connection: Mutex::new(None), acknowledged: Arc::clone(acknowledged) }
    }

    /// A client with a connection of its own.
    pub(super) fn another(&self) -> Client {
        Client::counting(self.address, &self.acknowledged)
    }

    /// Calls an operation that changes nothing, again if its connection was one to a server that was killed.
    pub(super) fn ask(&self, action: &str, body: &Value) -> Result<Value> {
        Ok(self.until_answered(action, body)?.0?)
    }

    /// All items of a list, page by page.
    pub(super) fn list(&self, action: &str, member: &str, request: &Value) -> Result<Vec<Value>> {
        let (mut request, mut items) = (request.clone(), Vec::new());
        loop {
            let mut page = self.ask(action, &request)?;
            let found = page[member].as_array_mut().ok_or_else(|| format!("{action} has no {member}"))?;
            items.append(found);
            match page["nextToken"].take() {
                Value::Null => return Ok(items),
                token => request["nextToken"] = token,
            }
        }
    }

    /// Calls an operation until the server answers, however often it is killed meanwhile. Returns the answer, and whether
    /// an earlier request may have taken effect already.
    pub(super) fn until_answered(&self, action: &str, body: &Value) -> Result<(Answer, bool)> {
        let (end, mut is_repeated) = (Instant::now() + PATIENCE, false);
        loop {
            match self.call(action, body) {
                Ok(Err(error)) if error.status >= 500 => {}
                Ok(answer) => return Ok((answer, is_repeated)),
                Err(error) if Instant::now() > end => return Err(error),
                Err(_) => is_repeated = true,
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Changes something: calls an operation until it is acknowledged. An error is one, too, if its name is in `done` and
    /// an earlier request may have had the effect.
    pub(super) fn change(&self, action: &str, body: &Value, done: &[&str]) -> Result<Value> {
        match self.until_answered(action, body)? {
            (Ok(answer), _) => Ok(answer),
            (Err(error), true) if done.contains(&error.name.as_str()) => Ok(json!({})),
            (Err(error), is_repeated) => {
                Err(format!("{action} {body}: {error} (repeated: {is_repeated})").into())
            }
        }
    }

    /// Calls an operation. Fails if the server could not be reached or has not answered, in which case the operation may have
    /// taken effect.
    pub(super) fn call(&self, action: &str, body: &Value) -> Result<Answer> {
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
            let mut acknowledged = self.acknowledged.lock().unwrap_or_else(PoisonError::into_inner);
            *acknowledged.entry(action.to_owned()).or_default() += 1;
            return Ok(Ok(answer));
        }
        let text = |name: &str| answer[name].as_str().unwrap_or_default().to_owned();
        let name = text("__type").rsplit('#').next().unwrap_or_default().to_owned();
        Ok(Err(ApiError { status, name, message: text("message") }))
    }
}

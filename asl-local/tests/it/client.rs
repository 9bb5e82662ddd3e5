//! A server and a client: requests as an SDK sends them, signature aside.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};

use asl_local::{Config, Server};
use asl_value::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;

pub(crate) const ROLE: &str = "arn:aws:iam::123456789012:role/r";

#[derive(Clone)]
pub(crate) struct Client {
    address: SocketAddr,
}

/// The status and the body of a response.
#[derive(Debug, PartialEq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Client {
    /// A client of a new server.
    pub(crate) async fn of(config: Config) -> Client {
        Client::until(config, std::future::pending()).await.0
    }

    /// A client of a new server that shuts down after `stop`.
    pub(crate) async fn until(
        config: Config,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> (Client, JoinHandle<std::io::Result<()>>) {
        let server = Server::bind("127.0.0.1:0", config).await.expect("a free port");
        Client::serving(server, stop)
    }

    /// A client of this server, which shuts down after `stop`.
    pub(crate) fn serving(
        server: Server,
        stop: impl Future<Output = ()> + Send + 'static,
    ) -> (Client, JoinHandle<std::io::Result<()>>) {
        let address = server.address();
        (Client { address }, tokio::spawn(server.serve(stop)))
    }

    pub(crate) async fn new() -> Client {
        Client::of(Config::default()).await
    }

    pub(crate) async fn call(&self, action: &str, body: Value) -> Answer {
        let head = format!("POST / HTTP/1.1\r\nx-amz-target: AWSStepFunctions.{action}");
        self.send(&head, &body.to_json()).await
    }

    /// Sends this request line with headers, and this body.
    pub(crate) async fn send(&self, head: &str, body: &str) -> Answer {
        let length = body.len();
        self.send_bytes(&format!("{head}\r\nconnection: close\r\ncontent-length: {length}"), body.as_bytes())
            .await
    }

    /// Sends a request unchanged, with a `Host` header added.
    pub(crate) async fn send_bytes(&self, head: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        let head = format!("{head}\r\nhost: {}\r\n\r\n", self.address);
        stream.write_all(&[head.as_bytes(), body].concat()).await.expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("read");
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        Answer { status, body: Value::parse(body).expect("JSON") }
    }

    /// Sends this request line with headers, and returns the whole response as text. In HTTP/1.0 the body has no framing.
    #[cfg(feature = "page")]
    pub(crate) async fn text(&self, head: &str, body: &str) -> String {
        let mut stream = self.connect().await;
        let host =
            if head.contains("\r\nhost:") { String::new() } else { format!("\r\nhost: {}", self.address) };
        let head = format!("{head}{host}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        stream.write_all(head.as_bytes()).await.expect("written");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("read");
        answer
    }

    /// The address of the server.
    #[cfg(all(feature = "page", feature = "signatures", feature = "tls"))]
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// A connection to the server.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.expect("a connection")
    }

    /// The response of a call that must succeed.
    #[track_caller]
    pub(crate) fn ok(&self, action: &str, body: Value) -> impl Future<Output = Value> + use<> {
        let place = std::panic::Location::caller();
        let (client, action) = (self.clone(), action.to_owned());
        async move {
            let answer = client.call(&action, body).await;
            assert_eq!(answer.status, 200, "{place}: {action}: {}", answer.body);
            answer.body
        }
    }

    /// A call must fail with this error and message.
    #[track_caller]
    pub(crate) fn refused(
        &self,
        action: &str,
        body: Value,
        error: &str,
        message: &str,
    ) -> impl Future<Output = ()> + use<> {
        let place = std::panic::Location::caller();
        let (client, action) = (self.clone(), action.to_owned());
        let expected = format!("{error}: {message}");
        async move {
            let Answer { body, .. } = client.call(&action, body).await;
            let error = body["__type"].as_str().and_then(|name| name.split('#').nth(1)).unwrap_or("no error");
            let found = format!("{error}: {}", body["message"].as_str().unwrap_or_default());
            assert_eq!(found, expected, "{place}: {action}");
        }
    }

    /// The ARN of a new machine.
    pub(crate) async fn machine(&self, kind: &str, definition: Value) -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("m{}", MADE.fetch_add(1, Ordering::Relaxed));
        let request =
            json!({"name": name, "definition": definition.to_json(), "roleArn": ROLE, "type": kind});
        text(&self.ok("CreateStateMachine", request).await, "stateMachineArn")
    }

    /// The ARN of a new execution.
    pub(crate) async fn start(&self, machine: &str, input: &str) -> String {
        let request = json!({"stateMachineArn": machine, "input": input});
        text(&self.ok("StartExecution", request).await, "executionArn")
    }

    /// The execution once it has ended.
    pub(crate) async fn ended(&self, arn: &str) -> Value {
        for _ in 0..500 {
            let described = self.ok("DescribeExecution", json!({"executionArn": arn})).await;
            if described["status"] != json!("RUNNING") {
                return described;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{arn} does not end");
    }

    /// The types of an execution's events.
    pub(crate) async fn event_types(&self, arn: &str) -> Vec<String> {
        let history = self.ok("GetExecutionHistory", json!({"executionArn": arn})).await;
        history["events"].as_array().expect("events").iter().map(|event| text(event, "type")).collect()
    }
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no `{name}` in {value}")).to_owned()
}

/// A machine of one state.
pub(crate) fn one_state(state: Value) -> Value {
    json!({"StartAt": "S", "States": {"S": state}})
}

pub(crate) fn pass() -> Value {
    one_state(json!({"Type": "Pass", "End": true}))
}

pub(crate) fn wait() -> Value {
    one_state(json!({"Type": "Wait", "Seconds": 600, "End": true}))
}

//! The function as a process, whose spans arrive at a collector on loopback before each answer. What spans say is tested in
//! asl-otel; a request has texts and ids as they are.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use asl_value::{Value, json};

use crate::machine::echo;
use crate::process::{bootstrap, file};
use crate::runtime_api::Function;

const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const PARENT: &str = "b7ad6b7169203331";

/// A collector, which answers with this status.
struct Collector {
    address: String,
    requests: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start(status: &'static str) -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let received = Arc::clone(&requests);
        std::thread::spawn(move || {
            for connection in listener.incoming().flatten() {
                let received = Arc::clone(&received);
                std::thread::spawn(move || serve(connection, &received, status));
            }
        });
        Collector { address, requests }
    }

    /// How often the requests have these bytes, and how many requests there are.
    fn count(&self, bytes: &[u8]) -> usize {
        let requests = self.requests.lock().unwrap();
        requests
            .iter()
            .map(|request| request.windows(bytes.len()).filter(|found| *found == bytes).count())
            .sum()
    }
}

fn serve(mut connection: TcpStream, received: &Mutex<Vec<Vec<u8>>>, status: &str) -> Option<()> {
    loop {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            connection.read_exact(&mut byte).ok()?;
            head.push(byte[0]);
        }
        let text = String::from_utf8_lossy(&head).to_lowercase();
        let length = text.split("content-length: ").nth(1)?.split('\r').next()?.parse().ok()?;
        let mut body = vec![0; length];
        connection.read_exact(&mut body).ok()?;
        received.lock().unwrap().push([head, body].concat());
        write!(connection, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").ok()?;
    }
}

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap()).collect()
}

fn function(collector: &Collector) -> Function {
    let definition = file(&echo().to_json());
    let variables = [
        ("ASL_DEFINITION", definition.as_str()),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.address.as_str()),
        ("OTEL_EXPORTER_OTLP_HEADERS", "x-key=secret-key"),
    ];
    Function::start(&mut bootstrap(), &variables)
}

fn request(traceparent: &str) -> Value {
    json!({
        "version": "2.0", "routeKey": "POST /", "headers": {"content-type": "application/json", "traceparent": traceparent},
        "requestContext": {"http": {"method": "POST", "path": "/"}}, "body": "{\"n\": 1}", "isBase64Encoded": false
    })
}

#[test]
fn spans_are_sent_before_the_answer() {
    let collector = Collector::start("200 OK");
    let mut function = function(&collector);
    let (trace, parent) = (bytes(TRACE), bytes(PARENT));
    for invocation in 1..=2 {
        let response = function.invoke(&request(&format!("00-{TRACE}-{PARENT}-01"))).response();
        assert_eq!(response["statusCode"], json!(200));
        // One span of the execution, and one of its state.
        assert_eq!(collector.count(&trace), 2 * invocation);
        assert_eq!(collector.count(&parent), invocation);
        assert_eq!(collector.count(b"faas.trigger"), invocation);
        assert_eq!(collector.count(b"x-key: secret-key"), invocation, "a request for each");
    }
    // The sender does not record its trace.
    function.invoke(&request(&format!("00-{TRACE}-{PARENT}-00"))).response();
    assert_eq!(collector.count(&trace), 4);
    // Without one, the execution belongs to the trace of Lambda.
    assert_eq!(function.invoke(&json!({"n": 1})).response(), json!({"n": 1}));
    assert_eq!((collector.count(&trace), collector.count(b"asl.state.type")), (4, 3));
}

#[test]
fn a_collector_that_refuses_fails_no_invocation() {
    let collector = Collector::start("403 Forbidden");
    let mut function = function(&collector);
    assert_eq!(function.invoke(&json!({"n": 1})).response(), json!({"n": 1}));
    assert_eq!(function.invoke(&json!({"n": 2})).response(), json!({"n": 2}));
    let log = function.log();
    let lines: Vec<&Value> =
        log.iter().filter(|line| line["message"].to_string().contains("spans")).collect();
    let [line] = lines.as_slice() else { panic!("one line: {log:?}") };
    assert_eq!(line["level"], json!("WARN"));
    let message = "2 spans are lost: Operation failed: HTTP export failed with status code: 403";
    assert_eq!(line["message"], json!(message));
    assert!(!log.iter().any(|line| line.to_json().contains("secret-key")));
}

#[test]
fn a_function_does_not_start_with_a_wrong_variable() {
    let definition = file(&echo().to_json());
    let variables = [
        ("ASL_DEFINITION", definition.as_str()),
        ("OTEL_TRACES_EXPORTER", "otlp"),
        ("OTEL_TRACES_SAMPLER", "some"),
    ];
    let function = Function::start(&mut bootstrap(), &variables);
    let (status, _) = function.ended();
    assert_eq!(status.code(), Some(2));
}

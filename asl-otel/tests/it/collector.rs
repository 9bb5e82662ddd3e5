//! A small OTLP receiver on loopback.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use asl_otel::{Batches, Sampling, Service, Tracer};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A collector, and what it has received.
pub(crate) struct Collector {
    pub(crate) endpoint: String,
    received: Arc<Mutex<Received>>,
}

#[derive(Default)]
pub(crate) struct Received {
    /// The head of each request, and what it had.
    pub(crate) requests: Vec<(String, ExportTraceServiceRequest)>,
}

/// What a collector answers.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Answers {
    Accepts,
    /// `400 Bad Request`, with which nobody tries again.
    Refuses,
    Never,
}

impl Collector {
    pub(crate) async fn start(answers: Answers) -> Collector {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}/v1/traces", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Received::default()));
        let shared = Arc::clone(&received);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&shared), answers));
            }
        });
        Collector { endpoint, received }
    }

    pub(crate) fn tracer(&self, sampling: Sampling, batches: Batches) -> Tracer {
        let service = Service { name: "orders".into(), attributes: vec![], timeout: Duration::from_secs(10) };
        Tracer::with_endpoint(&self.endpoint, &service, sampling, batches).unwrap()
    }

    pub(crate) fn requests(&self) -> Vec<(String, ExportTraceServiceRequest)> {
        self.received.lock().unwrap().requests.clone()
    }

    /// All spans, in the order of their arrival.
    pub(crate) fn spans(&self) -> Vec<Span> {
        let requests = self.requests();
        let resources = requests.into_iter().flat_map(|(_, request)| request.resource_spans);
        resources.flat_map(|resource| resource.scope_spans).flat_map(|scope| scope.spans).collect()
    }
}

async fn serve(mut connection: TcpStream, received: Arc<Mutex<Received>>, answers: Answers) -> Option<()> {
    let mut bytes = Vec::new();
    loop {
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            more(&mut connection, &mut bytes).await?;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_lowercase();
        let length = head.split("content-length: ").nth(1)?.split('\r').next()?.parse::<usize>().ok()?;
        while bytes.len() < end + length {
            more(&mut connection, &mut bytes).await?;
        }
        let body: Vec<u8> = bytes.drain(..end + length).skip(end).collect();
        let request = ExportTraceServiceRequest::decode(body.as_slice()).expect("a request of OTLP");
        received.lock().unwrap().requests.push((head, request));
        let status = match answers {
            Answers::Accepts => "200 OK",
            Answers::Refuses => "400 Bad Request",
            Answers::Never => continue,
        };
        let answer = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        connection.write_all(answer.as_bytes()).await.ok()?;
    }
}

async fn more(connection: &mut TcpStream, bytes: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 4096];
    let count = connection.read(&mut buffer).await.ok().filter(|count| *count > 0)?;
    bytes.extend_from_slice(&buffer[..count]);
    Some(())
}

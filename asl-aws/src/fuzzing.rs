//! What `cargo fuzz` reaches of the parsers in this crate. Only there: the compiler option `--cfg fuzzing` is set by it.

use crate::Names;
use crate::event_stream;
use crate::http::HttpAnswer;
use crate::protocol;
use crate::table::{self, Services};

/// An operation of each protocol, and some whose outputs have headers, streams, maps or unions.
const OPERATIONS: &[(&str, &str)] = &[
    ("dynamodb", "getItem"),
    ("sfn", "describeExecution"),
    ("eventbridge", "putEvents"),
    ("lambda", "invoke"),
    ("apigateway", "getRestApis"),
    ("s3", "getObject"),
    ("s3", "listObjectsV2"),
    ("route53", "listHostedZones"),
    ("sns", "publish"),
    ("iam", "getUser"),
    ("ec2", "describeInstances"),
    ("bedrockruntime", "converse"),
];

/// Reads a response: a byte that selects the operation, one for the status, lines of headers, an empty line, the body.
///
/// # Panics
/// Reading panicked.
pub fn response(bytes: &[u8]) {
    let [operation, status, rest @ ..] = bytes else { return };
    let Some((service, action)) = OPERATIONS.get(usize::from(*operation) % OPERATIONS.len()) else { return };
    let end = rest.windows(2).position(|pair| pair == b"\n\n");
    let (head, body) = end.and_then(|end| rest.split_at_checked(end)).unwrap_or((b"", rest));
    let head = String::from_utf8_lossy(head);
    let headers = head.lines().filter_map(|line| line.split_once(':'));
    let answer = HttpAnswer {
        status: 200 + u16::from(*status),
        reason: String::new(),
        headers: headers.map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned())).collect(),
        body: body.strip_prefix(b"\n\n").unwrap_or(body).to_vec(),
    };
    let Some(service) = Services::default().get(service) else { return };
    let Some(operation) = service.operation(action) else { return };
    for names in [Names::Sdk, Names::Model] {
        drop(protocol::output(&service, &operation, &answer, names));
    }
    protocol::error(&service, &answer);
    protocol::request_id(&answer);
    drop(event_stream::messages(&answer.body));
}

/// Decodes a frame of the service table.
///
/// # Panics
/// Decoding panicked.
pub fn frame(bytes: &[u8]) {
    drop(table::decoded(bytes));
}

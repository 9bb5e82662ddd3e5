//! [`Trigger`]: what invoked the function.

use std::fmt;

use asl_model::Arn;
use asl_value::{Text, Value};

use crate::http::HttpResponse;

pub mod alb;
pub mod cloudwatch_logs;
pub mod cognito;
pub mod direct;
pub mod dynamodb;
pub mod event_bridge;
pub mod function_url;
pub mod http_api;
pub mod kinesis;
pub(crate) mod request;
pub mod rest_api;
pub mod s3;
pub mod sns;
pub mod sqs;
pub mod start_sync;
pub mod vpc_lattice;
pub mod websocket;

/// What invoked the function. Each has a module of its own, which shows a sample event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trigger {
    /// An Application Load Balancer: [`alb`].
    Alb,
    /// A service of VPC Lattice: [`vpc_lattice`].
    VpcLattice,
    /// A WebSocket API of API Gateway: [`websocket`].
    WebSocket,
    /// A function URL: [`function_url`].
    FunctionUrl,
    /// An HTTP API of API Gateway: [`http_api`].
    HttpApi,
    /// A REST API of API Gateway: [`rest_api`].
    RestApi,
    /// A queue of SQS: [`sqs`].
    Sqs,
    /// A stream of Kinesis: [`kinesis`].
    Kinesis,
    /// The stream of a table of DynamoDB: [`dynamodb`].
    DynamoDb,
    /// A topic of SNS: [`sns`].
    Sns,
    /// A bucket of S3: [`s3`].
    S3,
    /// A subscription to a log group: [`cloudwatch_logs`].
    CloudWatchLogs,
    /// A rule of EventBridge: [`event_bridge`].
    EventBridge,
    /// A user pool of Cognito: [`cognito`].
    Cognito,
    /// A request to StartSyncExecution: [`start_sync`].
    StartSync,
    /// Anything else: [`direct`].
    Direct,
}

/// What there is to know of a trigger.
pub(crate) struct Source {
    name: &'static str,
    /// By its distinguishing keys, never by reading all of it.
    matches: fn(&Value) -> bool,
    /// What an event carries, or a record of it if each is an item of its own.
    body: fn(&Value) -> Result<Value, InvalidBody>,
    /// Whether that is the input if nothing else is asked for.
    body_is_input: bool,
    pub(crate) answer: Answer,
}

/// What the sender of an event expects.
pub(crate) enum Answer {
    /// A response over HTTP.
    Http(Render),
    /// The output, which this fits to the event.
    Output(fn(&Value, &Value) -> Value),
    /// What StartSyncExecution answers, a failure included.
    Envelope,
    /// Nothing: the invocation is asynchronous.
    Nothing,
    /// Nothing, and each of the event's records may be an execution.
    Records,
    /// Which of the event's records failed.
    Batch(Batch),
}

/// A response as the sender of a request wants it.
pub(crate) type Render = fn(HttpResponse, &Value) -> Value;

/// How the records of a batch are told apart and follow one another.
pub(crate) struct Batch {
    /// By which a record is reported as failed.
    pub(crate) id: fn(&Value) -> Option<&Text>,
    /// Records of one group are executed one after the other, and not after one that failed.
    pub(crate) group: fn(&Value) -> Option<String>,
    /// Everything from the first failed record on is delivered again.
    pub(crate) is_stream: bool,
}

impl Trigger {
    /// All of them, in the order in which an event is compared with them.
    pub const ALL: &'static [Trigger] = &[
        Trigger::Alb,
        Trigger::VpcLattice,
        Trigger::WebSocket,
        Trigger::FunctionUrl,
        Trigger::HttpApi,
        Trigger::RestApi,
        Trigger::Sqs,
        Trigger::Kinesis,
        Trigger::DynamoDb,
        Trigger::Sns,
        Trigger::S3,
        Trigger::CloudWatchLogs,
        Trigger::EventBridge,
        Trigger::Cognito,
        Trigger::StartSync,
        Trigger::Direct,
    ];

    /// The trigger that an event comes from, by its distinguishing keys. What resembles no other is a direct invocation.
    ///
    /// A direct invocation may imitate any event: name the trigger in `ASL_EVENT_SOURCE` if that must not happen.
    ///
    /// ```
    /// use asl_lambda::Trigger;
    /// use asl_value::json;
    /// let event = json!({"source": "shop", "detail-type": "OrderPlaced", "detail": {"id": 7}});
    /// assert_eq!(Trigger::detect(&event), Trigger::EventBridge);
    /// assert_eq!(Trigger::detect(&json!({"id": 7})), Trigger::Direct);
    /// ```
    pub fn detect(event: &Value) -> Trigger {
        let matches = |trigger: &Trigger| (trigger.source().matches)(event);
        Trigger::ALL.iter().copied().find(matches).unwrap_or(Trigger::Direct)
    }

    /// Its name in `ASL_EVENT_SOURCE`: `http-api`, `sqs`, `direct`.
    pub fn name(self) -> &'static str {
        self.source().name
    }

    /// The trigger of this name.
    pub fn from_name(name: &str) -> Option<Trigger> {
        Trigger::ALL.iter().copied().find(|trigger| trigger.name() == name)
    }

    /// Whether somebody waits for an HTTP response.
    pub fn is_http(self) -> bool {
        matches!(self.source().answer, Answer::Http(_))
    }

    /// What an event carries, or one of its records if the trigger has such: the body of an HTTP request or a message, the
    /// `detail` of an EventBridge event.
    ///
    /// # Errors
    /// A body that says to be JSON, base64 or gzip and is not.
    pub fn body(self, event: &Value) -> Result<Value, InvalidBody> {
        (self.source().body)(event)
    }

    pub(crate) fn body_is_input(self) -> bool {
        self.source().body_is_input
    }

    pub(crate) fn source(self) -> &'static Source {
        match self {
            Trigger::Alb => &alb::SOURCE,
            Trigger::VpcLattice => &vpc_lattice::SOURCE,
            Trigger::WebSocket => &websocket::SOURCE,
            Trigger::FunctionUrl => &function_url::SOURCE,
            Trigger::HttpApi => &http_api::SOURCE,
            Trigger::RestApi => &rest_api::SOURCE,
            Trigger::Sqs => &sqs::SOURCE,
            Trigger::Kinesis => &kinesis::SOURCE,
            Trigger::DynamoDb => &dynamodb::SOURCE,
            Trigger::Sns => &sns::SOURCE,
            Trigger::S3 => &s3::SOURCE,
            Trigger::CloudWatchLogs => &cloudwatch_logs::SOURCE,
            Trigger::EventBridge => &event_bridge::SOURCE,
            Trigger::Cognito => &cognito::SOURCE,
            Trigger::StartSync => &start_sync::SOURCE,
            Trigger::Direct => &direct::SOURCE,
        }
    }
}

/// A body that is not what it says to be: JSON, base64, gzip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidBody(pub(crate) String);

impl InvalidBody {
    /// The name of `StartExecution`'s error for it.
    pub const ERROR: &'static str = "InvalidExecutionInput";
}

/// In the words of `StartExecution`.
impl fmt::Display for InvalidBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Invalid State Machine Execution Input: '{}'", self.0)
    }
}

impl std::error::Error for InvalidBody {}

/// A member that is a text.
fn text<'v>(value: &'v Value, name: &str) -> Option<&'v Text> {
    value.get(name)?.as_text()
}

/// A member of the request's context that is not null.
fn request_context<'a>(event: &'a Value, name: &str) -> Option<&'a Value> {
    event.get("requestContext")?.get(name).filter(|value| !value.is_null())
}

/// Whether the first of the event's records is of this service.
fn has_records_of(event: &Value, service: &str) -> bool {
    let Some(first) = event.get("Records").and_then(|records| records.at(0)) else { return false };
    // SNS writes the name in its own way.
    ["eventSource", "EventSource"]
        .into_iter()
        .any(|name| text(first, name).is_some_and(|text| text == service))
}

/// Whether it is of a stream's tumbling window, which may have no records at its end.
fn is_window_of(event: &Value, service: &str) -> bool {
    let source = || Arn::parse(text(event, "eventSourceARN")?);
    crate::window::of(event).is_some() && source().is_some_and(|source| source.service == service)
}

/// A member of a record, null if it has none.
fn part(record: &Value, name: &str) -> Value {
    record.get(name).cloned().unwrap_or_default()
}

/// A text as what it is: JSON if it can be read as such.
fn parsed(text: &Text) -> Value {
    Value::parse(text).unwrap_or_else(|_| Value::String(text.clone()))
}

/// Base64, decoded and read as JSON or text; bytes that are no text stay base64, for JSON has no bytes.
fn decoded(data: &Text) -> Result<Value, InvalidBody> {
    Ok(match String::from_utf8(from_base64(data)?) {
        Ok(text) => parsed(&text.into()),
        Err(_) => Value::String(data.clone()),
    })
}

fn from_base64(data: &str) -> Result<Vec<u8>, InvalidBody> {
    crate::http::from_base64(data).map_err(|error| InvalidBody(format!("the body is not base64: {error}")))
}

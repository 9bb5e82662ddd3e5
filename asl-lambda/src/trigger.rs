//! [`Trigger`]: the service that invoked the function.

use asl_value::Value;

pub use invalid_body::InvalidBody;
use properties::Properties;
pub(crate) use properties::{Answer, Batch, Render};

pub mod alb;
pub mod cloudwatch_logs;
pub mod cognito;
pub mod direct;
pub mod dynamodb;
pub(crate) mod event;
pub mod event_bridge;
pub mod function_url;
pub mod http_api;
mod invalid_body;
pub mod kinesis;
mod properties;
pub(crate) mod request;
pub mod rest_api;
pub mod s3;
pub mod sns;
pub mod sqs;
pub mod start_sync;
pub mod vpc_lattice;
pub mod websocket;

/// The service, or kind of caller, that invoked the function. It decides which part of the event is the input and how
/// the invocation is answered; each variant has a module that shows a sample event and describes both.
///
/// [`handle`](fn@crate::handle) detects the trigger of each event. If a function has only one, set
/// [`Config::event_source`](crate::Config::event_source): a direct caller can imitate the event of any service.
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

impl Trigger {
    /// All triggers, in the order in which events are matched.
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

    /// Detects the trigger of an event by its distinguishing members. An event that matches no other trigger is
    /// [`Trigger::Direct`].
    ///
    /// ```
    /// use asl_lambda::Trigger;
    /// use asl_value::json;
    /// let event = json!({"source": "shop", "detail-type": "OrderPlaced", "detail": {"id": 7}});
    /// assert_eq!(Trigger::detect(&event), Trigger::EventBridge);
    /// assert_eq!(Trigger::detect(&json!({"id": 7})), Trigger::Direct);
    /// ```
    pub fn detect(event: &Value) -> Trigger {
        let matches = |trigger: &Trigger| (trigger.properties().matches)(event);
        Trigger::ALL.iter().copied().find(matches).unwrap_or(Trigger::Direct)
    }

    /// The name in `ASL_EVENT_SOURCE`: `http-api`, `sqs`, `direct`.
    pub fn name(self) -> &'static str {
        self.properties().name
    }

    /// The trigger with this name.
    pub fn from_name(name: &str) -> Option<Trigger> {
        Trigger::ALL.iter().copied().find(|trigger| trigger.name() == name)
    }

    /// Whether the sender expects an HTTP response.
    pub fn is_http(self) -> bool {
        matches!(self.properties().answer, Answer::Http(_))
    }

    /// The payload of an event, or of a record for triggers with records: the body of an HTTP request or a message, the
    /// `detail` of an EventBridge event.
    ///
    /// # Errors
    /// The event declares a body as JSON, base64 or gzip, and it is not.
    pub fn body(self, event: &Value) -> Result<Value, InvalidBody> {
        (self.properties().body)(event)
    }

    pub(crate) fn body_is_input(self) -> bool {
        self.properties().body_is_input
    }

    pub(crate) fn properties(self) -> &'static Properties {
        match self {
            Trigger::Alb => &alb::PROPERTIES,
            Trigger::VpcLattice => &vpc_lattice::PROPERTIES,
            Trigger::WebSocket => &websocket::PROPERTIES,
            Trigger::FunctionUrl => &function_url::PROPERTIES,
            Trigger::HttpApi => &http_api::PROPERTIES,
            Trigger::RestApi => &rest_api::PROPERTIES,
            Trigger::Sqs => &sqs::PROPERTIES,
            Trigger::Kinesis => &kinesis::PROPERTIES,
            Trigger::DynamoDb => &dynamodb::PROPERTIES,
            Trigger::Sns => &sns::PROPERTIES,
            Trigger::S3 => &s3::PROPERTIES,
            Trigger::CloudWatchLogs => &cloudwatch_logs::PROPERTIES,
            Trigger::EventBridge => &event_bridge::PROPERTIES,
            Trigger::Cognito => &cognito::PROPERTIES,
            Trigger::StartSync => &start_sync::PROPERTIES,
            Trigger::Direct => &direct::PROPERTIES,
        }
    }
}

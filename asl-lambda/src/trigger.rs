//! [`Trigger`]: what invoked the function.

use std::fmt;

#[cfg(feature = "http")]
use asl_value::Object;
use asl_value::Value;

pub mod direct;
pub mod event_bridge;
#[cfg(feature = "http")]
pub(crate) mod http;
#[cfg(feature = "http")]
pub mod http_api;
#[cfg(feature = "http")]
pub mod rest_api;

/// What invoked the function. Each has a module of its own, which shows a sample event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Trigger {
    /// An HTTP API of API Gateway: [`http_api`].
    #[cfg(feature = "http")]
    HttpApi,
    /// A REST API of API Gateway: [`rest_api`].
    #[cfg(feature = "http")]
    RestApi,
    /// A rule of EventBridge: [`event_bridge`].
    EventBridge,
    /// Anything else: [`direct`].
    Direct,
}

impl Trigger {
    /// All of them, in the order in which an event is compared with them.
    pub const ALL: &'static [Trigger] = &[
        #[cfg(feature = "http")]
        Trigger::HttpApi,
        #[cfg(feature = "http")]
        Trigger::RestApi,
        Trigger::EventBridge,
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
        Trigger::ALL.iter().copied().find(|trigger| trigger.matches(event)).unwrap_or(Trigger::Direct)
    }

    /// Its name in `ASL_EVENT_SOURCE`: `http-api`, `rest-api`, `event-bridge`, `direct`.
    pub fn name(self) -> &'static str {
        match self {
            #[cfg(feature = "http")]
            Trigger::HttpApi => "http-api",
            #[cfg(feature = "http")]
            Trigger::RestApi => "rest-api",
            Trigger::EventBridge => "event-bridge",
            Trigger::Direct => "direct",
        }
    }

    /// The trigger of this name.
    pub fn from_name(name: &str) -> Option<Trigger> {
        Trigger::ALL.iter().copied().find(|trigger| trigger.name() == name)
    }

    /// Whether somebody waits for an HTTP response.
    pub fn is_http(self) -> bool {
        match self {
            #[cfg(feature = "http")]
            Trigger::HttpApi | Trigger::RestApi => true,
            Trigger::EventBridge | Trigger::Direct => false,
        }
    }

    fn matches(self, event: &Value) -> bool {
        match self {
            #[cfg(feature = "http")]
            Trigger::HttpApi => http_api::matches(event),
            #[cfg(feature = "http")]
            Trigger::RestApi => rest_api::matches(event),
            Trigger::EventBridge => event_bridge::matches(event),
            Trigger::Direct => true,
        }
    }

    /// Adds what a response over HTTP must have for this trigger.
    #[cfg(feature = "http")]
    pub(crate) fn complete(self, response: Object) -> Value {
        match self {
            Trigger::HttpApi => http_api::complete(response),
            Trigger::RestApi | Trigger::EventBridge | Trigger::Direct => Value::Object(response),
        }
    }

    /// What the event carries: an HTTP request's body, an EventBridge event's `detail`, or the event itself.
    ///
    /// # Errors
    /// A request's body that says to be JSON and is not.
    pub fn body(self, event: &Value) -> Result<Value, InvalidBody> {
        match self {
            #[cfg(feature = "http")]
            Trigger::HttpApi | Trigger::RestApi => http::body(event),
            Trigger::EventBridge => Ok(event_bridge::body(event)),
            Trigger::Direct => Ok(event.clone()),
        }
    }
}

/// The body of a request that says to be JSON and is not.
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

//! [`SdkResponse`]: how the older AWS SDK reports a response.

use std::fmt;

use asl_value::{Object, Value, json};

/// The response of a service as version 1 of the AWS SDK for Java reports it. Step Functions uses this SDK for its
/// optimised integrations.
///
/// The result of such a task has members about the response in addition to those of the service
/// ([`metadata`](SdkResponse::metadata)). The cause of a failure has it in parentheses after the message of the service
/// ([`cause`](SdkResponse::cause)). Both forms are recorded.
///
/// ```
/// use asl_engine::SdkResponse;
/// let response = SdkResponse::new(400, "7b1c0d2e");
/// assert_eq!(
///     response.cause("AmazonSQS", "InvalidParameterValue", "no queue"),
///     "no queue (Service: AmazonSQS; Status Code: 400; Error Code: InvalidParameterValue; Request ID: 7b1c0d2e; \
///      Proxy: null)"
/// );
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SdkResponse<'a> {
    status: u16,
    request_id: &'a str,
}

impl<'a> SdkResponse<'a> {
    /// A response with this HTTP status to the request with this id.
    pub fn new(status: u16, request_id: &'a str) -> SdkResponse<'a> {
        SdkResponse { status, request_id }
    }

    /// `SdkHttpMetadata` and `SdkResponseMetadata`, with these headers of the response.
    pub fn metadata<'h>(
        &self,
        headers: impl IntoIterator<Item = (&'h str, &'h str)>,
    ) -> [(&'static str, Value); 2] {
        let mut all = Object::new();
        let mut each = Object::new();
        for (name, value) in headers {
            all.insert(name, json!([value]));
            each.insert(name, value.into());
        }
        let http = json!({
            "AllHttpHeaders": Value::Object(all),
            "HttpHeaders": Value::Object(each),
            "HttpStatusCode": u32::from(self.status)
        });
        [("SdkHttpMetadata", http), ("SdkResponseMetadata", json!({"RequestId": self.request_id}))]
    }

    /// The cause of a task that failed with this response, an error of `service` with a code and a message.
    pub fn cause(&self, service: &str, code: &str, message: impl fmt::Display) -> String {
        let SdkResponse { status, request_id } = self;
        format!(
            "{message} (Service: {service}; Status Code: {status}; Error Code: {code}; Request ID: {request_id}; \
             Proxy: null)"
        )
    }
}

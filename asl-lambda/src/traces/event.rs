//! Which trace an event belongs to.

use asl_otel::Remote;
use asl_value::Value;

use crate::trigger::Trigger;

/// The most messages whose traces an execution is linked to.
const MOST_LINKS: usize = 128;

/// The span of the sender of an event, or of one of its records.
pub(super) fn sender(event: &Value) -> Option<Remote> {
    of_headers(event).or_else(|| of_record(event)).or_else(|| of_detail(event))
}

/// The spans of the senders of several records.
pub(super) fn senders(records: &[Value]) -> Vec<Remote> {
    records.iter().filter_map(sender).take(MOST_LINKS).collect()
}

/// The headers of a request.
fn of_headers(event: &Value) -> Option<Remote> {
    let headers = event.get("headers")?.as_object()?;
    let header = |name: &str| {
        let found = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        // VPC Lattice has a list for each.
        found.1.as_str().or_else(|| found.1.as_array()?.first()?.as_str())
    };
    let parent = header("traceparent").and_then(|parent| Remote::from_w3c(parent, header("tracestate")));
    parent.or_else(|| Remote::from_x_amzn_trace_id(header("x-amzn-trace-id")?))
}

/// The attributes of a message of SQS or SNS.
fn of_record(record: &Value) -> Option<Remote> {
    let queued = |name| text(record, &["messageAttributes", name, "stringValue"]);
    let published = |name| text(record, &["Sns", "MessageAttributes", name, "Value"]);
    let parent = queued("traceparent").and_then(|parent| Remote::from_w3c(parent, queued("tracestate")));
    let of_topic = || Remote::from_w3c(published("traceparent")?, published("tracestate"));
    let header = || Remote::from_x_amzn_trace_id(text(record, &["attributes", "AWSTraceHeader"])?);
    parent.or_else(of_topic).or_else(header)
}

fn text<'r>(record: &'r Value, path: &[&str]) -> Option<&'r str> {
    path.iter().try_fold(record, |value, name| value.get(name))?.as_str()
}

/// The detail of an event of EventBridge, and the header that EventBridge adds.
fn of_detail(event: &Value) -> Option<Remote> {
    let detail = |name| event.get("detail")?.get(name)?.as_str();
    let parent = detail("traceparent").and_then(|parent| Remote::from_w3c(parent, detail("tracestate")));
    parent.or_else(|| Remote::from_x_amzn_trace_id(event.get("trace-header")?.as_str()?))
}

/// `faas.trigger`, in the words of OpenTelemetry.
pub(super) fn faas_trigger(trigger: Trigger) -> &'static str {
    match trigger {
        Trigger::Alb
        | Trigger::VpcLattice
        | Trigger::WebSocket
        | Trigger::FunctionUrl
        | Trigger::HttpApi
        | Trigger::RestApi => "http",
        Trigger::Sqs | Trigger::Sns | Trigger::EventBridge => "pubsub",
        Trigger::Kinesis | Trigger::DynamoDb | Trigger::S3 | Trigger::CloudWatchLogs => "datasource",
        Trigger::Cognito | Trigger::StartSync | Trigger::Direct => "other",
    }
}

#[cfg(test)]
mod tests {
    use asl_value::json;

    use super::*;

    const TRACE: &str = "5759e988bd862e3fe1be46a994272793";

    #[track_caller]
    fn check(event: Value, expected: Option<bool>) {
        assert_eq!(sender(&event).map(|remote| remote.is_sampled() == Some(true)), expected, "{event}");
    }

    #[test]
    fn senders_of_events() {
        let parent = format!("00-{TRACE}-53995c3f42cd8ad8-01");
        let parent = parent.as_str();
        let header = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0";
        check(json!({"headers": {"Traceparent": parent, "tracestate": "a=1"}}), Some(true));
        check(json!({"headers": {"traceparent": [parent]}}), Some(true));
        check(json!({"headers": {"X-Amzn-Trace-Id": header}}), Some(false));
        check(
            json!({"messageAttributes": {"traceparent": {"stringValue": parent, "dataType": "String"}}}),
            Some(true),
        );
        check(json!({"attributes": {"AWSTraceHeader": header}, "messageAttributes": {}}), Some(false));
        check(
            json!({"Sns": {"MessageAttributes": {"traceparent": {"Type": "String", "Value": parent}}}}),
            Some(true),
        );
        check(json!({"source": "shop", "detail": {"traceparent": parent}}), Some(true));
        check(json!({"source": "shop", "detail": "text", "trace-header": header}), Some(false));
        for nothing in [
            json!({}),
            json!([]),
            json!({"headers": [1], "detail": 2, "Sns": null}),
            json!({"headers": {"traceparent": 1}}),
        ] {
            check(nothing, None);
        }
    }
}

//! Log events of a log group to which the function is subscribed.
//!
//! ```json
//! {"awslogs": {"data": "H4sIAAAAAAAAAHWPwQqCQBCGX0Xm7EFtK+smZBEUgXoLCdMhFtKV3akI8d0bLYmibvPPN3wz00CJxmQnTO41whwW…"}}
//! ```
//!
//! `data` is gzip in base64, which a machine cannot read, so the input is its content:
//!
//! ```json
//! {"messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "orders", "logStream": "orders-1",
//!  "subscriptionFilters": ["errors"],
//!  "logEvents": [{"id": "31953106606966983378809025079804211143289615424298221568", "timestamp": 1769860800000,
//!                 "message": "no mug left"}]}
//! ```
//!
//! At most 12 MiB and a million values are unpacked; a larger event fails like one that is not gzip.
//!
//! With `ASL_INPUT=event` the input is the event as it was received. CloudWatch invokes the function asynchronously: a
//! failed execution fails the invocation, as for [EventBridge](super::event_bridge).

use std::io::Read;

use asl_value::Value;
use flate2::read::GzDecoder;

use super::event::{from_base64, text};
use super::invalid_body::InvalidBody;
use super::properties::{Answer, Properties};

/// The largest size of an unpacked event: twice the 6 MB that Lambda accepts for an event. Compressed data may unpack
/// to a thousand times its size.
const MOST_BYTES: u64 = 12 << 20;

/// The largest number of values in an unpacked event. A value of two bytes of text takes a hundred bytes of memory.
const MOST_VALUES: usize = 1_000_000;

pub(super) const PROPERTIES: Properties = Properties {
    name: "cloudwatch-logs",
    matches: |event| data(event).is_some(),
    body,
    body_is_input: true,
    answer: Answer::Nothing,
};

fn data(event: &Value) -> Option<&asl_value::Text> {
    text(event.get("awslogs")?, "data")
}

fn body(event: &Value) -> Result<Value, InvalidBody> {
    let Some(data) = data(event) else { return Ok(event.clone()) };
    let packed = from_base64(data)?;
    let mut unpacked = Vec::new();
    let length = GzDecoder::new(packed.as_slice()).take(MOST_BYTES + 1).read_to_end(&mut unpacked);
    match length {
        Err(error) => Err(InvalidBody(format!("the body is not gzip: {error}"))),
        Ok(length) if length as u64 > MOST_BYTES => {
            Err(InvalidBody(format!("the body unpacks to more than {MOST_BYTES} bytes")))
        }
        Ok(_) if values(&unpacked) > MOST_VALUES => {
            Err(InvalidBody(format!("the body unpacks to more than {MOST_VALUES} values")))
        }
        Ok(_) => Value::parse_slice(&unpacked).map_err(|error| InvalidBody(error.to_string())),
    }
}

/// Counts the values and member names of a JSON text, by its brackets, commas and colons outside of strings.
fn values(json: &[u8]) -> usize {
    let (mut values, mut in_string, mut is_escaped) = (0, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = in_string,
            b'"' => in_string = !in_string,
            b'[' | b'{' | b',' | b':' if !in_string => values += 1,
            _ => {}
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_outside_of_strings() {
        for (json, expected) in
            [("0", 0), ("[0,1]", 2), (r#"{"a":[{},{}]}"#, 6), (r#"{"a,[":"{:,\",["}"#, 2), (r#"["\\",0]"#, 2)]
        {
            assert_eq!(values(json.as_bytes()), expected, "{json}");
        }
    }
}

//! Events for the order-processing example. Each answer identifies its event.

use asl_value::{Value, json};

use super::host::Event;

/// The simulated services answer immediately, so that only the workflow is measured.
pub(super) const ENVIRONMENT: [(&str, &str); 2] = [("INSTANT_SERVICES", "1"), ("ASL_LOG_LEVEL", "ERROR")];

/// For the prebuilt function: the definition in its working directory, and the variables that the AWS client requires.
pub(super) const PREBUILT: [(&str, &str); 4] = [
    ("ASL_DEFINITION", DEFINITION),
    ("AWS_REGION", "eu-west-1"),
    ("AWS_ACCESS_KEY_ID", "none"),
    ("AWS_SECRET_ACCESS_KEY", "none"),
];
pub(super) const DEFINITION: &str = "workflow.asl.json";
pub(super) const ECHO: &str = r#"{"StartAt": "Echo", "States": {"Echo": {"Type": "Pass", "End": true}}}"#;

pub(super) fn id(number: usize) -> String {
    format!("o-{number}")
}

fn order(number: usize, sku: &str) -> Value {
    json!({
        "orderId": id(number),
        "customerId": "c-42",
        "items": [{"sku": "mug", "quantity": 2, "unitPrice": 1250}, {"sku": sku, "quantity": 1, "unitPrice": 4900}],
        "payment": {"token": "tok_visa"}
    })
}

pub(super) fn good(number: usize) -> String {
    order(number, "teapot").to_json()
}

pub(super) fn event(number: usize) -> Event {
    Event { payload: good(number), expect: format!("\"ch-{}\"", id(number)) }
}

/// Of ten events, five are good (two of them for HTTP), two have an order that cannot be fulfilled, one is not an order, and
/// two are not JSON. One in fifty is too large instead.
pub(super) fn mixed(number: usize) -> Event {
    if number % 50 == 49 {
        // Formatted by hand, because an unoptimised serialiser would take longer than the function.
        let payload = format!(r#"{{"orderId":"{}","note":"{}"}}"#, id(number), "x".repeat(300 * 1024));
        return Event { payload, expect: "States.DataLimitExceeded".to_owned() };
    }
    match number % 10 {
        0..=2 => event(number),
        3 | 4 => {
            let request = json!({"version": "2.0", "rawPath": "/orders", "headers": {"content-type": "application/json"},
                "requestContext": {"http": {"method": "POST", "path": "/orders"}}, "body": good(number)});
            Event { payload: request.to_json(), expect: format!("ch-{}\\\"", id(number)) }
        }
        5 | 6 => {
            let sku = format!("lamp-{number}");
            Event { payload: order(number, &sku).to_json(), expect: format!("0 of `{sku}` left") }
        }
        7 => Event { payload: json!({"orderId": id(number)}).to_json(), expect: "InvalidOrder".to_owned() },
        _ => Event { payload: format!("{{\"orderId\": {number}, "), expect: "errorType".to_owned() },
    }
}

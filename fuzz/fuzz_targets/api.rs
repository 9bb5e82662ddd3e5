//! Requests to the Step Functions API, a line each: `DescribeExecution {"executionArn": "…"}`.

#![no_main]

use std::time::Duration;

use asl_local::{Config, Machines};
use asl_model::{ExecutionType, Object, Value};

const DEFINITION: &str = r#"{"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}"#;

/// Later requests refer to what earlier ones made.
const MOST_REQUESTS: usize = 20;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let machines = Machines::new(Config::default());
        for (name, kind) in [("s", ExecutionType::Standard), ("e", ExecutionType::Express)] {
            machines.create_state_machine(name, DEFINITION, kind).expect("a machine");
        }
        let api = machines.api();
        for line in text.lines().take(MOST_REQUESTS) {
            let (operation, body) = line.split_once(' ').unwrap_or((line, "{}"));
            let body = Value::parse(body).ok().and_then(|body| body.as_object().cloned());
            let request = api.call(operation, body.unwrap_or_else(Object::new), None);
            // A long poll or a synchronous execution may wait.
            let answer = tokio::time::timeout(Duration::from_millis(50), request).await;
            if let Ok(Err(error)) = answer {
                assert!((400..600).contains(&error.http_status()), "{error}");
                assert_ne!(error.name(), "InternalFailure", "{error}");
            }
        }
    });
});

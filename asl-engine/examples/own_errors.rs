//! An error type of your own, whose names `Retry` and `Catch` match: `cargo run -p asl-engine --example own_errors`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::fmt;

use asl_engine::{Clock, Engine, ErrorName, Execution, Registry, load, task_fn};
use asl_model::Source;
use asl_value::json;

#[derive(Debug)]
enum ChargeError {
    Declined { cents: u64 },
    Busy,
}

/// The cause. A derive such as `thiserror`'s writes this as well.
impl fmt::Display for ChargeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ChargeError::Declined { cents } => write!(f, "the bank declines {cents} cents"),
            ChargeError::Busy => f.write_str("try later"),
        }
    }
}

impl std::error::Error for ChargeError {}

/// The error names.
impl ErrorName for ChargeError {
    fn error_name(&self) -> &str {
        match self {
            ChargeError::Declined { .. } => "PaymentDeclined",
            ChargeError::Busy => "BankBusy",
        }
    }
}

#[derive(serde::Deserialize)]
struct Charge {
    cents: u64,
    retries: u64,
}

async fn charge(asked: Charge) -> Result<u64, ChargeError> {
    match asked {
        Charge { retries: 0, .. } => Err(ChargeError::Busy),
        Charge { cents, .. } if cents > 10_000 => Err(ChargeError::Declined { cents }),
        Charge { cents, .. } => Ok(cents),
    }
}

const DEFINITION: &str = r#"{
  "StartAt": "Charge",
  "States": {
    "Charge": {
      "Type": "Task",
      "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:charge",
      "Parameters": {"cents.$": "$.cents", "retries.$": "$$.State.RetryCount"},
      "Retry": [{"ErrorEquals": ["BankBusy"], "IntervalSeconds": 30}],
      "Catch": [{"ErrorEquals": ["PaymentDeclined"], "Next": "Refused"}],
      "End": true
    },
    "Refused": {"Type": "Pass", "Parameters": {"refused.$": "$.Cause"}, "End": true}
  }
}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = load(&Source::json(DEFINITION))?.program;
    // `named` takes the names from `ErrorName`. Without it, every error is `States.TaskFailed`.
    let tasks = Registry::new().function("charge", task_fn(charge).named());
    // The retry waits 30 seconds; in virtual time that takes none.
    let engine = Engine::builder().tasks(tasks).clock(Clock::virtual_time()).build();
    for (cents, expected) in
        [(900, json!(900)), (20_000, json!({"refused": "the bank declines 20000 cents"}))]
    {
        let output = engine.run(&program, Execution::new(json!({"cents": cents}))).await.into_output()?;
        println!("{cents} cents: {output}");
        assert_eq!(output, expected);
    }
    Ok(())
}

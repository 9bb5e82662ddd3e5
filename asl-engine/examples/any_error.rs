//! Tasks that return `anyhow::Error`, or any other error: `cargo run -p asl-engine --example any_error`.
//!
//! Such an error is `States.TaskFailed`, and its cause has the texts of all its sources. A `Failure` among the sources
//! decides the error name.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use anyhow::Context as _;
use asl_engine::{Engine, Execution, Failure, Registry, load, task_fn};
use asl_model::Source;
use asl_value::json;

#[derive(serde::Deserialize)]
struct Reading {
    celsius: String,
}

async fn parse(reading: Reading) -> anyhow::Result<f64> {
    if reading.celsius.is_empty() {
        return Err(Failure::new("NoReading", "the sensor sent nothing")).context("cannot read the sensor");
    }
    let celsius = reading.celsius.parse().with_context(|| format!("`{}` is no reading", reading.celsius))?;
    Ok(celsius)
}

const DEFINITION: &str = r#"{
  "StartAt": "Parse",
  "States": {
    "Parse": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:parse", "End": true}
  }
}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = load(&Source::json(DEFINITION))?.program;
    let engine = Engine::builder().tasks(Registry::new().function("parse", task_fn(parse))).build();
    for (celsius, expected) in [
        ("21.5", "21.5"),
        ("warm", "States.TaskFailed: `warm` is no reading: invalid float literal"),
        ("", "NoReading: the sensor sent nothing"),
    ] {
        let outcome = engine.run(&program, Execution::new(json!({"celsius": celsius}))).await.outcome;
        let found = match (outcome.output(), outcome.failure()) {
            (Some(output), _) => output.to_string(),
            (None, failure) => failure.map(Failure::to_string).unwrap_or_default(),
        };
        println!("{found}");
        assert_eq!(found, expected);
    }
    Ok(())
}

//! A Map over 10,000 items, beyond the history that AWS allows: `cargo run -p asl-engine --example many_items`.
//!
//! Executions have the limits of a STANDARD machine unless they are given others.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use asl_engine::{Engine, Execution, Failure, Limits, Registry, load, task_fn};
use asl_model::Source;
use asl_value::{Value, json};

const DEFINITION: &str = r#"{
  "StartAt": "Orders",
  "States": {
    "Orders": {
      "Type": "Map",
      "MaxConcurrency": 40,
      "ItemProcessor": {
        "StartAt": "Double",
        "States": {
          "Double": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:double", "End": true}
        }
      },
      "End": true
    }
  }
}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let double = task_fn(|n: u64| async move { Ok::<_, Failure>(n * 2) });
    let program = load(&Source::json(DEFINITION))?.program;
    let engine = Engine::builder().tasks(Registry::new().function("double", double)).build();
    let items: Value = (0..10_000_u64).map(Value::from).collect();

    let standard = engine.run(&program, Execution::new(items.clone())).await.into_output();
    let error = standard.err().ok_or("a history of 25,000 events is not enough")?;
    println!("{error}");
    assert!(error.to_string().contains("`Limits::events`"));

    // Nothing but the process limits a machine that does not run on AWS. It keeps a limit of memory here, because nothing
    // else bounds what a workflow collects.
    let limits = Limits { memory_bytes: Some(256 << 20), ..Limits::unlimited() };
    let output = engine.run(&program, Execution::new(items).with_limits(limits)).await.into_output()?;
    let last = output.as_array().and_then(|items| items.get(9_999));
    println!("{last:?}");
    assert_eq!(last, Some(&json!(19_998)));
    Ok(())
}

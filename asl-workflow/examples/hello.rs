//! The smallest program: `cargo run -p asl-workflow --example hello`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use asl_workflow::{Engine, Execution, Failure, Registry, Source, block_on, json, load, task_fn};

const DEFINITION: &str = r#"{
  "StartAt": "Greet",
  "States": {
    "Greet": {"Type": "Task", "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:greet", "End": true}
  }
}"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let greet = task_fn(|name: String| async move { Ok::<_, Failure>(format!("Hello, {name}!")) });
    let engine = Engine::builder().tasks(Registry::new().function("greet", greet)).build();
    let program = load(&Source::json(DEFINITION))?.program;
    let output = block_on(engine.run(&program, Execution::new(json!("World"))))?.into_output()?;
    println!("{output}");
    Ok(())
}

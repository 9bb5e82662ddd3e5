//! A closure that observes an execution: `cargo run -p asl-engine --example observe`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use std::sync::{Arc, Mutex, PoisonError};

use asl_engine::{Clock, Engine, Event, EventKind, Execution, load};
use asl_model::Source;
use asl_value::json;

const DEFINITION: &str = r#"{
  "StartAt": "Sleep",
  "States": {
    "Sleep": {"Type": "Wait", "Seconds": 3600, "Next": "Done"},
    "Done": {"Type": "Succeed"}
  }
}"#;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let program = load(&Source::json(DEFINITION))?.program;
    let engine = Engine::builder().clock(Clock::virtual_time()).build();

    let entered = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&entered);
    // It is called from inside the execution, which waits for it: send what takes long to another thread.
    let observer = move |event: Event| {
        println!("{} {:3} {}", event.timestamp, event.id, event.kind.name());
        if let EventKind::StateEntered { name, .. } = event.kind {
            seen.lock().unwrap_or_else(PoisonError::into_inner).push(name);
        }
    };
    let execution = Execution::new(json!({})).with_observer(Arc::new(observer));
    engine.run(&program, execution).await.into_output()?;
    assert_eq!(*entered.lock().unwrap_or_else(PoisonError::into_inner), ["Sleep", "Done"]);
    Ok(())
}

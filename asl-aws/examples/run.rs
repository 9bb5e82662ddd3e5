//! Runs a definition whose tasks call AWS: `cargo run --example run -- definition.asl.json`. Prints the output, or the error.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use asl_aws::Aws;
use asl_engine::{Engine, Execution, Registry, load};
use asl_model::Source;
use asl_value::json;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("which definition?")?;
    let program = load(&Source::json(std::fs::read_to_string(path)?))?.program;
    let engine = Engine::builder().tasks(Registry::new().fallback(Aws::from_env()?)).build();
    let report = engine.run(&program, Execution::new(json!({}))).await;
    match report.outcome.output() {
        Some(output) => println!("{output}"),
        None => return Err(report.outcome.failure().map(ToString::to_string).unwrap_or_default().into()),
    }
    Ok(())
}

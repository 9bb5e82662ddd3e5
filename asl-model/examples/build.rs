//! Builds a machine in Rust and prints it as JSON: `cargo run -p asl-model --example build`.
#![allow(clippy::print_stdout, reason = "a program for the terminal")]

use asl_model::{Retrier, StateMachine, Succeed, Task, Transition};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let machine = StateMachine::builder("Charge")
        .comment("charges an order")
        .state(
            "Charge",
            Task::new("arn:aws:lambda:eu-west-1:123456789012:function:charge", Transition::to("Done"))
                .timeout_seconds(30)
                .retry(Retrier::new(["States.Timeout"]).max_attempts(2u64)),
        )
        .state("Done", Succeed::new())
        .build()?;
    println!("{}", machine.to_value().to_json_pretty());

    // `build` validates: the error prints what is wrong.
    let lost = StateMachine::builder("A").state("A", Task::new("charge", Transition::to("Nowhere"))).build();
    println!("{}", lost.err().ok_or("`charge` is not an ARN")?);
    Ok(())
}

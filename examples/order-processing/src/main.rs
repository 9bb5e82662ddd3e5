//! Takes orders: a workflow and its tasks in one Lambda function.

use std::process::ExitCode;

use asl_model::Source;

mod tasks;

fn main() -> ExitCode {
    asl_lambda::main(Source::json(include_str!("../workflow.asl.json")), tasks::registry())
}
